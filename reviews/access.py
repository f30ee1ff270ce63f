"""The only way that a view gets a plan, an appointment or a signature.

Everybody on the team reads them and a stranger gets 404. Whoever sends a signature without the role
that gives it gets 403 with the sentence.
"""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from audit.errors import NotAllowed
from hazards.models import LegacyList, Plan
from hazards.quality.marks import lists_of
from products.access import AtProduct, product_for, product_for_reading
from products.choices import Role
from products.models import Membership
from products.parts import membership_in
from products.permissions import Ability, Standing
from reviews.acceptance.authority import Authority, authority_of
from reviews.actions.plans import SIGNATORIES
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.plan.reading import Officer, plans_of, read_officers


@dataclass(frozen=True)
class PlanAt(AtProduct):
    """A version of the plan, and the standing of the person who looks at it."""

    plan: Plan

    @property
    def signs_as(self) -> list[Meaning]:
        """What the person's roles let them sign it as."""
        return [each for each, role in SIGNATORIES.items() if role in self.standing.roles]


def plan_for_reading(request: HttpRequest, slug: str, number: int) -> PlanAt:
    """A version of the plan, for everybody on the team."""
    return _plan(product_for_reading(request, slug), number)


def plan_for_writing(request: HttpRequest, slug: str, number: int) -> PlanAt:
    """A version of the plan, for who writes it."""
    return _plan(product_for(request, slug, Ability.WRITE_PLAN), number)


def plan_for_signing(
    request: HttpRequest, slug: str, number: int, meaning: str
) -> tuple[PlanAt, Meaning]:
    """A version of the plan to sign as this; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    if meaning not in SIGNATORIES:
        raise Http404
    at, signed_as = plan_for_reading(request, slug, number), Meaning(meaning)
    if request.method == "POST":
        role_among(at.person, at.product, [SIGNATORIES[signed_as]], to=_to_sign(signed_as))
    return at, signed_as


def plan_for_rejecting(request: HttpRequest, slug: str, number: int) -> PlanAt:
    """A version of the plan, for those who could sign it. Raises ``NotAllowed``."""
    at = plan_for_reading(request, slug, number)
    role_among(at.person, at.product, list(SIGNATORIES.values()), to="reject the plan")
    return at


@dataclass(frozen=True)
class AppointmentAt(AtProduct):
    """A clinical safety officer's appointment, and the standing of who looks at it."""

    officer: Officer

    @property
    def may_sign(self) -> bool:
        """Whether the person's role lets them sign appointments."""
        return Role.ACCOUNTABLE_EXECUTIVE in self.standing.roles


def appointment_for(request: HttpRequest, slug: str, public_id: uuid.UUID) -> AppointmentAt:
    """An appointment, for everybody on the team.

    Raises ``NotAllowed`` when somebody sends a signature who is not the accountable executive.
    """
    standing = product_for_reading(request, slug)
    membership: Membership = membership_in(standing, public_id)
    if membership.role != Role.CLINICAL_SAFETY_OFFICER:
        raise Http404
    if request.method == "POST":
        executive = [Role.ACCOUNTABLE_EXECUTIVE]
        role_among(standing.person, standing.product, executive, to="sign an appointment")
    [officer] = read_officers([membership])
    return AppointmentAt(standing, officer)


def acceptances_for(request: HttpRequest, slug: str) -> tuple[Standing, Authority | None]:
    """The product, and what the person may accept on it under the plan in force.

    Raises ``NotAllowed`` when somebody sends a signature whom the plan lets accept nothing.
    """
    standing = product_for_reading(request, slug)
    authority = authority_of(standing.person, standing.product)
    if request.method == "POST":
        standing.check(Ability.SIGN)
        if authority is not None and not authority.roles:
            if authority.not_current:
                raise NotAllowed(f"{authority.not_current[0]} Nothing was signed.")
            raise NotAllowed(
                f"Version {authority.plan.number} of the plan gives your role no authority to "
                "accept a risk. Nothing was signed."
            )
    return standing, authority


@dataclass(frozen=True)
class LegacyListAt(AtProduct):
    """A list of legacy findings, and the standing of who looks at it."""

    legacy: LegacyList


def legacy_list_for_signing(request: HttpRequest, slug: str, public_id: uuid.UUID) -> LegacyListAt:
    """A list to sign; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when somebody sends a signature who is no clinical safety officer.
    """
    standing = product_for_reading(request, slug)
    legacy = lists_of(standing.product).filter(public_id=public_id).first()
    if legacy is None:
        raise Http404
    legacy.product = standing.product
    if request.method == "POST":
        officer = [Role.CLINICAL_SAFETY_OFFICER]
        role_among(standing.person, standing.product, officer, to="sign a list of legacy findings")
    return LegacyListAt(standing, legacy)


def sign_off_for_reading(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, SignOff]:
    """A signature on the product, for everybody on the team. Withdrawals have no page of their own:
    they stand on that of the signature."""
    standing = product_for_reading(request, slug)
    found: SignOff | None = (
        SignOff.objects.select_related("signed_by__profile")
        .filter(product=standing.product, public_id=public_id)
        .exclude(meaning=Meaning.WITHDRAWN)
        .first()
    )
    if found is None:
        raise Http404
    found.product = standing.product
    return standing, found


def sign_off_for_withdrawing(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> tuple[Standing, SignOff]:
    """One's own signature. Raises ``NotAllowed`` for somebody else's."""
    standing, sign_off = sign_off_for_reading(request, slug, public_id)
    if sign_off.signed_by_id != standing.person.pk:
        raise NotAllowed(
            f"Only {sign_off.signer_name} can withdraw this signature. Nothing was changed."
        )
    return standing, sign_off


def _plan(standing: Standing, number: int) -> PlanAt:
    plan = plans_of(standing.product).filter(number=number).first()
    if plan is None:
        raise Http404
    plan.product = standing.product
    return PlanAt(standing, plan)


def _to_sign(meaning: Meaning) -> str:
    return "approve the plan" if meaning is Meaning.APPROVED else "authorise the plan"
