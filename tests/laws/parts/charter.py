"""The safety charter."""

from typing import Any

from reviews.actions import charters
from reviews.charter.lines import LineKind
from reviews.charter.reading import Line
from reviews.choices import Meaning
from reviews.models import Charter
from tests.laws.every_action import World, call
from tests.laws.every_address import READ, Address, button, form, on_product, page
from tests.reviews.charter.factories import RIGHT, a_charter, an_outcome, reading_of
from tests.reviews.factories import proof


def a_draft(world: World) -> Charter:
    """A charter that may be signed."""
    return a_charter(world.product, world.cso)


def a_line(world: World) -> Line:
    """The second clinical outcome of a charter."""
    return an_outcome(a_draft(world), world.cso, outcome="A reaction is noticed within a week")


def taken_out(world: World) -> Line:
    """A line that is out of the charter."""
    return charters.take_out_line(line=a_line(world), by=world.cso)


def on_charter(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": a_draft(world).number}


def on_kind(world: World) -> dict[str, Any]:
    return on_charter(world) | {"kind": LineKind.RIGHT.value}


def on_line(world: World) -> dict[str, Any]:
    line = a_line(world)
    at = {"number": line.charter.number, "kind": LineKind.OUTCOME.value}
    return on_product(world) | at | {"public_id": line.public_id}


def seen(charter: Charter) -> dict[str, Any]:
    return {"charter": charter, "seen": reading_of(charter).subject.fingerprint}


READY = {
    "reviews.charters.draft_charter": lambda w: call(charters.draft_charter, product=w.product),
    "reviews.charters.write_promise": lambda w: call(
        charters.write_promise, charter=a_draft(w), promise="We listen"
    ),
    "reviews.charters.add_line": lambda w: call(
        charters.add_line, charter=a_draft(w), kind=LineKind.RIGHT, values=RIGHT
    ),
    "reviews.charters.edit_line": lambda w: call(
        charters.edit_line, line=a_line(w), changes={"outcome": "No harm"}
    ),
    "reviews.charters.take_out_line": lambda w: call(charters.take_out_line, line=a_line(w)),
    "reviews.charters.put_back_line": lambda w: call(charters.put_back_line, line=taken_out(w)),
    "reviews.charters.move_line": lambda w: call(charters.move_line, line=a_line(w), up=True),
    "reviews.charters.sign_charter": lambda w: call(
        charters.sign_charter,
        meaning=Meaning.FOR_CLINICAL,
        confirmed=proof(w.cso),
        **seen(a_draft(w)),
    ),
    "reviews.charters.reject_charter": lambda w: call(charters.reject_charter, **seen(a_draft(w))),
}

WITHOUT_REASON = {
    "reviews.charters.sign_charter": "the signer's comment, or for which side they signed",
}
RECORDED = {"reviews.charters.sign_charter"}

ASKS = {
    f"reviews.charters.{name}": "WRITE_CHARTER"
    for name in (
        "draft_charter",
        "write_promise",
        "add_line",
        "edit_line",
        "take_out_line",
        "put_back_line",
        "move_line",
    )
}
ASKS_ELSE = {
    "reviews.charters.sign_charter": "the roles that speak for the side",
    "reviews.charters.reject_charter": "the roles that speak for either side",
}

NOT_ON_A_HAZARD = {name for name in READY if name.startswith("reviews.charters.")}

ADDRESSES = {
    "charter": page(),
    "charter_draft": button(on_product, "WRITE_CHARTER"),
    "charter_version": page(on_charter),
    "charter_promise": form(on_charter, "WRITE_CHARTER", empty=302),  # an empty one is allowed
    "charter_compare": page(on_charter),
    # Everybody reads what is signed; a signature of another role is refused.
    "charter_sign": Address(
        lambda world: on_charter(world) | {"meaning": "for_product"},
        READ,
        "302 404 403 403 422 403 422 403",
    ),
    "charter_reject": Address(
        on_charter, "302 404 403 403 200 200 200 403", "302 404 403 403 422 422 422 403"
    ),
    "charter_history": page(on_charter),
    "charter_line_add": form(on_kind, "WRITE_CHARTER"),
    "charter_line_edit": form(on_line, "WRITE_CHARTER"),
    "charter_line_move": button(on_line, "WRITE_CHARTER"),
    "charter_line_take_out": button(on_line, "WRITE_CHARTER"),
}
