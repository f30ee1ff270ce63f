"""A release that changes no clinical risk: the officer says so, and names the report."""

from typing import Any

import pytest

from accounts.actions import edit_profile, system_person
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.causes import add_cause
from hazards.actions.hazards import edit_hazard
from products.actions import (
    carry_feature,
    create_change,
    edit_change,
    state_intended_use,
    withdraw_change,
)
from products.models import Feature, Product, Release
from reviews.actions.signing import withdraw_sign_off
from reviews.actions.triage import record_triage
from reviews.choices import Meaning, TriageOutcome
from reviews.models import SignOff
from safetycase.actions.versions import issue_version
from safetycase.choices import GateDecision
from safetycase.gate.page import newest_statement
from safetycase.gate.reading import read_gate
from safetycase.gate.stating import read_stating, reports_to_cover
from safetycase.gate.words import judged_by_in_words
from safetycase.models import Baseline, Issue, ReleaseStatement
from tests.factories import make_feature
from tests.hazards.factories import an_estimate
from tests.reviews.factories import a_residual_estimate, proof
from tests.safetycase.factories import a_frozen_version, signed_version
from tests.safetycase.gate.factories import (
    a_later_release,
    a_passing_release,
    a_statement,
    in_days,
    send_out,
    something_blocks,
)


@pytest.fixture
def issued(product: Product, cso: User, clinician: User, executive: User) -> Issue:
    """The issued report of 1.0.0."""
    a_passing_release(product, cso, clinician, executive)
    return issue_version(baseline=Baseline.objects.get(), by=cso)


@pytest.fixture
def later(issued: Issue, product: Product) -> Release:
    """Release 1.0.1, which carries nothing new."""
    return a_later_release(product)


def triaged(feature: Feature, by: User, outcome: TriageOutcome) -> None:
    touches = "" if outcome is TriageOutcome.NO_EFFECT else "decides"
    record_triage(
        product=feature.product,
        by=by,
        feature=feature,
        touches=[touches] if touches else [],
        outcome=outcome,
    )


def carried(release: Release, by: User, title: str = "Darker buttons") -> Feature:
    feature = make_feature(release.product, title)
    carry_feature(release=release, feature=feature, by=by)
    return feature


def test_the_covering_report_judges_the_release(later: Release, cso: User) -> None:
    assert read_gate(later.product, later).decision is GateDecision.BLOCKED
    statement = a_statement(later, cso)
    reading = read_gate(later.product, later)
    assert reading.decision is GateDecision.PASS
    assert reading.statement is not None
    assert reading.report == statement.covered_by
    assert reading.content["judged_by"]["release"] == "1.0.0"


def test_new_features_with_no_effect_are_part_of_it(later: Release, cso: User) -> None:
    feature = carried(later, cso)
    with pytest.raises(NotPossible, match=r"FEAT-1 \(Darker buttons\) is not triaged"):
        a_statement(later, cso)
    triaged(feature, cso, TriageOutcome.NO_EFFECT)
    a_statement(later, cso)
    assert read_gate(later.product, later).decision is GateDecision.PASS


def test_a_feature_that_came_later_puts_it_out_of_date(later: Release, cso: User) -> None:
    a_statement(later, cso)
    feature = carried(later, cso)
    reading = newest_statement(later)
    assert reading is not None
    assert (reading.holds, reading.state) == (False, "Out of date")
    assert read_gate(later.product, later).decision is GateDecision.BLOCKED
    triaged(feature, cso, TriageOutcome.NO_EFFECT)
    a_statement(later, cso)
    assert read_gate(later.product, later).decision is GateDecision.PASS


def test_a_new_hazard_is_new_risk(later: Release, product: Product, cso: User) -> None:
    something_blocks(product, cso, later)
    with pytest.raises(NotPossible, match="HAZ-002 came into scope after that report"):
        a_statement(later, cso)
    assert not ReleaseStatement.objects.exists()


def test_a_new_hazard_puts_it_out_of_date(later: Release, product: Product, cso: User) -> None:
    a_statement(later, cso)
    something_blocks(product, cso, later)
    assert read_gate(product, later).statement is None


def test_a_changed_hazard_is_changed_risk(later: Release, product: Product, cso: User) -> None:
    hazard = product.hazards.get()
    add_cause(hazard=hazard, by=cso, text="The courier is late", reason="Seen in October")
    with pytest.raises(NotPossible, match="HAZ-001 changed since that report: cause 1"):
        a_statement(later, cso)


def test_another_intended_use_is_changed_risk(later: Release, product: Product, cso: User) -> None:
    state_intended_use(product=product, by=cso, purpose="Repeats for children", reason="Asked for")
    with pytest.raises(NotPossible, match="Intended use: purpose changed"):
        a_statement(later, cso)


def test_a_risk_that_moved_puts_it_out_of_date(later: Release, product: Product, cso: User) -> None:
    a_statement(later, cso)
    hazard = product.hazards.get()
    an_estimate(hazard, cso, "Catastrophic", "Very high")
    a_residual_estimate(hazard, cso, "Catastrophic", "Very high")
    reading = read_gate(product, later)
    assert (reading.statement, reading.decision) == (None, GateDecision.BLOCKED)
    said = judged_by_in_words(reading)
    assert "stated on" in said
    assert "does not count any more. HAZ-001 changed since that report: initial risk" in said
    with pytest.raises(NotPossible, match="does not count any more"):
        send_out(later, cso)
    stated = newest_statement(later)
    assert stated is not None
    assert stated.state == "Out of date"


