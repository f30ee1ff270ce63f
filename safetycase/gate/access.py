"""The only way that a view gets a release's gate, a break-glass release or a statement."""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from products.access import AtProduct, product_for, product_for_reading
from products.models import Release
from products.parts import release_in
from products.permissions import Ability
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from safetycase.gate.breaking import SIGNATORIES
from safetycase.gate.signing import GlassReading, glasses_of, read_glasses


@dataclass(frozen=True)
class ReleaseAt(AtProduct):
    """A release, and the standing of the person who looks at it."""

    release: Release


@dataclass(frozen=True)
class GlassAt(ReleaseAt):
    """A break-glass release with its signatures."""

    reading: GlassReading

    @property
    def signs_as(self) -> list[Meaning]:
        """What the person's roles let them sign it as."""
        return [each for each, role in SIGNATORIES.items() if role in self.standing.roles]


def release_for_reading(request: HttpRequest, slug: str, label: str) -> ReleaseAt:
    """The release, for everybody on the team; strangers get 404."""
    standing = product_for_reading(request, slug)
    return ReleaseAt(standing, release_in(standing, label))


def release_for_breaking(request: HttpRequest, slug: str, label: str) -> ReleaseAt:
    """The release, for who may ask that it goes out in spite of the gate; others get 403."""
    standing = product_for(request, slug, Ability.BREAK_GLASS)
    return ReleaseAt(standing, release_in(standing, label))


def release_for_stating(request: HttpRequest, slug: str, label: str) -> ReleaseAt:
    """The release, for a clinical safety officer; others get 403."""
    standing = product_for(request, slug, Ability.STATE_RELEASE)
    return ReleaseAt(standing, release_in(standing, label))


def glass_for_reading(request: HttpRequest, slug: str, label: str, public_id: uuid.UUID) -> GlassAt:
    """A break-glass release, for everybody on the team."""
    at = release_for_reading(request, slug, label)
    found = glasses_of(at.product, at.release).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    [reading] = read_glasses([found])
    return GlassAt(at.standing, at.release, reading)


def glass_for_rejecting(
    request: HttpRequest, slug: str, label: str, public_id: uuid.UUID
) -> GlassAt:
    """A break-glass release, for who could sign it; others on the team get 403."""
    at = glass_for_reading(request, slug, label, public_id)
    roles = list(SIGNATORIES.values())
    role_among(at.person, at.product, roles, to="reject a release in spite of the gate")
    return at


def glass_for_signing(
    request: HttpRequest, slug: str, label: str, public_id: uuid.UUID, meaning: str
) -> tuple[GlassAt, Meaning]:
    """A break-glass release to sign as this; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    if meaning not in SIGNATORIES:
        raise Http404
    at, signed_as = glass_for_reading(request, slug, label, public_id), Meaning(meaning)
    if request.method == "POST":
        role = SIGNATORIES[signed_as]
        role_among(at.person, at.product, [role], to=f"sign this as {signed_as.label.lower()}")
    return at, signed_as
