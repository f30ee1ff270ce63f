"""What follows from an acceptance: for the hazard, for lists of many, and for two at once."""

from typing import Any

import pytest

from accounts.models import User
from audit.errors import NotPossible
from hazards.actions.hazards import set_status
from hazards.choices import HazardStatus, Stage
from hazards.models import Estimate, Hazard, Plan
from products.choices import Role
from products.models import Membership, Product
from reviews.acceptance.reading import read_acceptances
from reviews.actions.acceptances import accept_risks
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning, SubjectKind
from reviews.models import Acceptance, SignOff
from tests.audit.record import contents
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_control, a_live_hazard, an_estimate
from tests.reviews.acceptances import stands, withdraw
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_plan_in_force,
    a_residual_estimate,
    accept,
    accepting,
    proof,
    risk_of,
)

# --- Before a hazard is transferred or closed -----------------------------------------------------


@pytest.fixture
def transferable(product: Product, plan: Plan, cso: User, clinician: User) -> Hazard:
    """A live hazard that waits for nothing but the acceptance of its risk."""
    hazard = a_live_hazard(product, cso)
    a_control(hazard, cso, party="deployer", instruction="Check the list each day")
    for stage in Stage:
        an_estimate(hazard, clinician, stage=stage)
    return hazard


def transfer(hazard: Hazard, by: User) -> Hazard:
    found = Hazard.objects.get(pk=hazard.pk)
    return set_status(hazard=found, by=by, status=HazardStatus.TRANSFERRED)


def test_a_hazard_is_transferred_once_its_risk_is_accepted(
    transferable: Hazard, cso: User, executive: User
) -> None:
    before = contents()
    with pytest.raises(NotPossible, match=r"yet\. Its residual risk waits for acceptance\.$"):
        transfer(transferable, cso)
    assert contents() == before
    accept(transferable, executive)
    assert transfer(transferable, cso).status == HazardStatus.TRANSFERRED


def test_not_once_the_acceptance_has_lapsed(
    transferable: Hazard, cso: User, clinician: User, executive: User
) -> None:
    accept(transferable, executive)
    a_residual_estimate(transferable, clinician)
    with pytest.raises(NotPossible, match="Its residual risk waits for acceptance"):
        transfer(transferable, cso)


def test_never_with_an_unacceptable_risk(
    transferable: Hazard, cso: User, clinician: User, executive: User
) -> None:
    accept(transferable, executive)
    a_residual_estimate(transferable, clinician, "Catastrophic", "Medium")
    with pytest.raises(NotPossible, match="Its residual risk is unacceptable"):
        transfer(transferable, cso)


def test_opening_asks_for_nothing(transferable: Hazard, cso: User, clinician: User) -> None:
    executive = Membership.objects.get(role=Role.ACCOUNTABLE_EXECUTIVE).person
    accept(transferable, executive)
    hazard = transfer(transferable, cso)
    a_residual_estimate(hazard, clinician)
    opened = set_status(hazard=hazard, by=cso, status=HazardStatus.OPEN, reason="It changed")
    assert opened.status == HazardStatus.OPEN


# --- Read together --------------------------------------------------------------------------------


def test_acceptances_are_read_in_one_number_of_queries_however_many(
    product: Product,
    plan: Plan,
    clinician: User,
    executive: User,
    django_assert_max_num_queries: Any,
) -> None:
    def some(count: int) -> list[Hazard]:
        return [
            hazard
            for n in range(count)
            for hazard in [a_hazard_to_accept(product, clinician, name=f"Hazard {n}")]
            if accept(hazard, executive)
        ]

    few, many = some(2), some(8)
    for hazards in (few, many):
        with django_assert_max_num_queries(12):
            for risk in read_acceptances(hazards):
                [reading] = risk.acceptances
                assert reading.stands
                assert (reading.acceptance.plan.number, reading.sign_off.signer_name) == (
                    1,
                    "Dora Director",
                )


# --- At once --------------------------------------------------------------------------------------


@pytest.fixture
def ward(cloned_database: ClonedDatabase) -> tuple[Hazard, User, list[User]]:
    """A hazard whose risk waits, its clinician, and two executives who may accept it."""
    product = make_product()
    people = {}
    for name, role in (
        ("Clara Officer", Role.CLINICAL_SAFETY_OFFICER),
        ("One Director", Role.ACCOUNTABLE_EXECUTIVE),
        ("Other Director", Role.ACCOUNTABLE_EXECUTIVE),
        ("Farah Pharmacist", Role.CLINICIAN),
    ):
        people[name] = make_person(name, professional_body="GMC", registration_number="1234567")
        join(product, people[name], role)
    executives = [people["One Director"], people["Other Director"]]
    a_plan_in_force(product, people["Clara Officer"], executives[0])
    clinician = people["Farah Pharmacist"]
    return a_hazard_to_accept(product, clinician), clinician, executives


def test_two_who_accept_at_once_accept_once(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, _, executives = ward
    outcomes = cloned_database.at_once(*(lambda by=by: accept(hazard, by) for by in executives))
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    assert "Nothing was signed." in refused.sentence
    acceptance = Acceptance.objects.get()
    assert SignOff.objects.filter(subject_kind=SubjectKind.ACCEPTANCE).count() == 1
    assert stands(acceptance)
    assert Hazard.objects.get().content_version == 3, "raised, estimated, accepted"


def test_an_estimate_and_an_acceptance_at_once_never_leave_an_unread_risk_accepted(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, clinician, [executive, _] = ward
    on_screen = accepting(hazard)
    outcomes = cloned_database.at_once(
        lambda: accept_risks(
            product=hazard.product, by=executive, risks=[on_screen], confirmed=proof(executive)
        ),
        lambda: a_residual_estimate(hazard, clinician, "Considerable", "Medium"),
    )
    assert isinstance(outcomes[1], Estimate), outcomes[1]
    if isinstance(outcomes[0], Exception):
        assert "was changed while you read it" in str(outcomes[0])
        assert not Acceptance.objects.exists()
    assert risk_of(hazard).waiting == [outcomes[1]]


def test_two_withdrawals_at_once_are_one(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, _, [executive, _] = ward
    [acceptance] = accept(hazard, executive)
    outcomes = cloned_database.at_once(*[lambda: withdraw(acceptance, executive)] * 2)
    [refused] = [each for each in outcomes if isinstance(each, Exception)]
    assert isinstance(refused, NotPossible), refused
    assert "withdrawn already" in refused.sentence
    assert SignOff.objects.filter(meaning=Meaning.WITHDRAWN).count() == 1


def test_a_plan_that_falls_at_once_accepts_before_or_not_at_all(
    cloned_database: ClonedDatabase, ward: tuple[Hazard, User, list[User]]
) -> None:
    hazard, _, executives = ward
    signature = SignOff.objects.get(subject_kind=SubjectKind.PLAN, meaning=Meaning.AUTHORISED)
    outcomes = cloned_database.at_once(
        lambda: accept(hazard, executives[1]),
        lambda: withdraw_sign_off(
            sign_off=signature,
            by=executives[0],
            confirmed=proof(executives[0]),
            reason="A mistake in it",
        ),
    )
    assert isinstance(outcomes[1], SignOff), outcomes[1]
    if isinstance(outcomes[0], Exception):
        assert "No clinical risk management plan is in force" in str(outcomes[0])
    else:
        [acceptance] = outcomes[0]
        signed = SignOff.objects.get(subject_id=acceptance.public_id)
        assert signed.pk < outcomes[1].pk, "accepted while the plan was in force"
