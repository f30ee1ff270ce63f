"""Who may accept a residual risk, and in which role."""

import pytest
from django.utils import timezone

from accounts.actions import deactivate_person, system_person
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from hazards.actions.matrix_versions import approve_matrix, draft_matrix
from hazards.choices import Stage
from hazards.models import Hazard, Plan
from products.actions import end_membership
from products.choices import Role
from products.models import Membership, Product
from reviews.acceptance.authority import against_accepting, against_any_acceptance, authority_of
from reviews.actions.plans import draft_plan
from reviews.actions.signing import withdraw_sign_off
from reviews.choices import Meaning
from reviews.models import Acceptance, SignOff
from tests.audit.record import contents
from tests.factories import join, make_person
from tests.hazards.factories import a_cause, a_hazard, an_estimate
from tests.reviews.acceptances import DAY, next_plan, refusal, stands
from tests.reviews.factories import (
    a_hazard_to_accept,
    a_residual_estimate,
    accept,
    proof,
    risk_of,
)

# --- Who may --------------------------------------------------------------------------------------


def test_nobody_accepts_what_they_estimated(
    product: Product, plan: Plan, cso: User, executive: User
) -> None:
    hazard = a_hazard_to_accept(product, cso)
    assert "You estimated the residual risk of HAZ-001 yourself" in refusal(hazard, cso)
    accept(hazard, executive)


def test_nor_where_one_cause_alone_is_their_own(
    product: Product, plan: Plan, clinician: User, cso: User
) -> None:
    hazard = a_hazard(product, clinician)
    for by, words in ((clinician, "One cause"), (cso, "Another")):
        a_residual_estimate(hazard, by, cause=a_cause(hazard, by, words))
    assert "You estimated" in refusal(hazard, cso)


def test_an_estimate_of_their_own_that_is_superseded_bars_nobody(
    product: Product, plan: Plan, clinician: User, cso: User
) -> None:
    hazard = a_hazard_to_accept(product, cso)
    a_residual_estimate(hazard, clinician)
    accept(hazard, cso)


def test_without_a_plan_in_force_nobody_accepts(
    product: Product, clinician: User, cso: User, executive: User
) -> None:
    hazard = a_hazard_to_accept(product, clinician)
    assert "No clinical risk management plan is in force" in refusal(hazard, executive)
    draft_plan(product=product, by=cso)
    assert "No clinical risk management plan is in force" in refusal(hazard, executive)


@pytest.mark.parametrize("meaning", [Meaning.APPROVED, Meaning.AUTHORISED])
def test_nor_once_a_signature_under_the_plan_is_withdrawn(
    hazard: Hazard, plan: Plan, executive: User, meaning: Meaning
) -> None:
    sign_off = SignOff.objects.get(subject_id=plan.public_id, meaning=meaning)
    by = sign_off.signed_by
    withdraw_sign_off(sign_off=sign_off, by=by, confirmed=proof(by), reason="A mistake")
    assert "No clinical risk management plan is in force" in refusal(hazard, executive)


def test_a_role_that_the_plan_does_not_name_accepts_nothing(
    hazard: Hazard, clinical_product_manager: User, product: Product
) -> None:
    pharmacist = make_person("Paula Pharmacist")
    join(product, pharmacist, Role.CLINICIAN)
    for person in (clinical_product_manager, pharmacist):
        assert refusal(hazard, person) == (
            "The plan gives class 3 to accountable executive or clinical safety officer: your "
            "role on the product does not let you accept HAZ-001. Nothing was signed."
        )


def test_roles_that_never_sign_are_not_asked(
    hazard: Hazard, product_manager: User, engineer: User, auditor: User, administrator: User,
    stranger: User,
) -> None:  # fmt: skip
    before = contents()
    for person in (product_manager, engineer, auditor, administrator, stranger):
        with pytest.raises(NotAllowed, match="does not let you sign or reject"):
            accept(hazard, person)
    assert contents() == before


