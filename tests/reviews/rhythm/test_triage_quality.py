"""FE01, LC02, CE04, and what makes LC01 block."""

import datetime
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard, keep_imported_status
from hazards.choices import EvidenceOf, FindingLevel, HazardStatus
from hazards.models import Hazard, HazardSummary
from hazards.quality.catalogue import WAITING
from hazards.quality.checking import ask_about, check_hazards, check_log
from hazards.quality.rule import RULES
from hazards.quality.storing import evaluate
from products.actions import carry_feature, create_change, edit_change, withdraw_change
from products.choices import ReleaseState
from products.models import Feature, Product, Release
from reviews.actions.hazard_reviews import record_review
from reviews.actions.triage import answer_triage
from reviews.choices import TriageOutcome
from tests.factories import make_feature, make_release
from tests.hazards.factories import a_control, a_hazard, a_live_hazard, passed_evidence
from tests.reviews.rhythm.making import no_hazard, triaged

Found = list[tuple[str, str, FindingLevel]]
BLOCKS, WARNS = FindingLevel.BLOCKS, FindingLevel.WARNS
DAY = datetime.timedelta(days=1)


@pytest.fixture
def release(product: Product) -> Release:
    return make_release(product)


@pytest.fixture
def feature(product: Product, release: Release, product_manager: User) -> Feature:
    feature = make_feature(product)
    carry_feature(release=release, feature=feature, by=product_manager)
    return feature


def on_product(product: Product, *rules: str) -> Found:
    found = check_log(ask_about(product))
    return [(each.rule, each.subject, each.level) for each in found if each.rule in rules]


def on(hazard: Hazard, *rules: str, today: datetime.date | None = None) -> Found:
    asked = ask_about(hazard.product, today=today)
    [[checked]] = check_hazards(asked, [hazard.pk])
    return [(each.rule, each.subject, each.level) for each in checked.found if each.rule in rules]


def test_the_rules_wait_no_more() -> None:
    for rule in ("CE04", "LC01", "LC02", "FE01"):
        assert rule not in WAITING
        assert rule in RULES
    assert not RULES["LC02"].may_be_waived("open-controls")
    assert RULES["LC02"].may_be_waived("feature:FEAT-1")


def test_an_untriaged_feature_blocks_the_release_that_carries_it(
    product: Product, feature: Feature, engineer: User
) -> None:
    later = make_feature(product, "Not in this release")
    assert on_product(product, "LC02") == [("LC02", f"feature:{feature.reference}", BLOCKS)]
    triaged(feature, engineer, TriageOutcome.NO_EFFECT)
    assert on_product(product, "LC02", "FE01") == []
    assert later.pk


def test_an_untriaged_change_of_the_release_blocks_it(
    product: Product, release: Release, engineer: User
) -> None:
    change = create_change(product=product, by=engineer, title="A library", release=release)
    assert on_product(product, "LC02") == [("LC02", f"change:{change.reference}", BLOCKS)]
    withdraw_change(change=change, by=engineer, reason="Put off")
    assert on_product(product, "LC02") == []


def test_a_change_that_no_release_carries_counts_for_what_comes_next(
    product: Product, release: Release, engineer: User
) -> None:
    out = make_release(
        product, "0.9.0", state=ReleaseState.RELEASED, released_on=timezone.localdate()
    )
    change = create_change(product=product, by=engineer, title="A library")

    def asked_of(of: Release) -> list[str]:
        found = check_log(ask_about(product, of))
        return [each.message for each in found if each.rule == "LC02"]

    [sentence] = asked_of(release)
    assert sentence.endswith("or put it in the release that it goes out with.")
    assert asked_of(out) == []
    later = make_release(product, "1.1.0")
    edit_change(change=change, by=engineer, changes={"release_id": later.pk})
    assert asked_of(release) == []
    assert len(asked_of(later)) == 1


def test_what_was_stopped_blocks_until_it_is_triaged_anew(
    product: Product, feature: Feature, engineer: User
) -> None:
    triaged(feature, engineer, TriageOutcome.STOP, note="Not like this")
    assert on_product(product, "LC02") == [("LC02", f"stopped-feature:{feature.reference}", BLOCKS)]
    triaged(feature, engineer, TriageOutcome.NO_EFFECT)
    assert on_product(product, "LC02") == []


def test_what_needed_the_officer_has_a_hazard_or_a_reason(
    product: Product, feature: Feature, engineer: User, cso: User
) -> None:
    triage = triaged(feature, engineer)
    assert on_product(product, "FE01", "LC02") == [("FE01", f"feature:{feature.reference}", WARNS)]
    hazard = a_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    assert on_product(product, "FE01") == []
    again = triaged(make_feature(product, "Another"), engineer)
    no_hazard(triage, cso)
    no_hazard(again, cso)
    assert on_product(product, "FE01") == []


