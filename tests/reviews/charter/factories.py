"""Safety charters for tests, made by the same actions as people use."""

from typing import Any

from accounts.models import User
from products.choices import Side
from products.models import Product
from reviews.actions.charters import add_line, draft_charter, sign_charter, write_promise
from reviews.charter.lines import LineKind
from reviews.charter.reading import CharterReading, Line, charters_of, read_charter
from reviews.choices import Meaning, TradeOff
from reviews.models import Charter, SignOff
from tests.reviews.factories import proof

OUTCOME = {"side": Side.CLINICAL, "outcome": "Nobody misses a dose", "measure": "Days without"}
OF_PRODUCT = {"side": Side.PRODUCT, "outcome": "Repeats take no effort", "measure": "Calls"}
NEVER = {"kind": TradeOff.NEVER, "text": "Move a patient down to clear a queue"}
MAY = {"kind": TradeOff.MAY, "text": "Ask fewer questions of people at lower risk"}
RIGHT = {"what": "How long a prescription lasts", "decides": "Both", "consulted": "Pharmacists"}


def a_line(charter: Charter, by: User, kind: LineKind, values: dict[str, Any]) -> Line:
    """A line of a charter."""
    return add_line(charter=charter, by=by, kind=kind, values=values)


def an_outcome(charter: Charter, by: User, **more: Any) -> Line:
    """A clinical outcome, unless told otherwise."""
    return a_line(charter, by, LineKind.OUTCOME, OUTCOME | more)


def a_charter(product: Product, by: User) -> Charter:
    """A draft that says everything that it takes to be signed."""
    charter = draft_charter(product=product, by=by)
    an_outcome(charter, by)
    an_outcome(charter, by, **OF_PRODUCT)
    a_line(charter, by, LineKind.TRADE_OFF, NEVER)
    a_line(charter, by, LineKind.TRADE_OFF, MAY)
    a_line(charter, by, LineKind.RIGHT, RIGHT)
    return write_promise(charter=charter, by=by, promise="We say early what worries us.")


def fresh(charter: Charter) -> Charter:
    """The charter as the database has it."""
    found: Charter = charters_of(charter.product).get(pk=charter.pk)
    return found


def reading_of(charter: Charter) -> CharterReading:
    """The charter with its lines and signatures, read anew."""
    return read_charter(fresh(charter))


def signed(charter: Charter, by: User, meaning: Meaning, **more: Any) -> SignOff:
    """Somebody's signature under a charter as it stands."""
    return sign_charter(
        charter=charter,
        by=by,
        meaning=meaning,
        confirmed=proof(by),
        **({"seen": reading_of(charter).subject.fingerprint} | more),
    )


def in_force(charter: Charter, clinical: User, of_product: User) -> Charter:
    """Have a charter signed by both sides."""
    signed(charter, clinical, Meaning.FOR_CLINICAL)
    signed(charter, of_product, Meaning.FOR_PRODUCT)
    return fresh(charter)
