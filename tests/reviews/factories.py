"""Signatures, plans and acceptances for tests, made by the same actions as people use."""

from typing import Any

from django.utils import timezone

from accounts.actions import edit_profile, system_person
from accounts.credentials import PASSWORD, Confirmed
from accounts.models import User
from hazards.actions.matrix_versions import approve_matrix
from hazards.choices import MatrixState, Stage
from hazards.models import Estimate, Hazard, Plan
from hazards.queries import current_matrix
from products.choices import Role
from products.models import Membership, Product
from reviews.acceptance.overview import overview_of
from reviews.acceptance.reading import AcceptedRisk, read_acceptances
from reviews.acceptance.residual_risk import AcceptanceT, EstimateT, ResidualRisk
from reviews.actions.acceptances import Accepting, accept_risks
from reviews.actions.appointments import sign_appointment
from reviews.actions.plans import draft_plan, sign_plan
from reviews.choices import Meaning
from reviews.models import Acceptance, SignOff
from reviews.plan.reading import read_plan
from reviews.signing.subjects import appointment_subject
from tests.hazards.factories import a_hazard, an_estimate

WHY = "Every further control would delay medicines that patients need"


def proof(person: User) -> Confirmed:
    """The proof that a person gave their password just now."""
    return Confirmed(person.pk, PASSWORD, timezone.now())


def check_registration(person: User) -> None:
    """Have it on record that a person's professional registration was looked up today."""
    edit_profile(
        profile=person.profile,
        by=system_person(),
        changes={"registration_checked_on": timezone.localdate()},
    )
    person.profile.refresh_from_db()


def appointment_of(product: Product, person: User) -> Membership:
    """The membership by which somebody is a clinical safety officer."""
    found: Membership = Membership.objects.get(
        product=product, person=person, role=Role.CLINICAL_SAFETY_OFFICER
    )
    return found


def a_signed_appointment(product: Product, cso: User, executive: User) -> SignOff:
    """The executive's signature under the officer's appointment."""
    membership = appointment_of(product, cso)
    return sign_appointment(
        membership=membership,
        by=executive,
        seen=appointment_subject(membership).fingerprint,
        confirmed=proof(executive),
    )


def a_current_officer(product: Product, cso: User, executive: User) -> SignOff:
    """Give an officer everything that being current takes: the appointment and the registration."""
    check_registration(cso)
    return a_signed_appointment(product, cso, executive)


def an_approved_matrix(product: Product, cso: User) -> None:
    """Have the product's risk matrix approved."""
    matrix = current_matrix(product)
    assert matrix is not None
    if matrix.state != MatrixState.APPROVED:
        approve_matrix(matrix=matrix, by=cso)


def signed(plan: Plan, by: User, meaning: Meaning, **more: Any) -> SignOff:
    """Somebody's signature under a plan as it stands."""
    return sign_plan(
        plan=plan,
        by=by,
        meaning=meaning,
        confirmed=proof(by),
        **({"seen": read_plan(plan).subject.fingerprint} | more),
    )


def put_in_force(plan: Plan, cso: User, executive: User) -> Plan:
    """Have a plan approved by a current officer and authorised by the executive."""
    signed(plan, cso, Meaning.APPROVED)
    signed(plan, executive, Meaning.AUTHORISED)
    return plan


def a_plan_in_force(product: Product, cso: User, executive: User) -> Plan:
    """The first plan of a product, in force, with everything that it takes."""
    a_current_officer(product, cso, executive)
    an_approved_matrix(product, cso)
    return put_in_force(draft_plan(product=product, by=cso), cso, executive)


def a_residual_estimate(
    hazard: Hazard, by: User, severity: str = "Major", likelihood: str = "Low", **more: Any
) -> Estimate:
    """A residual estimate; in the default words of class 3, which asks for an acceptance."""
    return an_estimate(hazard, by, severity, likelihood, stage=Stage.RESIDUAL, **more)


def a_hazard_to_accept(product: Product, estimated_by: User, **more: Any) -> Hazard:
    """A hazard whose residual risk, estimated by that person, waits for acceptance."""
    hazard = a_hazard(product, estimated_by, **more)
    a_residual_estimate(hazard, estimated_by)
    return hazard


def risk_of(hazard: Hazard) -> AcceptedRisk:
    """A hazard's residual risk with its acceptances, read anew; whole and narrowly say the same."""
    [risk] = read_acceptances([Hazard.objects.get(pk=hazard.pk)])
    [narrow] = overview_of(Hazard.objects.filter(pk=hazard.pk))
    assert narrow.hazard.display_reference == risk.hazard.display_reference
    assert said_of(narrow) == said_of(risk)
    assert [each.reasons for each in narrow.acceptances] == [
        each.reasons for each in risk.acceptances
    ]
    return risk


def said_of(risk: ResidualRisk[EstimateT, AcceptanceT]) -> dict[str, Any]:
    """Everything that follows from a residual risk and its acceptances, as plain values."""
    return {
        "waiting": [each.pk for each in risk.waiting],
        "needing": {each.pk: risk.standing_for(each) is not None for each in risk.needing},
        "lapsed": [(each.estimate_id, each.cause_id) for each in risk.lapsed],
        "given": [(each.estimate_id, each.cause_id, each.stands) for each in risk.acceptances],
        "unacceptable": risk.is_unacceptable,
        "current": [
            (each.pk, each.class_number, each.risk_class_id, each.estimated_by_id,
             each.estimated_at, sorted(risk.broken_under(each)))
            for each in risk.current
        ],
    }  # fmt: skip


def accepting(hazard: Hazard, why: str = WHY) -> Accepting:
    """What a person sends who read the hazard just now."""
    return Accepting(hazard, why, Hazard.objects.get(pk=hazard.pk).content_version)


def accept(hazard: Hazard, by: User, why: str = WHY) -> list[Acceptance]:
    """Accept what a hazard's residual risk asks for, under the plan in force."""
    return accept_risks(
        product=hazard.product, by=by, risks=[accepting(hazard, why)], confirmed=proof(by)
    )