def test_another_use_puts_it_out_of_date(later: Release, product: Product, cso: User) -> None:
    a_statement(later, cso)
    state_intended_use(product=product, by=cso, purpose="Repeats for children", reason="Asked for")
    stated = newest_statement(later)
    assert stated is not None
    assert stated.why_not == ["Intended use: purpose changed since that report."]
    assert "safety case report" not in judged_by_in_words(read_gate(product, later))


def test_what_moves_no_risk_leaves_it_in_force(later: Release, product: Product, cso: User) -> None:
    a_statement(later, cso)
    make_feature(product, "Of a later release")
    edit_hazard(
        hazard=product.hazards.get(), by=cso, changes={"review_date": in_days(30)}, reason="Set"
    )
    assert read_gate(product, later).statement is not None


def test_what_it_said_when_it_went_out_stays(later: Release, product: Product, cso: User) -> None:
    a_statement(later, cso)
    send_out(later, cso)
    hazard = product.hazards.get()
    add_cause(hazard=hazard, by=cso, text="The courier is late", reason="Seen in October")
    out = Release.objects.get(pk=later.pk)
    assert read_gate(product, out).statement is not None


def test_a_change_that_no_release_carries_is_new_in_it(
    later: Release, product: Product, cso: User, engineer: User
) -> None:
    change = create_change(product=product, by=engineer, title="A newer library")
    with pytest.raises(NotPossible, match=r"CHG-1 \(A newer library\) is not triaged"):
        a_statement(later, cso)
    triage: dict[str, Any] = {"product": product, "by": cso, "change": change, "touches": []}
    record_triage(**triage, outcome=TriageOutcome.NO_EFFECT)
    statement = a_statement(later, cso)
    other = create_change(product=product, by=engineer, title="Another library")
    assert "CHG-2 (Another library) is not triaged." in judged_by_in_words(
        read_gate(product, later)
    )
    withdraw_change(change=other, by=engineer, reason="Put off")
    send_out(later, cso)
    next_one = a_later_release(product, "1.0.2")
    edit_change(change=change, by=engineer, changes={"release_id": next_one.pk})
    create_change(product=product, by=engineer, title="A third library")
    out = Release.objects.get(pk=later.pk)
    stated = newest_statement(out)
    assert stated is not None
    assert stated.state == "Signed", "what came later is no part of what went out"
    assert read_gate(product, out).statement is not None
    assert stated.statement == statement


def test_a_withdrawn_signature_judges_nothing(later: Release, cso: User) -> None:
    statement = a_statement(later, cso)
    signed = SignOff.objects.get(subject_id=statement.public_id)
    withdraw_sign_off(sign_off=signed, by=cso, confirmed=proof(cso), reason="I overlooked one")
    reading = newest_statement(later)
    assert reading is not None
    assert reading.state == "Withdrawn"
    assert read_gate(later.product, later).decision is GateDecision.BLOCKED


def test_a_report_that_was_replaced_covers_nothing(
    later: Release, issued: Issue, product: Product, cso: User, clinician: User, executive: User
) -> None:
    a_statement(later, cso, covered_by=issued)
    again = a_frozen_version(product, cso, "1.0.0")
    for person, meaning in (
        (clinician, Meaning.REVIEWED),
        (cso, Meaning.APPROVED),
        (executive, Meaning.AUTHORISED),
    ):
        signed_version(again, person, meaning)
    issue_version(baseline=again, by=cso)
    assert read_gate(product, later).statement is None, "what was stated under it holds no more"
    with pytest.raises(NotPossible, match="was replaced"):
        a_statement(later, cso, covered_by=issued)


def test_only_a_current_officer_states(later: Release, cso: User, clinician: User) -> None:
    with pytest.raises(NotAllowed):
        a_statement(later, clinician)
    edit_profile(profile=cso.profile, by=system_person(), changes={"registration_checked_on": None})
    with pytest.raises(NotPossible, match="was not checked"):
        a_statement(later, cso)


def test_it_says_why(later: Release, cso: User) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        a_statement(later, cso, why=" ")


def test_there_has_to_be_a_report_of_an_earlier_release(
    issued: Issue, later: Release, cso: User
) -> None:
    with pytest.raises(NotPossible, match="No report of an earlier release"):
        a_statement(later, cso, covered_by=None)
    with pytest.raises(NotPossible, match="has a report of its own"):
        a_statement(issued.baseline.release, cso, covered_by=issued)
    assert reports_to_cover(later) == [issued]
    assert reports_to_cover(issued.baseline.release) == []


def test_what_an_officer_reads_before_they_state(later: Release, cso: User, issued: Issue) -> None:
    feature = carried(later, cso)
    stating = read_stating(later, issued)
    assert [(each.reference, each.word) for each in stating.new] == [
        (feature.reference, "not triaged")
    ]
    assert stating.in_the_way == [stating.new[0].why]
