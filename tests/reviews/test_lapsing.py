"""Acceptances that stand no more: their ground moved, or who gave them took them back."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed
from hazards.actions.causes import withdraw_cause
from hazards.actions.controls import (
    edit_control,
    link_control,
    set_control_state,
    unlink_control,
)
from hazards.actions.estimates import edit_assumption
from hazards.actions.evidence import edit_evidence, withdraw_evidence
from hazards.actions.hazards import edit_hazard
from hazards.choices import (
    AssumptionState,
    ControlState,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
)
from hazards.models import Assumption, Control, Evidence, Hazard, Plan
from products.models import Product, Release
from reviews.choices import AcceptanceState
from reviews.models import Acceptance
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_hazard,
    an_assumption,
    an_estimate,
    passed_evidence,
)
from tests.reviews.acceptances import DAY, stands, state_of, withdraw
from tests.reviews.factories import a_residual_estimate, accept, risk_of

# --- Lapsing --------------------------------------------------------------------------------------


def check_lapsed(acceptance: Acceptance, *reasons: str) -> None:
    """It lapsed for these reasons, it shows, and the risk waits again."""
    assert state_of(acceptance) == (AcceptanceState.LAPSED, list(reasons))
    risk = risk_of(acceptance.hazard)
    assert [each.acceptance for each in risk.lapsed] == [acceptance]
    assert risk.waiting == risk.needing != []


def test_a_newer_estimate_makes_it_lapse(accepted: Acceptance, clinician: User) -> None:
    newer = a_residual_estimate(accepted.hazard, clinician, "Considerable", "Medium")
    check_lapsed(accepted, "A newer estimate has taken the place of the one that was accepted.")
    assert risk_of(accepted.hazard).waiting == [newer]


def test_so_does_the_same_estimate_made_again(accepted: Acceptance, clinician: User) -> None:
    a_residual_estimate(accepted.hazard, clinician)
    check_lapsed(accepted, "A newer estimate has taken the place of the one that was accepted.")


def test_so_does_one_of_a_cause_beside_it(accepted: Acceptance, clinician: User) -> None:
    """What was accepted was the hazard's residual risk, and there is more to it now."""
    cause = a_cause(accepted.hazard, clinician)
    a_cause(accepted.hazard, clinician, "Another, without an estimate of its own")
    a_residual_estimate(accepted.hazard, clinician, "Minor", "Low", cause=cause)
    check_lapsed(accepted, "A newer estimate has taken the place of the one that was accepted.")


def test_a_newer_initial_estimate_does_not(accepted: Acceptance, clinician: User) -> None:
    an_estimate(accepted.hazard, clinician, "Catastrophic", "Very high")
    assert stands(accepted)


def test_words_dates_and_owners_do_not(accepted: Acceptance, cso: User) -> None:
    edit_hazard(hazard=accepted.hazard, by=cso, changes={"name": "Better words", "family": "x"})
    assert stands(accepted)


def test_a_failed_test_of_a_control_makes_it_lapse(
    relying: Acceptance, control: Control, clinician: User, release: Release
) -> None:
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    check_lapsed(relying, "CTL-001 was found ineffective: evidence of it failed.")


def test_so_does_a_test_that_turns_out_to_have_failed(relying: Acceptance, clinician: User) -> None:
    evidence = Evidence.objects.get(of=EvidenceOf.EFFECTIVENESS)
    edit_evidence(evidence=evidence, by=clinician, changes={"result": EvidenceResult.FAIL})
    check_lapsed(relying, "CTL-001 was found ineffective: evidence of it failed.")


def test_a_failed_test_that_is_withdrawn_lets_it_stand_again_once_verified(
    relying: Acceptance, control: Control, clinician: User, release: Release
) -> None:
    failed = passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    withdraw_evidence(evidence=failed, by=clinician, reason="Of another build")
    check_lapsed(relying, "CTL-001 was relied on and no longer stands.")
    set_control_state(
        control=Control.objects.get(pk=control.pk), by=clinician, state=ControlState.VERIFIED
    )
    assert stands(relying)


def test_withdrawn_evidence_makes_it_lapse(relying: Acceptance, clinician: User) -> None:
    evidence = Evidence.objects.get(of=EvidenceOf.IMPLEMENTATION)
    withdraw_evidence(evidence=evidence, by=clinician, reason="Of another build")
    check_lapsed(relying, "CTL-001 was relied on and no longer stands.")


