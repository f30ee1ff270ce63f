"""The only way that a view gets a decision or something on it.

Everybody on the team reads them and a stranger gets 404; whoever may not write gets 403.
"""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

from django.http import Http404, HttpRequest

from audit.errors import NotAllowed, NotPossible
from products.access import AtProduct, product_for, product_for_reading
from products.choices import Side
from products.permissions import Ability, Standing, roles_in_words
from reviews.actions.decision_signing import DEEDS
from reviews.actions.signing import role_among
from reviews.choices import Meaning
from reviews.decisions.locks import check_open
from reviews.decisions.queries import decisions_of
from reviews.decisions.reading import read_decision
from reviews.decisions.shapes import (
    DecisionReading,
    HazardRow,
    OptionCell,
    OptionReading,
    SafeguardReading,
)
from reviews.models import Decision, ReviewTrigger
from reviews.sides import (
    SIGNATORIES,
    SIGNS_FOR,
    SPEAKS_FOR,
    sides_of,
    signs_for,
    speaks_for,
)

Found = TypeVar("Found")


@dataclass(frozen=True)
class DecisionAt(AtProduct):
    """A decision, whole, and the standing of the person who looks at it."""

    reading: DecisionReading

    @property
    def decision(self) -> Decision:
        """The decision."""
        return self.reading.decision

    @property
    def may_write(self) -> bool:
        """Whether the person may change it now."""
        return self.reading.is_open and self.standing.can(Ability.WRITE_DECISIONS)

    @property
    def may_estimate(self) -> bool:
        """Whether the person may say now what its options do to hazards."""
        return self.reading.is_open and self.standing.can(Ability.ESTIMATE)

    @property
    def signs_for(self) -> list[Meaning]:
        """The sides for which the person's roles let them sign."""
        return signs_for(self.standing.roles)

    def may_write_view(self, side: Side) -> bool:
        """Whether the person writes the view of this side."""
        return self.reading.is_open and speaks_for(self.standing.roles, side)


def decision_for_reading(request: HttpRequest, slug: str, reference: str) -> DecisionAt:
    """A decision, for everybody on the team."""
    return _at(product_for_reading(request, slug), reference)


def decision_for_deciding(request: HttpRequest, slug: str, reference: str) -> DecisionAt:
    """A decision, settled or open, for whoever writes decisions."""
    return _at(product_for(request, slug, Ability.WRITE_DECISIONS), reference)


def decision_for_writing(request: HttpRequest, slug: str, reference: str) -> DecisionAt:
    """An open decision, for whoever writes decisions. Raises ``NotAllowed``."""
    return _offered(request, decision_for_deciding(request, slug, reference))


def decision_for_estimating(request: HttpRequest, slug: str, reference: str) -> DecisionAt:
    """An open decision, for whoever estimates clinical risk. Raises ``NotAllowed``."""
    return _offered(request, _at(product_for(request, slug, Ability.ESTIMATE), reference))


def _offered(request: HttpRequest, at: DecisionAt) -> DecisionAt:
    """Offer no form on what is settled; one that was sent is refused with what it says kept."""
    if request.method != "POST":
        try:
            check_open(at.decision)
        except NotPossible as refusal:
            raise NotAllowed(refusal.sentence) from refusal
    return at


def view_for_writing(
    request: HttpRequest, slug: str, reference: str, side: str
) -> tuple[DecisionAt, Side]:
    """A decision whose view of this side the person writes. Raises ``NotAllowed``."""
    if side not in Side.values:
        raise Http404
    at, wanted = decision_for_reading(request, slug, reference), Side(side)
    if not speaks_for(at.standing.roles, wanted):
        who = roles_in_words(SPEAKS_FOR[wanted])
        raise NotAllowed(
            f"The {wanted.label.lower()} view is written by its own side. Nothing was changed. "
            f"Who writes it: {who}."
        )
    return _offered(request, at), wanted


def decision_for_signing(
    request: HttpRequest, slug: str, reference: str, meaning: str
) -> tuple[DecisionAt, Meaning]:
    """A decision to sign for a side; whoever may not still reads what would be signed.

    Raises ``NotAllowed`` when they send a signature.
    """
    if meaning not in SIGNS_FOR:
        raise Http404
    at, signed_as = decision_for_reading(request, slug, reference), Meaning(meaning)
    if request.method == "POST":
        role_among(at.person, at.product, SIGNS_FOR[signed_as], to=DEEDS[signed_as])
    return at, signed_as


def decision_for_rejecting(request: HttpRequest, slug: str, reference: str) -> DecisionAt:
    """A decision, for those who could sign it. Raises ``NotAllowed``."""
    at = decision_for_reading(request, slug, reference)
    role_among(at.person, at.product, SIGNATORIES, to="reject a decision")
    return at


def decision_for_dissent(
    request: HttpRequest, slug: str, reference: str
) -> tuple[DecisionAt, list[Side]]:
    """A decision, and the sides of the person who disagrees. Raises ``NotAllowed``."""
    at = _at(product_for(request, slug, Ability.RAISE_CONCERN), reference)
    sides = sides_of(at.standing.roles)
    if not sides:
        raise NotAllowed(
            "Your role on the product is of neither side, so there is no dissent to record. "
            "Nothing was changed."
        )
    return at, sides


def option_of(at: DecisionAt, public_id: uuid.UUID) -> OptionReading:
    """An option of a decision; raises ``Http404``."""
    return _the(each for each in at.reading.options if each.option.public_id == public_id)


def row_of(at: DecisionAt, public_id: uuid.UUID) -> HazardRow:
    """A row of its table; raises ``Http404``."""
    return _the(each for each in at.reading.rows if each.row.public_id == public_id)


def row_to_take_out(at: DecisionAt, public_id: uuid.UUID) -> HazardRow:
    """A row to take out of the table; raises ``Http404``, and ``NotAllowed`` where a risk in it was
    estimated and the person estimates none."""
    row = row_of(at, public_id)
    if row.is_asked:
        at.standing.check(Ability.ESTIMATE)
    return row


def cell_of(option: OptionReading, row: HazardRow) -> OptionCell:
    """What an option does to a hazard."""
    return _the(each for each in option.cells if each.row is row)


def safeguard_of(at: DecisionAt, public_id: uuid.UUID) -> tuple[OptionReading, SafeguardReading]:
    """A safeguard with its option; raises ``Http404``."""
    return _the(
        (option, each)
        for option in at.reading.options
        for each in option.safeguards
        if each.safeguard.public_id == public_id
    )


def trigger_of(at: DecisionAt, public_id: uuid.UUID) -> ReviewTrigger:
    """A review trigger; raises ``Http404``."""
    return _the(each for each in at.reading.triggers if each.public_id == public_id)


def _the(found: Iterator[Found]) -> Found:
    one = next(found, None)
    if one is None:
        raise Http404
    return one


def _at(standing: Standing, reference: str) -> DecisionAt:
    if "\x00" in reference:  # PostgreSQL knows no NUL
        raise Http404
    decision = decisions_of(standing.product).filter(reference=reference).first()
    if decision is None:
        raise Http404
    decision.product = standing.product
    return DecisionAt(standing, read_decision(decision))