def test_the_system_person_accepts_nothing(hazard: Hazard) -> None:
    assert "your role on the product does not let you" in refusal(hazard, system_person())


def test_a_role_that_ended_and_a_person_who_may_not_sign_in_accept_nothing(
    hazard: Hazard, cso: User, executive: User, administrator: User
) -> None:
    end_membership(
        membership=Membership.objects.get(person=executive),
        by=system_person(),
        ends_on=timezone.localdate() - DAY,
        reason="She left",
    )
    held = User.objects.get(pk=cso.pk)
    deactivate_person(person=cso, by=administrator, reason="She left")
    before = contents()
    for person in (executive, User.objects.get(pk=cso.pk)):
        with pytest.raises(NotAllowed):
            accept(hazard, person)
    with pytest.raises(NotPossible, match="may not sign in, so they cannot act as an officer"):
        accept(hazard, held)
    assert contents() == before


def test_the_plan_in_force_decides_not_the_one_before(
    hazard: Hazard, plan: Plan, product: Product, cso: User, executive: User,
    clinical_product_manager: User,
) -> None:  # fmt: skip
    second = next_plan(product, cso, executive, [Role.CLINICAL_PRODUCT_MANAGER])
    for person in (cso, executive):
        assert "The plan gives class 3 to clinical product manager" in refusal(hazard, person)
    [acceptance] = accept(hazard, clinical_product_manager)
    assert (acceptance.plan, acceptance.authority) == (second, Role.CLINICAL_PRODUCT_MANAGER)


def test_a_plan_may_let_nobody_accept(
    hazard: Hazard, plan: Plan, product: Product, cso: User, executive: User
) -> None:
    next_plan(product, cso, executive, [])
    assert "Version 2 of the plan lets nobody accept a risk of the class of HAZ-001" in refusal(
        hazard, executive
    )


def test_what_was_estimated_with_another_matrix_than_the_plan_names_is_estimated_again(
    hazard: Hazard, plan: Plan, product: Product, clinician: User, cso: User, executive: User
) -> None:
    draft = draft_matrix(product=product, by=cso, severities=5, likelihoods=5, classes=5)
    approve_matrix(matrix=draft, by=cso)
    next_plan(product, cso, executive, [Role.ACCOUNTABLE_EXECUTIVE])
    said = "estimated with another version of the risk matrix than version 2 of the plan names"
    assert said in refusal(hazard, executive)
    an_estimate(hazard, clinician, "Major", "Low", Stage.RESIDUAL)
    [acceptance] = accept(Hazard.objects.get(pk=hazard.pk), executive)
    assert acceptance.authority == Role.ACCOUNTABLE_EXECUTIVE


def test_who_has_two_roles_accepts_in_the_one_that_the_plan_names(
    hazard: Hazard, plan: Plan, product: Product, cso: User, executive: User, auditor: User
) -> None:
    next_plan(product, cso, executive, [Role.CLINICIAN])
    join(product, executive, Role.CLINICIAN)
    [acceptance] = accept(hazard, executive)
    assert acceptance.authority == Role.CLINICIAN
    sign_off = SignOff.objects.get(subject_id=acceptance.public_id)
    assert sign_off.signer_role == "Clinician"


def test_an_acceptance_outlives_the_plan_that_it_was_given_under(
    accepted: Acceptance, plan: Plan, product: Product, cso: User, executive: User
) -> None:
    next_plan(product, cso, executive, [Role.CLINICIAN])
    assert stands(accepted)
    assert accepted.plan == plan


def test_the_page_and_the_action_say_the_same(
    hazard: Hazard, product: Product, cso: User, executive: User, clinician: User
) -> None:
    for person in (cso, executive, clinician):
        risk = risk_of(hazard)
        against = against_any_acceptance(risk) or against_accepting(
            risk, authority_of(person, product), person
        )
        if against:
            assert refusal(hazard, person) == f"{against} Nothing was signed."
    accept(hazard, executive)
    assert against_any_acceptance(risk_of(hazard)).endswith("waits for acceptance.")
