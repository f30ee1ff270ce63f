"""A clinical risk–benefit analysis: begun, written, signed, concluded, lapsed; and what follows."""

import pytest

from accounts.actions import edit_profile, system_person
from accounts.models import User
from audit.errors import Conflict, NotAllowed, NotPossible
from hazards.actions.controls import set_control_state
from hazards.choices import Acceptability, ControlState, HazardStatus
from hazards.models import Control, Hazard
from hazards.quality.checking import ask_about, check_hazards
from hazards.rules import HazardFacts
from products.models import Product, Release
from reviews.acceptance.authority import against_any_acceptance
from reviews.acceptance.conditions import (
    residual_risk_is_accepted,
    residual_risk_of_new_is_accepted,
)
from reviews.actions.risk_benefits import (
    draft_risk_benefit,
    drop_risk_benefit,
    edit_risk_benefit,
    reject_risk_benefit,
)
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Balance, Meaning
from reviews.models import RiskBenefit
from reviews.risk_benefit.rules import AnalysisState
from tests.audit.record import contents
from tests.hazards.factories import a_cause, a_control, verify
from tests.reviews.factories import (
    a_current_officer,
    a_residual_estimate,
    proof,
    risk_of,
)
from tests.reviews.risk_benefit.factories import (
    WRITTEN,
    a_hazard_to_weigh,
    an_analysis,
    concluded,
    reading_of,
    signed,
)

APPROVED, ACCEPTED = Meaning.APPROVED, Meaning.AUTHORISED


@pytest.fixture(autouse=True)
def officer(product: Product, cso: User, executive: User) -> None:
    """The officer is current: appointed and registered."""
    a_current_officer(product, cso, executive)


@pytest.fixture
def weighed(product: Product, cso: User) -> Hazard:
    """A hazard whose residual risk of class 4 is to be weighed."""
    return a_hazard_to_weigh(product, cso)


@pytest.fixture
def analysis(weighed: Hazard, clinician: User) -> RiskBenefit:
    """An analysis that may be signed."""
    return an_analysis(weighed, clinician)


@pytest.fixture
def borne(analysis: RiskBenefit, cso: User, executive: User) -> RiskBenefit:
    """One that is concluded: the benefit outweighs."""
    return concluded(analysis, cso, executive)


def state_of(analysis: RiskBenefit) -> AnalysisState:
    return reading_of(analysis).state


def sc07(hazard: Hazard) -> list[str]:
    """What SC07 finds on a hazard, by the rules as they are now."""
    asked = ask_about(hazard.product)
    [[checked]] = check_hazards(asked, [hazard.pk])
    return [each.message for each in checked.found if each.rule == "SC07"]


def refused(analysis: RiskBenefit, by: User, meaning: Meaning) -> str:
    """Why a signature is refused; asserts that nothing at all was written."""
    before = contents()
    with pytest.raises(NotPossible) as refusal:
        signed(analysis, by, meaning)
    assert contents() == before
    assert "Nothing was signed." in refusal.value.sentence
    return refusal.value.sentence


# --- Begun and written ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("severity", "likelihood", "words"),
    [
        ("Catastrophic", "High", "highest class: no analysis and no signature helps"),
        ("Major", "Low", "nothing to weigh"),
        ("Minor", "Low", "nothing to weigh"),
    ],
)
def test_only_what_is_unacceptable_and_below_the_highest_class_is_weighed(
    product: Product, cso: User, severity: str, likelihood: str, words: str
) -> None:
    hazard = a_hazard_to_weigh(product, cso)
    a_residual_estimate(hazard, cso, severity, likelihood)
    before = contents()
    with pytest.raises(NotPossible, match=words):
        draft_risk_benefit(hazard=hazard, by=cso)
    assert contents() == before


def test_each_unacceptable_risk_has_one_at_a_time(
    weighed: Hazard, analysis: RiskBenefit, cso: User
) -> None:
    with pytest.raises(NotPossible, match="Risk–benefit analysis 1 is about this risk already"):
        draft_risk_benefit(hazard=weighed, by=cso)
    cause = a_cause(weighed, cso)
    a_residual_estimate(weighed, cso, "Major", "High", cause=cause)
    second = draft_risk_benefit(hazard=weighed, by=cso)
    assert (second.number, second.benefit) == (2, WRITTEN["benefit"]), "copied to begin with"
    assert (second.balance, second.conclusion) == ("", ""), "but its conclusion is drawn anew"


