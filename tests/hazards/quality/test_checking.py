"""The rules on the record: what is read, stored, and when it is due again."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from hazards.actions.controls import edit_control, set_new_hazards
from hazards.actions.estimates import edit_assumption
from hazards.actions.evidence import edit_evidence
from hazards.actions.hazards import edit_hazard, withdraw_hazard
from hazards.choices import (
    AssumptionState,
    ControlState,
    EvidenceOf,
    FindingLevel,
    Stage,
)
from hazards.importing.apply import apply_import
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.models import Finding, Hazard, HazardSummary, LegacyList, QualityDay
from hazards.quality.checking import ask_about, check_hazards
from hazards.quality.of_hazard import findings_on
from hazards.quality.of_release import ReleaseFinding, findings_for_release
from hazards.quality.storing import changed_since_checked, evaluate, is_checked_on
from hazards.reading import read_hazards
from products.actions import edit_release
from products.models import Product
from tests.factories import gate_open, make_feature, make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    a_live_hazard,
    an_assumption,
    an_estimate,
    bring_to,
    passed_evidence,
    verify,
)
from tests.laws.source import ROOT

FAULTY = ROOT / "tests" / "samples" / "digital-pharmacy-faulty.xlsx"

pytestmark = pytest.mark.django_db


def rules_on(hazard: Hazard, **more: Any) -> dict[str, list[ReleaseFinding]]:
    """What is found on a hazard now, by rule."""
    found: dict[str, list[ReleaseFinding]] = {}
    for each in findings_for_release(hazard.product, **more):
        if each.reference == hazard.display_reference:
            found.setdefault(each.rule, []).append(each)
    return found


def test_on_a_draft_everything_informs(product: Product, cso: User) -> None:
    draft = a_hazard(product, cso, "Wrong dose")
    found = rules_on(draft)
    assert {"HZ01", "HZ03", "SC02"} <= set(found)
    assert {each.level for those in found.values() for each in those} == {FindingLevel.INFORMS}


def test_on_a_live_hazard_the_rules_bite(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso, name="Wrong dose")
    found = rules_on(live)
    assert found["SC02"][0].blocks
    assert found["HZ01"][0].level is FindingLevel.WARNS


def test_what_belongs_to_a_later_release_is_left_out(product: Product, cso: User) -> None:
    first, second = make_release(product, "1.0.0"), make_release(product, "1.1.0")
    live = a_live_hazard(product, cso, name="Wrong dose")
    edit_hazard(hazard=live, by=cso, changes={"first_release_id": second.pk})
    assert rules_on(live, release=first) == {}
    assert "SC02" in rules_on(live, release=second)
    assert "SC02" in rules_on(live)


def test_a_hazard_that_nobody_placed_is_not_hidden(product: Product, cso: User) -> None:
    release = make_release(product)
    assert "SC02" in rules_on(a_live_hazard(product, cso), release=release)


def test_everything_on_a_hazard_is_read(product: Product, cso: User, clinician: User) -> None:
    release = make_release(product)
    live = a_live_hazard(product, cso)
    cause = a_cause(live, cso)
    control = a_control(live, cso, causes=[cause], delivered_in_id=release.pk)
    an_estimate(live, cso, "Major", "High")
    an_estimate(live, cso, "Major", "Low", stage=Stage.RESIDUAL)
    found = rules_on(live)
    assert found["SC03"][0].level is FindingLevel.BLOCKS
    assert found["SC03"][0].subject == f"control:{control.public_id}"
    assert "CE07" in found
    assert "CE01" not in found
    verify(control, clinician, release)
    edit_control(control=control, by=cso, changes={"implementer_id": clinician.pk})
    set_new_hazards(control=control, by=cso, hazards=[], none_because="It only informs")
    found = rules_on(live)
    assert "SC03" not in found
    assert "CE07" not in found
    assert found["CE02"][0].blocks
    assert found["CE03"][0].level is FindingLevel.WARNS
    edit_control(
        control=control,
        by=cso,
        changes={"implementation_reference": "PHARM-214", "implementer_id": cso.pk},
    )
    found = rules_on(live)
    assert "CE02" not in found
    assert "CE03" not in found


def test_a_word_that_says_nothing_is_no_answer(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso)
    control = a_control(live, cso)
    set_new_hazards(control=control, by=cso, hazards=[], none_because="n/a")
    assert "CE07" in rules_on(live)


def test_a_control_of_a_withdrawn_release_does_not_come(product: Product, cso: User) -> None:
    release = make_release(product, "1.0.0")
    live = a_live_hazard(product, cso)
    a_control(live, cso, delivered_in_id=release.pk)
    an_estimate(live, cso, "Major", "High")
    an_estimate(live, cso, "Major", "Low", stage=Stage.RESIDUAL)
    make_release(product, "2.0.0")
    assert "CE08" not in rules_on(live)
    edit_release(release=release, by=cso, changes={"state": "withdrawn"}, reason="Given up")
    found = rules_on(live)
    assert found["CE08"][0].blocks
    assert found["SC03"][0].level is FindingLevel.WARNS


def test_a_failed_test_blocks(product: Product, cso: User, clinician: User) -> None:
    release = make_release(product)
    live = a_live_hazard(product, cso)
    control = a_control(live, cso)
    evidence = passed_evidence(control, clinician, release, EvidenceOf.EFFECTIVENESS)
    bring_to(control, cso, ControlState.IMPLEMENTED)
    edit_evidence(evidence=evidence, by=clinician, changes={"result": "fail"})
    assert rules_on(live)["CE03"][0].subject.startswith("failed:")


def test_an_assumption_under_an_estimate_is_read(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso)
    assumption = an_assumption(product, cso)
    an_estimate(live, cso, assumption=assumption)
    assert "TR04" not in rules_on(live)
    edit_assumption(
        assumption=assumption, by=cso, changes={"state": AssumptionState.BROKEN}, reason="Seen"
    )
    assert "TR04" in rules_on(live)
    assert "TR04" in {each.rule for each in findings_for_release(product) if not each.reference}


def test_severity_is_held_against_the_matrixs_own_word_for_death(
    product: Product, cso: User
) -> None:
    live = a_live_hazard(product, cso)
    a_harm(live, cso, "Anaphylaxis, possibly fatal")
    an_estimate(live, cso, "Considerable", "Low")
    assert "SC11" in rules_on(live)
    an_estimate(live, cso, "Major", "Low")
    assert "SC11" not in rules_on(live)


def test_a_cell_that_says_nothing_is_no_control(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso)
    a_control(live, cso, "n/a")
    an_estimate(live, cso)
    found = rules_on(live)
    assert not {"HZ06", "HZ07", "CE07", "SC03"} & set(found)


def test_the_faulty_sample_shows_what_is_wrong_with_it(product: Product, cso: User) -> None:
    """Nothing of its estimates by numbers was taken, one name is a formula, and no control was
    asked which hazards it brings."""
    log = read_log(name=FAULTY.name, content=FAULTY.read_bytes())
    apply_import(plan=plan_import(product=product, log=log, by=cso), by=cso)
    found: dict[str, set[str]] = {}
    for each in findings_for_release(product):
        found.setdefault(each.rule, set()).add(each.reference)
    assert {f"H0{number}" for number in range(1, 8)} <= found["SC02"]
    assert "H08" in found["HZ01"]
    assert "H04" in found["CE07"]
    [legacy] = LegacyList.objects.filter(product=product)
    assert legacy.count > 10


def test_copies_are_named_and_of_very_many_the_first(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def message() -> str:
        [found] = [each for each in findings_for_release(product) if each.rule == "HZ08"]
        return found.message

    for said in ("Staff are trained yearly", " staff are trained yearly ", "n/a", "n/a", "n/a"):
        live = a_live_hazard(product, cso)
        a_control(live, cso, said, causes=[a_cause(live, cso), a_cause(live, cso, "Another")])
    a_control(a_live_hazard(product, cso), cso, "Staff are trained yearly")
    assert "3 controls (CTL-001, CTL-002 and CTL-006) on 3 hazards" in message()
    monkeypatch.setattr("hazards.quality.log_reading._NAMED", 1)
    assert "3 controls (CTL-001 and 2 more) on 3 hazards" in message()


# --- Storing --------------------------------------------------------------------------------------


def test_what_is_found_is_stored_and_goes_when_it_is_put_right(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso, name="Wrong dose")
    assert evaluate(product) == 1
    assert Finding.objects.filter(hazard=live, rule="HZ01").exists()
    summary = HazardSummary.objects.get(hazard=live)
    assert (summary.findings_blocking, summary.findings_warning) == (1, 1)
    edit_hazard(hazard=live, by=cso, changes={"name": "The medication chart cannot be read"})
    assert list(changed_since_checked(product)) == [summary]
    evaluate(product, [live.pk])
    assert not Finding.objects.filter(hazard=live, rule="HZ01").exists()
    summary.refresh_from_db()
    assert summary.findings_warning == 0
    assert not changed_since_checked(product).exists()


def test_checking_again_changes_nothing(product: Product, cso: User) -> None:
    a_live_hazard(product, cso, name="Wrong dose")
    evaluate(product)
    before = list(Finding.objects.order_by("pk").values())
    evaluate(product, today=timezone.localdate() + datetime.timedelta(days=1))
    assert list(Finding.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("is_alone", [True, False])
def test_a_hazard_that_leaves_the_log_takes_its_findings_along(
    is_alone: bool, product: Product, cso: User
) -> None:
    live = a_live_hazard(product, cso, name="Wrong dose")
    evaluate(product)
    withdraw_hazard(hazard=live, by=cso, reason="Raised twice")
    assert changed_since_checked(product).count() == 1
    evaluate(product, [live.pk] if is_alone else None)
    assert not Finding.objects.filter(hazard=live).exists()
    assert not changed_since_checked(product).exists()
    assert HazardSummary.objects.get(hazard=live).findings_blocking == 0


def test_each_day_is_counted_once(product: Product, cso: User) -> None:
    a_live_hazard(product, cso, name="Wrong dose")
    today = timezone.localdate()
    assert not is_checked_on(product, today)
    evaluate(product)
    evaluate(product)
    day = QualityDay.objects.get(product=product)
    assert is_checked_on(product, today)
    assert (day.blocking, day.warning) == (
        Finding.objects.filter(product=product, level="blocks").count(),
        Finding.objects.filter(product=product, level="warns").count(),
    )


def test_another_products_findings_are_left_alone(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    theirs = a_live_hazard(other_product, stranger, name="Wrong dose")
    evaluate(other_product)
    evaluate(product, [theirs.pk])
    evaluate(product)
    assert Finding.objects.filter(product=other_product, hazard=theirs).exists()
    assert not Finding.objects.filter(product=product, hazard=theirs).exists()


def test_a_log_is_checked_in_a_constant_number_of_queries(product: Product, cso: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            list(check_hazards(ask_about(product)))
        return len(captured)

    def grow(count: int) -> None:
        for number in range(count):
            hazard = a_live_hazard(product, cso, name=f"Hazard {number}")
            a_control(hazard, cso, causes=[a_cause(hazard, cso)])
            an_estimate(hazard, cso)

    grow(2)
    few = queries()
    grow(6)
    assert queries() == few


def test_a_hazards_own_findings_take_few_queries(product: Product, cso: User) -> None:
    live = a_live_hazard(product, cso, name="Wrong dose")
    [reading] = read_hazards([live])
    with CaptureQueriesContext(connection) as captured:
        found = findings_on(reading, product)
    assert len(captured) <= 8
    assert [each.rule.id for each in found.at("name")] == ["HZ01"]
    assert found.all[0].level is FindingLevel.BLOCKS


def test_a_finding_leads_to_the_field_at_fault(product: Product, cso: User) -> None:
    make_feature(product)
    live = a_live_hazard(product, cso, name="Wrong dose")
    [reading] = read_hazards([live])
    [finding] = findings_on(reading, product).at("name")
    assert finding.url.endswith(f"/hazards/{live.reference}/#hazard-words")


def test_a_released_release_is_not_in_hand(product: Product, cso: User) -> None:
    release = make_release(product)
    assert ask_about(product).release == release
    edit_release(release=release, by=cso, changes={"state": "in_work"})
    released = {"state": "released", "released_on": timezone.localdate()}
    with gate_open():
        edit_release(release=release, by=cso, changes=released)
    assert ask_about(product).release is None
