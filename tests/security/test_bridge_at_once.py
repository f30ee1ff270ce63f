"""Two people on the bridge at the same moment: nothing is agreed, answered or closed twice."""

from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.errors import NotPossible
from hazards.models import Control
from products.choices import Role, Side
from products.models import Product
from reviews.actions.checkpoints import close_checkpoint, open_checkpoint
from reviews.actions.concerns import answer_concern, raise_concern
from reviews.actions.decision_options import estimate_option
from reviews.actions.questions import answer_question, ask_question
from reviews.actions.safeguards import add_safeguard
from reviews.actions.superseding import supersede_decision
from reviews.actions.triage import answer_triage
from reviews.choices import ConcernOutcome, DecisionState, Meaning, SafeguardKind, TriageOutcome
from reviews.models import Decision, SignOff
from reviews.rhythm.triage_reading import TriageState, reading_of
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_feature, make_person, make_product
from tests.reviews.decisions.factories import agree, levels, read, sign, to_sign
from tests.reviews.factories import a_hazard_to_accept, a_plan_in_force
from tests.reviews.rhythm.making import triaged


class Team:
    """A product with a plan in force, an officer, an executive and who stands on both sides."""

    def __init__(self) -> None:
        self.product: Product = make_product()
        self.cso = self._joined("Clara Officer", Role.CLINICAL_SAFETY_OFFICER)
        self.executive = self._joined("Dora Director", Role.ACCOUNTABLE_EXECUTIVE)
        self.bridge = self._joined("Bridget Between", Role.CLINICAL_PRODUCT_MANAGER)
        self.engineer = self._joined("Ed Engineer", Role.CONTRIBUTOR)
        a_plan_in_force(self.product, self.cso, self.executive)

    def _joined(self, name: str, role: Role) -> User:
        person = make_person(name, professional_body="GMC", registration_number=f"1{name[:5]}")
        join(self.product, person, role)
        return person

    def decision(self) -> Decision:
        """A decision to be signed, with a safeguard that becomes a control."""
        hazard = a_hazard_to_accept(self.product, self.cso)
        decision = to_sign(self.product, hazard, self.cso, self.bridge)
        option, row = read(decision).options[1].option, read(decision).rows[0].row
        add_safeguard(
            option=option,
            by=self.cso,
            kind=SafeguardKind.CONTROL,
            text="A pharmacist decides",
            hazards=[row],
        )
        return decision


@pytest.fixture
def team(cloned_database: ClonedDatabase) -> Team:
    return Team()


def the_refusal(outcomes: list[Any]) -> str:
    """The sentence of the one that was refused; all others went through."""
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), outcomes
    return refused.sentence


def test_both_sides_sign_at_once_and_it_is_agreed_once(
    team: Team, cloned_database: ClonedDatabase
) -> None:
    decision = team.decision()
    outcomes = cloned_database.at_once(
        lambda: sign(decision, team.cso, Meaning.FOR_CLINICAL),
        lambda: sign(decision, team.executive, Meaning.FOR_PRODUCT),
    )
    assert all(isinstance(each, SignOff) for each in outcomes), outcomes
    assert read(decision).state is DecisionState.AGREED
    assert Control.objects.filter(text="A pharmacist decides").count() == 1


def test_one_person_in_two_windows_signs_for_one_side(
    team: Team, cloned_database: ClonedDatabase
) -> None:
    decision = team.decision()
    refusal = the_refusal(
        cloned_database.at_once(
            lambda: sign(decision, team.bridge, Meaning.FOR_CLINICAL),
            lambda: sign(decision, team.bridge, Meaning.FOR_PRODUCT),
        )
    )
    assert "One person cannot sign for both sides" in refusal
    assert read(decision).state is DecisionState.OPEN


def test_nobody_makes_an_option_unacceptable_while_it_is_agreed(
    team: Team, cloned_database: ClonedDatabase
) -> None:
    decision = team.decision()
    sign(decision, team.cso, Meaning.FOR_CLINICAL)
    chosen, row = read(decision).options[1].option, read(decision).rows[0].row
    severity, likelihood = levels(team.product, "Major", "High")
    the_refusal(
        cloned_database.at_once(
            lambda: sign(decision, team.executive, Meaning.FOR_PRODUCT),
            lambda: estimate_option(
                option=chosen,
                row=row,
                by=team.cso,
                severity=severity,
                likelihood=likelihood,
                why="As we know now",
            ),
        )
    )
    reading = read(decision)
    assert reading.chosen is not None
    is_unacceptable = bool(reading.chosen.in_the_way)
    assert (reading.state is DecisionState.AGREED) is not is_unacceptable


def test_one_decision_supersedes_another(team: Team, cloned_database: ClonedDatabase) -> None:
    decision = team.decision()
    agree(decision, team.cso, team.executive)
    calls = [
        lambda by=by: supersede_decision(decision=decision, by=by) for by in (team.cso, team.bridge)
    ]
    assert "is to supersede" in the_refusal(cloned_database.at_once(*calls))


def test_what_waits_is_answered_and_closed_once(
    team: Team, cloned_database: ClonedDatabase
) -> None:
    product, both = team.product, (team.cso, team.bridge)
    concern = raise_concern(product=product, by=team.engineer, text="It may be skipped")
    answers: dict[str, Any] = {"concern": concern, "outcome": ConcernOutcome.EXPLAINED}
    question = ask_question(
        product=product,
        by=team.engineer,
        about_kind="feature",
        about_id=str(make_feature(product).public_id),
        to_side=Side.CLINICAL,
        text="May it wait?",
    )
    checkpoint = open_checkpoint(product=product, by=team.cso, held_on=timezone.localdate())
    for call, sentence in (
        (lambda by: answer_concern(**answers, by=by, answer="Looked at"), "has answered this"),
        (lambda by: answer_question(question=question, by=by, answer="Yes"), "answered this"),
        (lambda by: close_checkpoint(checkpoint=checkpoint, by=by), "was closed"),
    ):
        calls = [lambda call=call, by=by: call(by) for by in both]
        assert sentence in the_refusal(cloned_database.at_once(*calls))


def test_what_is_triaged_anew_while_it_is_answered_is_the_officers_or_answered(
    team: Team, cloned_database: ClonedDatabase
) -> None:
    feature = make_feature(team.product)
    triage = triaged(feature, team.engineer)
    cloned_database.at_once(
        lambda: answer_triage(
            triage=triage, by=team.cso, outcome=TriageOutcome.STOP, note="Not like this"
        ),
        lambda: triaged(feature, team.engineer, TriageOutcome.NO_EFFECT),
    )
    assert reading_of(feature).state is TriageState.STOPPED
