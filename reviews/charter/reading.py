"""Safety charters with their lines and signatures: which one holds."""

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from products.choices import Side
from products.models import Product
from reviews.choices import SubjectKind, TradeOff
from reviews.models import Charter, CharterOutcome, CharterTradeOff, DecisionRight
from reviews.sides import SIGNS_FOR
from reviews.signing.reading import SignatureReading, Signatures, signatures_under
from reviews.signing.subjects import Subject, subject_with

Line = CharterOutcome | CharterTradeOff | DecisionRight


@dataclass(frozen=True)
class CharterLines:
    """Everything that a charter says line by line, each kind in its order.

    Those that were taken out stand in ``taken_out``.
    """

    outcomes: list[CharterOutcome]
    trade_offs: list[CharterTradeOff]
    rights: list[DecisionRight]
    taken_out: list[Line]

    @property
    def never(self) -> list[CharterTradeOff]:
        """The trade-offs that are never made."""
        return [each for each in self.trade_offs if each.kind == TradeOff.NEVER]

    @property
    def may(self) -> list[CharterTradeOff]:
        """The trade-offs that may be made."""
        return [each for each in self.trade_offs if each.kind == TradeOff.MAY]

    def outcomes_of(self, side: Side) -> list[CharterOutcome]:
        """The outcomes that matter most to one side."""
        return [each for each in self.outcomes if each.side == side]

    @property
    def clinical(self) -> list[CharterOutcome]:
        """The outcomes that matter most clinically."""
        return self.outcomes_of(Side.CLINICAL)

    @property
    def of_product(self) -> list[CharterOutcome]:
        """The outcomes that matter most for the product."""
        return self.outcomes_of(Side.PRODUCT)


@dataclass(frozen=True)
class CharterReading:
    """A version of the charter, what it says, and what is signed of it."""

    charter: Charter
    lines: CharterLines
    subject: Subject
    signatures: Signatures

    @property
    def is_in_force(self) -> bool:
        """Whether somebody of each side signed it as it stands, and not one person for both."""
        return _were_both([each for each in self.signatures.readings if each.is_current])

    @property
    def is_settled(self) -> bool:
        """Whether it is or was in force: it stays as it was signed."""
        return _were_both(self.signatures.readings)


def _were_both(signatures: Sequence[SignatureReading]) -> bool:
    """Whether one person of each side had signed the same content at one time.

    A signature that was taken back before the other side signed never met that of the other side.
    """
    return any(_met(one, other) for one, other in itertools.combinations(signatures, 2))


def _met(earlier: SignatureReading, later: SignatureReading) -> bool:
    one, other = earlier.sign_off, later.sign_off
    return (
        {earlier.meaning, later.meaning} == set(SIGNS_FOR)
        and one.signed_by_id != other.signed_by_id
        and one.fingerprint == other.fingerprint
        and (earlier.withdrawal is None or earlier.withdrawal.pk > other.pk)
    )


def charters_of(product: Product) -> QuerySet[Charter]:
    """The versions of a product's charter, newest first."""
    charters: QuerySet[Charter] = Charter.objects.filter(product=product)
    return charters.select_related("product", "drafted_by__profile").order_by("-number")


def lines_of(charter: Charter) -> CharterLines:
    """What a charter says, line by line. Three queries."""
    taken_out: list[Line] = []

    def active(rows: Iterable[Any]) -> list[Any]:
        kept: list[Any] = []
        for row in rows:
            (kept if row.is_active else taken_out).append(row)
        return kept

    return CharterLines(
        outcomes=active(CharterOutcome.objects.filter(charter=charter).order_by("position", "pk")),
        trade_offs=active(
            CharterTradeOff.objects.filter(charter=charter).order_by("position", "pk")
        ),
        rights=active(DecisionRight.objects.filter(charter=charter).order_by("position", "pk")),
        taken_out=taken_out,
    )


def read_charter(charter: Charter) -> CharterReading:
    """A version with its lines and signatures. Five queries."""
    lines = lines_of(charter)
    subject = charter_subject(charter, lines)
    return CharterReading(charter, lines, subject, signatures_under([subject])[subject.id])


def charter_in_force(product: Product) -> CharterReading | None:
    """The version that was put in force last, while both signatures stand; None before the first.

    As with the plan, one that was replaced never comes back by itself.
    """
    for charter in charters_of(product):
        charter.product = product
        reading = read_charter(charter)
        if reading.is_settled:
            return reading if reading.is_in_force else None
    return None


# --- What is signed -------------------------------------------------------------------------------


def charter_subject(charter: Charter, lines: CharterLines) -> Subject:
    """A version of the charter as it is signed: what both sides agreed, in its order.

    What the plan says is quoted from the plan and not signed here: it is not theirs to agree.
    """
    return subject_with(
        charter.product,
        SubjectKind.CHARTER,
        charter.public_id,
        f"version {charter.number} of the safety charter",
        charter_content(charter, lines),
    )


def charter_content(charter: Charter, lines: CharterLines) -> dict[str, Any]:
    """Everything that a charter says, as plain values (projection 1)."""
    return {
        "product": str(charter.product.public_id),
        "version": charter.number,
        "promise": charter.promise,
        "outcomes": [
            {
                "side": each.side,
                "outcome": each.outcome,
                "measure": each.measure,
                "target": each.target,
            }
            for each in lines.outcomes
        ],
        "may": [each.text for each in lines.may],
        "never": [each.text for each in lines.never],
        "rights": [
            {"what": each.what, "decides": each.decides, "consulted": each.consulted}
            for each in lines.rights
        ],
    }
