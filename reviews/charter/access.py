"""The only way that a view gets a charter, or a line of one.

Everybody on the team reads them and a stranger gets 404. Whoever sends a signature without a role
that gives it gets 403 with the sentence.
"""

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest

from products.access import AtProduct, product_for, product_for_reading
from products.permissions import Ability, Standing
from reviews.actions.charters import DEEDS
from reviews.actions.signing import role_among
from reviews.charter.lines import LineKind
from reviews.charter.reading import Line, charters_of
from reviews.choices import Meaning
from reviews.models import Charter
from reviews.sides import SIGNATORIES, SIGNS_FOR, signs_for


@dataclass(frozen=True)
class CharterAt(AtProduct):
    """A version of the charter, and the standing of the person who looks at it."""

    charter: Charter

    @property
    def may_write(self) -> bool:
        """Whether the person writes charters."""
        return self.standing.can(Ability.WRITE_CHARTER)

    @property
    def signs_for(self) -> list[Meaning]:
        """The sides that the person's roles let them sign for."""
        return signs_for(self.standing.roles)


def charter_for_reading(request: HttpRequest, slug: str, number: int) -> CharterAt:
    """A version of the charter, for everybody on the team."""
    return _charter(product_for_reading(request, slug), number)


def charter_for_writing(request: HttpRequest, slug: str, number: int) -> CharterAt:
    """A version of the charter, for who writes it."""
    return _charter(product_for(request, slug, Ability.WRITE_CHARTER), number)


def charter_for_signing(
    request: HttpRequest, slug: str, number: int, meaning: str
) -> tuple[CharterAt, Meaning]:
    """A version to sign for a side; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    if meaning not in SIGNS_FOR:
        raise Http404
    at, signed_as = charter_for_reading(request, slug, number), Meaning(meaning)
    if request.method == "POST":
        role_among(at.person, at.product, SIGNS_FOR[signed_as], to=DEEDS[signed_as])
    return at, signed_as


def charter_for_rejecting(request: HttpRequest, slug: str, number: int) -> CharterAt:
    """A version, for those who could sign it. Raises ``NotAllowed``."""
    at = charter_for_reading(request, slug, number)
    role_among(at.person, at.product, SIGNATORIES, to="reject the charter")
    return at


def line_kind(kind: str) -> LineKind:
    """A kind of line by its part of an address."""
    try:
        return LineKind(kind)
    except ValueError as unknown:
        raise Http404 from unknown


def line_in(at: CharterAt, kind: str, public_id: uuid.UUID) -> Line:
    """A line of this version, taken out or not."""
    found: Line | None = (
        line_kind(kind).model.objects.filter(charter=at.charter, public_id=public_id).first()
    )
    if found is None:
        raise Http404
    found.charter = at.charter
    return found


def _charter(standing: Standing, number: int) -> CharterAt:
    charter = charters_of(standing.product).filter(number=number).first()
    if charter is None:
        raise Http404
    charter.product = standing.product
    return CharterAt(standing, charter)