def test_two_people_who_write_the_same_field_see_both(
    analysis: RiskBenefit, cso: User, clinician: User
) -> None:
    version = analysis.version
    edit_risk_benefit(analysis=analysis, by=cso, changes={"benefit": "Hers"}, base_version=version)
    with pytest.raises(Conflict):
        edit_risk_benefit(
            analysis=analysis, by=clinician, changes={"benefit": "His"}, base_version=version
        )
    with pytest.raises(TypeError):
        edit_risk_benefit(analysis=analysis, by=cso, changes={"estimate_id": 1})


def test_a_dropped_one_stays_readable_and_another_may_be_begun(
    analysis: RiskBenefit, weighed: Hazard, cso: User
) -> None:
    with pytest.raises(NotPossible, match="Say why it is dropped"):
        drop_risk_benefit(analysis=analysis, by=cso, reason="")
    drop_risk_benefit(analysis=analysis, by=cso, reason="The scope was changed instead")
    assert state_of(analysis) is AnalysisState.DROPPED
    with pytest.raises(NotPossible, match="was dropped"):
        edit_risk_benefit(analysis=analysis, by=cso, changes={"benefit": "x"})
    assert "It was dropped" in refused(analysis, cso, APPROVED)
    assert draft_risk_benefit(hazard=weighed, by=cso).number == 2


@pytest.mark.parametrize("who", ["product_manager", "engineer", "executive", "auditor", "stranger"])
def test_others_begin_and_write_none(
    analysis: RiskBenefit, weighed: Hazard, who: str, request: pytest.FixtureRequest
) -> None:
    person = request.getfixturevalue(who)
    with pytest.raises(NotAllowed):
        edit_risk_benefit(analysis=analysis, by=person, changes={"benefit": "x"})
    with pytest.raises(NotAllowed):
        draft_risk_benefit(hazard=weighed, by=person)


# --- Signed ---------------------------------------------------------------------------------------


def test_it_is_concluded_once_the_officer_approved_and_the_executive_accepted(
    analysis: RiskBenefit, cso: User, executive: User
) -> None:
    assert "approves it before it is accepted" in refused(analysis, executive, ACCEPTED)
    signed(analysis, cso, APPROVED)
    assert state_of(analysis) is AnalysisState.APPROVED
    assert "approved already" in refused(analysis, cso, APPROVED)
    signed(analysis, executive, ACCEPTED)
    assert state_of(analysis) is AnalysisState.BEARS


@pytest.mark.parametrize(
    ("who", "meaning"),
    [("executive", APPROVED), ("clinician", APPROVED), ("cso", ACCEPTED), ("auditor", ACCEPTED)],
)
def test_nobody_else_signs(
    analysis: RiskBenefit, who: str, meaning: Meaning, request: pytest.FixtureRequest
) -> None:
    with pytest.raises(NotAllowed):
        signed(analysis, request.getfixturevalue(who), meaning)


def test_an_officer_who_is_not_current_approves_nothing(
    analysis: RiskBenefit, product: Product, cso: User, executive: User
) -> None:
    edit_profile(
        profile=cso.profile,
        by=system_person(),
        changes={"registration_checked_on": None},
        reason="Taken back",
    )
    assert "was not checked within twelve months" in refused(analysis, cso, APPROVED)


def test_one_that_leaves_something_out_is_not_approved(
    weighed: Hazard, clinician: User, cso: User
) -> None:
    analysis = an_analysis(weighed, clinician, without="")
    assert "what patients have without the product" in refused(analysis, cso, APPROVED)


