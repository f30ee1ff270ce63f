"""What is asked of acceptances in several modules."""

import datetime

import pytest

from accounts.models import User
from audit.errors import NotPossible
from hazards.models import Hazard, Plan
from products.choices import Role
from products.models import Product
from reviews.actions.acceptances import Accepting, accept_risks
from reviews.actions.plans import draft_plan, say_of_class
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import AcceptanceState, Meaning
from reviews.models import Acceptance, SignOff
from reviews.plan.reading import classes_of
from tests.audit.record import contents
from tests.reviews.factories import (
    WHY,
    accepting,
    proof,
    put_in_force,
    risk_of,
)

DAY = datetime.timedelta(days=1)


def refusal(
    hazard: Hazard,
    by: User,
    why: str = WHY,
    *,
    risks: list[Accepting] | None = None,
    ends: str = "signed",
) -> str:
    """Why an acceptance is refused; asserts that nothing at all was written."""
    before = contents()
    chosen = risks or [accepting(hazard, why)]
    with pytest.raises(NotPossible) as refused:
        accept_risks(product=hazard.product, by=by, risks=chosen, confirmed=proof(by))
    assert contents() == before
    assert f"Nothing was {ends}." in refused.value.sentence
    return refused.value.sentence


def state_of(acceptance: Acceptance) -> tuple[AcceptanceState, list[str]]:
    """Whether an acceptance stands today, and why not."""
    [reading] = [
        each for each in risk_of(acceptance.hazard).acceptances if each.acceptance == acceptance
    ]
    assert reading.stands is (reading.state is AcceptanceState.STANDS)
    return reading.state, reading.reasons


def stands(acceptance: Acceptance) -> bool:
    return state_of(acceptance) == (AcceptanceState.STANDS, [])


def next_plan(product: Product, cso: User, executive: User, roles: list[Role]) -> Plan:
    """The next version, in force, in which these roles accept class 3."""
    plan = draft_plan(product=product, by=cso)
    row = classes_of(plan).get(risk_class__number=3)
    say_of_class(plan_class=row, by=cso, accepted_by=roles, review_months=3)
    return put_in_force(Plan.objects.get(pk=plan.pk), cso, executive)


def withdraw(acceptance: Acceptance, by: User) -> SignOff:
    sign_off = SignOff.objects.get(subject_id=acceptance.public_id, meaning=Meaning.AUTHORISED)
    return withdraw_sign_off(
        sign_off=sign_off, by=by, confirmed=proof(by), reason="I had not seen the incident"
    )