def test_a_control_that_goes_back_makes_it_lapse(
    relying: Acceptance, control: Control, clinician: User
) -> None:
    set_control_state(
        control=Control.objects.get(pk=control.pk),
        by=clinician,
        state=ControlState.IMPLEMENTED,
        reason="To be tested again",
    )
    check_lapsed(relying, "CTL-001 was relied on and no longer stands.")


def test_a_withdrawn_control_makes_it_lapse(
    relying: Acceptance, control: Control, clinician: User
) -> None:
    set_control_state(
        control=Control.objects.get(pk=control.pk),
        by=clinician,
        state=ControlState.WITHDRAWN,
        reason="Too costly",
    )
    check_lapsed(relying, "CTL-001 no longer protects this hazard.")


def test_an_unlinked_control_makes_it_lapse_here_and_nowhere_else(
    relying: Acceptance, control: Control, product: Product, clinician: User, executive: User
) -> None:
    other = a_hazard(product, clinician, "Another")
    link_control(control=control, hazard=other, by=clinician)
    a_residual_estimate(other, clinician)
    [elsewhere] = accept(other, executive)
    unlink_control(control=control, hazard=relying.hazard, by=clinician, reason="Not here")
    check_lapsed(relying, "CTL-001 no longer protects this hazard.")
    assert stands(elsewhere)


def test_an_instruction_that_is_taken_away_makes_it_lapse(
    hazard: Hazard, clinician: User, executive: User
) -> None:
    control = a_control(hazard, clinician, party="deployer", instruction="Check each day")
    [acceptance] = accept(hazard, executive)
    edit_control(control=control, by=clinician, changes={"instruction": ""})
    check_lapsed(acceptance, "CTL-001 was relied on and no longer stands.")


def test_a_control_that_never_stood_may_go_on_not_standing(
    hazard: Hazard, clinician: User, executive: User
) -> None:
    control = a_control(hazard, clinician)
    [acceptance] = accept(hazard, executive)
    set_control_state(control=control, by=clinician, state=ControlState.AGREED)
    assert stands(acceptance)


def test_but_a_failed_test_of_it_is_news(
    hazard: Hazard, clinician: User, executive: User, release: Release
) -> None:
    control = a_control(hazard, clinician)
    [acceptance] = accept(hazard, executive)
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    check_lapsed(acceptance, "CTL-001 was found ineffective: evidence of it failed.")


def test_a_failure_that_was_known_is_accepted_with_it(
    hazard: Hazard, clinician: User, executive: User, release: Release
) -> None:
    control = a_control(hazard, clinician)
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS, result=EvidenceResult.FAIL
    )
    [acceptance] = accept(hazard, executive)
    assert acceptance.was_provisional
    assert stands(acceptance)


def test_planned_and_inconclusive_tests_find_nothing_ineffective(
    relying: Acceptance, control: Control, clinician: User, release: Release
) -> None:
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS,
        result=EvidenceResult.INCONCLUSIVE,
    )  # fmt: skip
    passed_evidence(
        control, clinician, release, EvidenceOf.EFFECTIVENESS,
        state=EvidenceState.PLANNED, result="", dated_on=None,
    )  # fmt: skip
    assert stands(relying)


def test_a_control_that_is_added_lets_it_stand(relying: Acceptance, clinician: User) -> None:
    a_control(relying.hazard, clinician, "Another control")
    assert stands(relying)


@pytest.fixture
def assumed(product: Product, plan: Plan, clinician: User, executive: User) -> Assumption:
    """An assumption that an accepted estimate stands on."""
    hazard = a_hazard(product, clinician)
    assumption = an_assumption(product, clinician, valid_until=timezone.localdate())
    a_residual_estimate(hazard, clinician, assumption=assumption)
    [acceptance] = accept(hazard, executive)
    assert stands(acceptance), "valid to the end of its last day"
    return assumption


@pytest.mark.parametrize(
    "changes",
    [
        {"state": AssumptionState.BROKEN},
        {"state": AssumptionState.WITHDRAWN},
        {"valid_until": timezone.localdate() - DAY},
    ],
    ids=["broken", "withdrawn", "expired"],
)
def test_an_assumption_that_holds_no_longer_makes_it_lapse(
    assumed: Assumption, clinician: User, changes: dict[str, Any]
) -> None:
    edit_assumption(assumption=assumed, by=clinician, changes=changes)
    [acceptance] = Acceptance.objects.all()
    check_lapsed(acceptance, "An assumption no longer holds: The formulary is updated every week")