def test_a_hazard_that_covers_it_is_said(
    product: Product, feature: Feature, engineer: User, cso: User
) -> None:
    triage = triaged(feature, engineer)
    answer_triage(
        triage=triage, by=cso, outcome=TriageOutcome.COVERED, hazards=[a_hazard(product, cso)]
    )
    assert on_product(product, "FE01") == []


def test_a_closed_hazard_with_an_open_control_is_never_waived(product: Product, cso: User) -> None:
    hazard = a_live_hazard(product, cso)
    assert on(hazard, "LC02") == []
    a_control(hazard, cso)
    keep_imported_status(hazard=hazard, by=cso, status=HazardStatus.CLOSED)
    assert on(hazard, "LC02") == [("LC02", "open-controls", BLOCKS)]


def with_evidence_of(
    hazard: Hazard, by: User, release: Release, on_day: datetime.date, **more: Any
) -> Any:
    control = a_control(hazard, by)
    passed_evidence(control, by, release, EvidenceOf.EFFECTIVENESS, dated_on=on_day, **more)
    return control


def test_evidence_that_is_older_than_the_last_change(
    product: Product, feature: Feature, release: Release, engineer: User, cso: User
) -> None:
    today = timezone.localdate()
    hazard = a_live_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    old = with_evidence_of(hazard, cso, release, today - 30 * DAY)
    with_evidence_of(hazard, cso, release, today)
    triaged(feature, engineer)
    assert on(hazard, "CE04") == [], "the first triage is of something new"
    change = create_change(product=product, by=engineer, title="A library", feature=feature)
    triaged(change, engineer, TriageOutcome.NO_EFFECT)
    assert on(hazard, "CE04") == []
    triage = triaged(change, engineer)
    assert on(hazard, "CE04") == [("CE04", f"control:{old.public_id}", WARNS)]
    no_hazard(triage, cso)
    assert on(hazard, "CE04") == [], "the clinical side says that it changes nothing"
    triaged(feature, engineer)
    assert len(on(hazard, "CE04")) == 1, "a feature that is triaged anew has changed"


def test_a_change_of_no_feature_reaches_what_covers_it(
    product: Product, release: Release, engineer: User, cso: User
) -> None:
    hazard = a_live_hazard(product, cso)
    old = with_evidence_of(hazard, cso, release, timezone.localdate() - DAY)
    change = create_change(product=product, by=engineer, title="A library")
    triage = triaged(change, engineer)
    assert on(hazard, "CE04") == []
    answer_triage(triage=triage, by=cso, outcome=TriageOutcome.COVERED, hazards=[hazard])
    assert on(hazard, "CE04") == [("CE04", f"control:{old.public_id}", WARNS)]
    withdraw_change(change=change, by=engineer, reason="Put off")
    assert on(hazard, "CE04") == []


def test_evidence_past_its_validity(product: Product, release: Release, cso: User) -> None:
    today = timezone.localdate()
    hazard = a_live_hazard(product, cso)
    control = with_evidence_of(hazard, cso, release, today - 90 * DAY, valid_until=today)
    assert on(hazard, "CE04") == []
    assert on(hazard, "CE04", today=today + DAY) == [
        ("CE04", f"expired:{control.public_id}", WARNS)
    ]
    passed_evidence(control, cso, release, EvidenceOf.IMPLEMENTATION)
    assert on(hazard, "CE04", today=today + DAY) == [], "something else still shows it"


def test_an_overdue_review_blocks_where_its_feature_changed_since(
    product: Product, feature: Feature, engineer: User, cso: User
) -> None:
    today = timezone.localdate()
    hazard = a_live_hazard(product, cso)
    link_feature(hazard=hazard, feature=feature, by=cso)
    edit_hazard(hazard=hazard, by=cso, changes={"review_date": today + DAY})
    late = today + 2 * DAY
    assert on(hazard, "LC01", today=late) == [("LC01", "", WARNS)]
    change = create_change(product=product, by=engineer, title="A library", feature=feature)
    triaged(change, engineer)
    assert on(hazard, "LC01", today=today) == []
    assert on(hazard, "LC01", today=late) == [("LC01", "", BLOCKS)], "one finding, the graver"
    record_review(hazard=hazard, by=cso, note="Read it", next_review=today + DAY)
    assert on(hazard, "LC01", today=late) == [("LC01", "", WARNS)], "looked at since"


def test_triage_has_the_rules_look_again(
    product: Product, feature: Feature, engineer: User, cso: User
) -> None:
    hazard, other = a_live_hazard(product, cso), a_live_hazard(product, cso, name="Another one")
    link_feature(hazard=other, feature=feature, by=cso)

    def due() -> set[int]:
        rows = HazardSummary.objects.filter(product=product, checked_version=None)
        return set(rows.values_list("pk", flat=True))

    evaluate(product)
    assert due() == set()
    triage = triaged(feature, engineer)
    assert due() == {hazard.pk, other.pk}, "what it touches, and one so that the log is looked at"
    evaluate(product)
    no_hazard(triage, cso)
    assert other.pk in due()
    evaluate(product)
    create_change(product=product, by=engineer, title="A library", feature=feature)
    assert other.pk in due()