def test_a_rejection_sends_it_back(analysis: RiskBenefit, cso: User, executive: User) -> None:
    seen = reading_of(analysis).subject.fingerprint
    reject_risk_benefit(analysis=analysis, by=executive, seen=seen, reason="Which trial?")
    assert state_of(analysis) is AnalysisState.REJECTED
    assert "rejected as it stands" in refused(analysis, cso, APPROVED)
    edit_risk_benefit(analysis=analysis, by=cso, changes={"evidence": "The trial of 2024, table 3"})
    signed(analysis, cso, APPROVED)


def test_a_change_after_the_approval_takes_it_out_of_date(
    analysis: RiskBenefit, cso: User, clinician: User, executive: User
) -> None:
    signed(analysis, cso, APPROVED)
    edit_risk_benefit(analysis=analysis, by=clinician, changes={"benefit": "More"})
    assert state_of(analysis) is AnalysisState.DRAFT
    assert "approves it before it is accepted" in refused(analysis, executive, ACCEPTED)


def test_a_concluded_one_stays_as_it_was_signed(borne: RiskBenefit, cso: User) -> None:
    before = contents()
    with pytest.raises(NotPossible, match="so it stays as it was signed"):
        edit_risk_benefit(analysis=borne, by=cso, changes={"benefit": "More"})
    with pytest.raises(NotPossible, match="so it stays as it was signed"):
        drop_risk_benefit(analysis=borne, by=cso, reason="No")
    assert contents() == before


# --- What follows ---------------------------------------------------------------------------------


def test_a_concluded_one_lifts_what_blocks_and_nothing_else_does(
    analysis: RiskBenefit, weighed: Hazard, cso: User, executive: User
) -> None:
    [blocks] = sc07(weighed)
    assert "only a concluded clinical risk–benefit analysis bears it" in blocks
    signed(analysis, cso, APPROVED)
    assert sc07(weighed) == [blocks]
    before = Hazard.objects.get(pk=weighed.pk).content_version
    signed(analysis, executive, ACCEPTED)
    assert sc07(weighed) == []
    now = Hazard.objects.get(pk=weighed.pk)
    assert now.content_version == before + 1, "so that the rules look at it again"
    assert not risk_of(weighed).is_unacceptable
    assert residual_risk_is_accepted(now, HazardStatus.CLOSED) == []


def test_re_appraisal_blocks_and_says_so(
    weighed: Hazard, clinician: User, cso: User, executive: User
) -> None:
    analysis = an_analysis(weighed, clinician, balance=Balance.RE_APPRAISE)
    concluded(analysis, cso, executive)
    assert state_of(analysis) is AnalysisState.RE_APPRAISE
    [blocks] = sc07(weighed)
    assert "Risk–benefit analysis 1 concluded" in blocks
    assert "the project is re-appraised" in blocks
    hazard = Hazard.objects.get(pk=weighed.pk)
    [missing] = residual_risk_is_accepted(hazard, HazardStatus.CLOSED)
    assert "the project is re-appraised" in missing
    assert risk_of(weighed).is_unacceptable
    with pytest.raises(NotPossible, match="is about this risk already"):
        draft_risk_benefit(hazard=weighed, by=cso)


def test_the_highest_class_says_that_nothing_helps(product: Product, cso: User) -> None:
    hazard = a_hazard_to_weigh(product, cso)
    a_residual_estimate(hazard, cso, "Catastrophic", "High")
    [blocks] = sc07(hazard)
    assert blocks.endswith("no signature helps.")
    [missing] = residual_risk_is_accepted(
        Hazard.objects.get(pk=hazard.pk), HazardStatus.TRANSFERRED
    )
    assert missing == "Its residual risk is unacceptable."


def test_one_of_two_unacceptable_risks_is_not_enough(
    borne: RiskBenefit, weighed: Hazard, cso: User, executive: User
) -> None:
    a_cause(weighed, cso, "Another, for which the estimate of the whole hazard speaks")
    a_residual_estimate(weighed, cso, "Major", "High", cause=a_cause(weighed, cso))
    assert len(sc07(weighed)) == 1
    assert risk_of(weighed).is_unacceptable
    second = draft_risk_benefit(hazard=weighed, by=cso)
    edit_risk_benefit(
        analysis=second,
        by=cso,
        changes={"balance": Balance.OUTWEIGHS, "conclusion": "The same, for this cause"},
    )
    concluded(second, cso, executive)
    assert state_of(borne) is AnalysisState.BEARS, "the first estimate still stands"
    assert sc07(weighed) == []


