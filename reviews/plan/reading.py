"""Plans with their signatures: which is in force, and who is a current officer under it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from hazards.choices import MatrixState
from hazards.models import MatrixVersion, Plan, PlanClass
from products.choices import Role
from products.models import Membership, Product
from products.queries import current_team_of
from reviews.choices import Meaning
from reviews.signing.reading import Signatures, signatures_under
from reviews.signing.rules import registration_is_current
from reviews.signing.subjects import Subject, appointment_subject, plan_subject


@dataclass(frozen=True)
class PlanReading:
    """A version of the plan, what is signed of it, and by whom."""

    plan: Plan
    subject: Subject
    signatures: Signatures

    @property
    def is_in_force(self) -> bool:
        """Whether a CSO approved it and the accountable executive authorised it, as it stands."""
        signed = self.signatures
        return bool(signed.current(Meaning.APPROVED) and signed.current(Meaning.AUTHORISED))

    @property
    def is_settled(self) -> bool:
        """Whether it is or was in force: what was decided under it refers to it as it stands."""
        approved, authorised = (
            {each.sign_off.fingerprint for each in self.signatures.readings if each.meaning is what}
            for what in (Meaning.APPROVED, Meaning.AUTHORISED)
        )
        return bool(approved & authorised)


@dataclass(frozen=True)
class Officer:
    """A clinical safety officer, and what keeps them from being current."""

    membership: Membership
    signatures: Signatures
    problems: list[str]

    @property
    def is_current(self) -> bool:
        """Whether they may approve."""
        return not self.problems


def plans_of(product: Product) -> QuerySet[Plan]:
    """The versions of a product's plan, newest first."""
    plans: QuerySet[Plan] = Plan.objects.filter(product=product)
    return plans.select_related("product", "matrix", "drafted_by__profile").order_by("-number")


def read_plan(plan: Plan) -> PlanReading:
    """A version of the plan with its signatures. Five queries."""
    subject = plan_subject(plan)
    return PlanReading(plan, subject, signatures_under([subject])[subject.id])


def reading_in_force(product: Product) -> PlanReading | None:
    """The version that was put in force last, while both signatures stand; None before the first.

    One that it replaced never comes back: else a single person who withdraws would choose whose
    authority holds.
    """
    for plan in plans_of(product):
        reading = read_plan(plan)
        if reading.is_settled:
            return reading if reading.is_in_force else None
    return None


def plan_in_force(product: Product) -> Plan | None:
    """The plan in force, by ``reading_in_force``."""
    reading = reading_in_force(product)
    return reading.plan if reading else None


def classes_of(plan: Plan) -> QuerySet[PlanClass]:
    """What a plan says of each class of its matrix, the lowest first."""
    return (
        PlanClass.objects.filter(plan=plan, risk_class__matrix=plan.matrix_id)
        .select_related("risk_class")
        .order_by("risk_class__number")
    )


def matrices_of(product: Product) -> QuerySet[MatrixVersion]:
    """The versions of the risk matrix that a plan may name, newest first."""
    return (
        MatrixVersion.objects.filter(product=product)
        .exclude(state=MatrixState.DISCARDED)
        .order_by("-number")
    )


def officers_of(product: Product) -> list[Officer]:
    """Today's clinical safety officers, deputies last. Three queries."""
    members = [
        each
        for each in current_team_of(product).select_related("product")
        if each.role == Role.CLINICAL_SAFETY_OFFICER
    ]
    return read_officers(sorted(members, key=lambda each: (each.is_deputy, each.pk)))


def read_officers(members: Sequence[Membership]) -> list[Officer]:
    """These memberships with what is signed of them and what is missing. Two queries."""
    subjects = [appointment_subject(member) for member in members]
    signed = signatures_under(subjects)
    return [
        Officer(member, signed[subject.id], _problems(member, signed[subject.id]))
        for member, subject in zip(members, subjects, strict=True)
    ]


def current_officer(person: User, product: Product) -> Officer | None:
    """The person as a clinical safety officer of a product; None when they are none today."""
    for officer in officers_of(product):
        if officer.membership.person_id == person.pk:
            return officer
    return None


def _problems(member: Membership, signatures: Signatures) -> list[str]:
    name = member.person.name
    problems = []
    if not signatures.current(Meaning.AUTHORISED):
        problems.append(f"The accountable executive has not signed the appointment of {name}.")
    if not member.person.is_active:
        problems.append(f"{name} may not sign in, so they cannot act as an officer.")
    profile = member.person.profile
    if not profile.registration_number:
        problems.append(f"{name} has no professional registration on record.")
    elif not registration_is_current(profile.registration_checked_on, timezone.localdate()):
        problems.append(f"The registration of {name} was not checked within twelve months.")
    return problems
