"""Agreed decisions: held by a snapshot, printed, and no part of a version's fingerprints."""

import copy
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from hazards.models import Hazard
from hazards.queries import hazards_of, with_confirmation
from products.choices import Side
from products.models import Product, Release
from reviews.actions.decision_reviews import record_dissent
from reviews.actions.safeguards import add_safeguard
from reviews.choices import SafeguardKind
from safetycase.choices import LifecyclePhase
from safetycase.pdf.document import report_html
from safetycase.projections import CURRENT, fingerprints_of
from safetycase.snapshot import Snapshot, draft_document, take_snapshot
from safetycase.snapshot.decisions import decisions_shape
from tests.factories import make_release
from tests.reviews.decisions.factories import agree, choose, read, to_sign
from tests.reviews.factories import a_hazard_to_accept, a_plan_in_force


@pytest.fixture
def release(product: Product) -> Release:
    return make_release(product)


@pytest.fixture
def hazard(product: Product, cso: User, clinician: User, executive: User) -> Hazard:
    a_plan_in_force(product, cso, executive)
    return a_hazard_to_accept(product, clinician)


def taken(product: Product, release: Release) -> Snapshot:
    return take_snapshot(
        product=product,
        release=release,
        phase=LifecyclePhase.FIRST_DEPLOYMENT,
        document=draft_document(made_at=timezone.now(), made_by="Clara Officer"),
    )


def hazards_of_log(product: Product) -> QuerySet[Any]:
    """The hazards of the log, each with whether its residual risk is provisional."""
    return with_confirmation(hazards_of(product))


def test_an_agreed_decision_is_held_and_printed(
    product: Product,
    release: Release,
    hazard: Hazard,
    cso: User,
    clinician: User,
    product_manager: User,
) -> None:
    decision = to_sign(product, hazard, cso, product_manager)
    option, row = read(decision).options[1].option, read(decision).rows[0].row
    add_safeguard(
        option=option, by=cso, kind=SafeguardKind.CONTROL, text="A nurse decides", hazards=[row]
    )
    record_dissent(decision=decision, by=clinician, side=Side.CLINICAL, text="Too rarely")
    before = taken(product, release)
    assert before.get("decisions") == []
    assert "Trade-off decisions" not in report_html(before)

    agree(decision, cso, product_manager)
    snapshot = taken(product, release)
    [held] = snapshot["decisions"]
    assert [each["name"] for each in held["options"]] == ["Yearly", "By tier"]
    assert [each["is_above"] for each in held["options"]] == [True, False]
    assert held["rows"][0]["cells"][0]["effect"] == "worse"
    assert held["safeguards"][0]["control"] == "CTL-001"
    # The control that it made is not verified; the risk of the day of the agreement relied on none.
    assert [row.is_provisional for row in hazards_of_log(product)] == [True]
    assert held["rows"][0]["is_provisional"] is False
    html = report_html(snapshot)
    for words in ("DEC-1 Repeat prescriptions", "Too rarely", "Peter Planner", "Low, confirmed"):
        assert words in html
    # A decision changes no fingerprint: what it did to the log does.
    without = copy.deepcopy(snapshot)
    del without["decisions"]
    assert fingerprints_of(without, CURRENT) == fingerprints_of(snapshot, CURRENT)
    assert "Trade-off decisions" not in report_html(without)  # a version from before they were


def test_a_report_holds_those_of_its_release_and_of_earlier_ones(
    product: Product, release: Release, hazard: Hazard, cso: User, product_manager: User
) -> None:
    from reviews.actions.decisions import edit_decision

    later = make_release(product, label="9.0.0")
    decision = to_sign(product, hazard, cso, product_manager)
    edit_decision(decision=decision, by=cso, changes={"release_id": later.pk})
    agree(decision, cso, product_manager)
    assert taken(product, release)["decisions"] == []
    assert len(taken(product, later)["decisions"]) == 1


def test_what_a_later_release_decides_anew_holds_for_the_earlier_one_still(
    product: Product, release: Release, hazard: Hazard, cso: User, product_manager: User
) -> None:
    from reviews.actions.decisions import edit_decision
    from reviews.actions.superseding import supersede_decision

    def held(at: Release | None) -> list[str]:
        return [each["reference"] for each in decisions_shape(product, at)]

    first = to_sign(product, hazard, cso, product_manager)
    edit_decision(decision=first, by=cso, changes={"release_id": release.pk})
    agree(first, cso, product_manager)
    later = make_release(product, label="9.0.0")
    anew = supersede_decision(decision=first, by=cso)
    edit_decision(decision=anew, by=cso, changes={"release_id": later.pk})
    assert held(later) == held(release) == ["DEC-1"]
    choose(anew, read(anew).options[1].option, cso)
    agree(anew, cso, product_manager)
    assert (held(release), held(later), held(None)) == (["DEC-1"], ["DEC-2"], ["DEC-2"])
