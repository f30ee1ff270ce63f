"""The only way that a view gets a signature, an appointment or a list of legacy findings to sign.

Everybody on the team reads them and a stranger gets 404. Whoever sends a signature without the role
that gives it gets 403 with the sentence.
"""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from audit.errors import NotAllowed
from hazards.models import LegacyList
from hazards.quality.marks import lists_of
from products.access import AtProduct, product_for_reading
from products.choices import Role
from products.models import Membership
from products.parts import membership_in
from products.permissions import Standing
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from reviews.models import SignOff
from reviews.plan.reading import Officer, read_officers


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