def test_so_does_one_of_the_hazard(accepted: Acceptance, product: Product, clinician: User) -> None:
    of_hazard = {"hazard": accepted.hazard, "text": "The ward is staffed"}
    assumption = an_assumption(product, clinician, **of_hazard)
    assert stands(accepted)
    edit_assumption(assumption=assumption, by=clinician, changes={"state": AssumptionState.BROKEN})
    check_lapsed(accepted, "An assumption no longer holds: The ward is staffed")


def test_one_that_it_does_not_stand_on_does_not(
    accepted: Acceptance, product: Product, clinician: User
) -> None:
    assumption = an_assumption(product, clinician)
    edit_assumption(assumption=assumption, by=clinician, changes={"state": AssumptionState.BROKEN})
    assert stands(accepted)


def test_a_lapsed_risk_is_accepted_anew_and_the_old_record_stays(
    accepted: Acceptance, clinician: User, cso: User
) -> None:
    a_residual_estimate(accepted.hazard, clinician)
    [again] = accept(accepted.hazard, cso)
    risk = risk_of(accepted.hazard)
    assert [each.state for each in risk.acceptances] == [
        AcceptanceState.LAPSED,
        AcceptanceState.STANDS,
    ]
    assert (risk.waiting, risk.lapsed) == ([], [])
    standing = risk.standing_for(risk.needing[0])
    assert standing is not None
    assert standing.acceptance == again


def test_what_became_unacceptable_shows_what_lapsed_with_it(
    accepted: Acceptance, clinician: User, executive: User
) -> None:
    a_residual_estimate(accepted.hazard, clinician, "Catastrophic", "High")
    risk = risk_of(accepted.hazard)
    assert (risk.waiting, risk.is_unacceptable) == ([], True)
    assert [each.acceptance for each in risk.lapsed] == [accepted]


def test_what_became_acceptable_needs_nothing_any_more(
    accepted: Acceptance, clinician: User
) -> None:
    a_residual_estimate(accepted.hazard, clinician, "Minor", "Low")
    risk = risk_of(accepted.hazard)
    assert (risk.needing, risk.waiting, risk.lapsed) == ([], [], [])
    assert state_of(accepted)[0] is AcceptanceState.LAPSED


def test_what_lapsed_is_shown_once_for_each_cause_and_only_the_last(
    product: Product, plan: Plan, clinician: User, cso: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    causes = [a_cause(hazard, clinician, words) for words in ("One cause", "Another")]
    rounds = []
    for by in (executive, cso):
        for cause in causes:
            a_residual_estimate(hazard, clinician, cause=cause)
        rounds.append(accept(hazard, by))
    assert risk_of(hazard).lapsed == []
    a_residual_estimate(hazard, clinician, cause=causes[0])
    assert [each.acceptance for each in risk_of(hazard).lapsed] == rounds[1]


def test_a_cause_that_is_withdrawn_takes_its_estimate_along(
    product: Product, plan: Plan, clinician: User, executive: User
) -> None:
    hazard = a_hazard(product, clinician)
    cause = a_cause(hazard, clinician)
    a_residual_estimate(hazard, clinician, cause=cause)
    [acceptance] = accept(hazard, executive)
    withdraw_cause(cause=cause, by=clinician, reason="Written twice")
    assert state_of(acceptance) == (
        AcceptanceState.LAPSED,
        ["The cause whose risk was accepted is no longer in the log."],
    )
    assert risk_of(hazard).waiting == []


# --- Withdrawn ------------------------------------------------------------------------------------


def test_who_accepted_may_withdraw_and_the_risk_waits_again(
    accepted: Acceptance, executive: User, cso: User
) -> None:
    version = Hazard.objects.get(pk=accepted.hazard_id).content_version
    withdraw(accepted, executive)
    assert state_of(accepted) == (AcceptanceState.WITHDRAWN, ["Dora Director withdrew it."])
    risk = risk_of(accepted.hazard)
    assert risk.waiting == risk.needing != []
    assert [each.acceptance for each in risk.lapsed] == [accepted]
    assert risk.hazard.content_version == version + 1, "the hazard is not what it was"
    accept(accepted.hazard, cso)


def test_nobody_else_withdraws_it(accepted: Acceptance, cso: User) -> None:
    with pytest.raises(NotAllowed, match="Only Dora Director can withdraw"):
        withdraw(accepted, cso)
    assert stands(accepted)


def test_one_withdrawn_and_lapsed_says_that_it_was_withdrawn(
    accepted: Acceptance, executive: User, clinician: User
) -> None:
    withdraw(accepted, executive)
    a_residual_estimate(accepted.hazard, clinician)
    assert state_of(accepted)[0] is AcceptanceState.WITHDRAWN