def test_a_risk_of_the_highest_class_beside_it_is_never_lifted(
    borne: RiskBenefit, weighed: Hazard, cso: User
) -> None:
    a_residual_estimate(weighed, cso, "Catastrophic", "Very high", cause=a_cause(weighed, cso))
    [blocks] = sc07(weighed)
    assert blocks.endswith("no signature helps.")


def test_a_justified_risk_beside_it_still_waits_for_its_acceptance(
    borne: RiskBenefit, weighed: Hazard, clinician: User
) -> None:
    a_residual_estimate(weighed, clinician, "Major", "Low", cause=a_cause(weighed, clinician))
    risk = risk_of(weighed)
    assert not risk.is_unacceptable
    assert len(risk.waiting) == 1
    assert against_any_acceptance(risk) == ""
    hazard = Hazard.objects.get(pk=weighed.pk)
    assert residual_risk_is_accepted(hazard, HazardStatus.CLOSED) == [
        "Its residual risk waits for acceptance."
    ]


def test_a_new_hazard_has_no_analysis_yet() -> None:
    facts = HazardFacts(1, Acceptability.UNACCEPTABLE, Acceptability.UNACCEPTABLE, [], False)
    assert residual_risk_of_new_is_accepted(facts, HazardStatus.CLOSED) == [
        "Its residual risk is unacceptable."
    ]


# --- Lapsed ---------------------------------------------------------------------------------------


def test_a_newer_estimate_makes_it_lapse(
    borne: RiskBenefit, weighed: Hazard, cso: User, executive: User
) -> None:
    a_residual_estimate(weighed, cso, "Major", "High")
    reading = reading_of(borne)
    assert reading.state is AnalysisState.LAPSED
    assert "newer estimate" in reading.reasons[0]
    assert len(sc07(weighed)) == 1
    assert risk_of(weighed).is_unacceptable
    again = draft_risk_benefit(hazard=weighed, by=cso)
    assert again.number == 2


def test_a_draft_of_an_older_estimate_is_not_signed(
    analysis: RiskBenefit, weighed: Hazard, cso: User
) -> None:
    a_residual_estimate(weighed, cso, "Major", "High")
    assert "Write the analysis anew for the risk as it is" in refused(analysis, cso, APPROVED)


def test_a_control_that_falls_away_makes_it_lapse(
    weighed: Hazard, product: Product, cso: User, executive: User, release: Release
) -> None:
    control: Control = verify(a_control(weighed, cso), cso, release)
    analysis = concluded(an_analysis(weighed, cso), cso, executive)
    assert sc07(weighed) == []
    set_control_state(
        control=control, by=cso, state=ControlState.IMPLEMENTED, reason="Its test was wrong"
    )
    reading = reading_of(analysis)
    assert reading.state is AnalysisState.LAPSED
    assert "relied on and no longer stands" in reading.reasons[0]
    assert len(sc07(weighed)) == 1
    assert draft_risk_benefit(hazard=weighed, by=cso).number == 2


@pytest.mark.parametrize("which", [0, 1])
def test_a_withdrawn_signature_ends_it(
    borne: RiskBenefit, weighed: Hazard, cso: User, executive: User, which: int
) -> None:
    theirs = reading_of(borne).signatures.readings[which].sign_off
    by = (cso, executive)[which]
    before = Hazard.objects.get(pk=weighed.pk).content_version
    withdraw_sign_off(sign_off=theirs, by=by, confirmed=proof(by), reason="New evidence")
    assert Hazard.objects.get(pk=weighed.pk).content_version == before + 1
    assert state_of(borne) is AnalysisState.LAPSED
    assert len(sc07(weighed)) == 1
    assert risk_of(weighed).is_unacceptable


def test_the_narrow_reading_says_the_same(borne: RiskBenefit, weighed: Hazard) -> None:
    risk_of(weighed)  # holds both readings against each other
