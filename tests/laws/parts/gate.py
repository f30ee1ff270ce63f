"""The release gate: breaking its glass, and statements that name a report."""

from typing import Any

from products.models import Release
from reviews.choices import Meaning
from safetycase.actions import gate
from safetycase.gate.signing import glass_subject
from safetycase.models import BreakGlass
from tests.laws.every_action import World, call
from tests.laws.every_address import Address, form, on_product, on_release, page
from tests.reviews.factories import proof
from tests.safetycase.gate.factories import (
    MEASURES,
    WHY,
    a_breakable_release,
    a_later_release,
    some_glass,
)


def blocked(world: World) -> Release:
    """A release that one thing blocks."""
    return a_breakable_release(world.product, world.cso, world.reviewer, world.executive)


def glass(world: World) -> BreakGlass:
    """A break-glass release that nobody has signed."""
    return some_glass(blocked(world), world.cso)


def on_blocked(world: World) -> dict[str, Any]:
    return on_product(world) | {"label": blocked(world).label}


def on_glass(world: World) -> dict[str, Any]:
    asked = glass(world)
    return on_product(world) | {"label": asked.release.label, "public_id": asked.public_id}


def signing(world: World) -> Any:
    asked = glass(world)
    return call(
        gate.sign_break_glass,
        glass=asked,
        meaning=Meaning.APPROVED,
        seen=glass_subject(asked).fingerprint,
        confirmed=proof(world.cso),
    )


def rejecting(world: World) -> Any:
    asked = glass(world)
    return call(
        gate.reject_break_glass,
        glass=asked,
        seen=glass_subject(asked).fingerprint,
    )


READY = {
    "safetycase.gate.ask_break_glass": lambda world: call(
        gate.ask_break_glass,
        release=blocked(world),
        why=WHY,
        interim_measures=MEASURES,
        expires_on=world.today,
    ),
    "safetycase.gate.sign_break_glass": signing,
    "safetycase.gate.reject_break_glass": rejecting,
    "safetycase.gate.state_release": lambda world: call(
        gate.state_release,
        covered_by=world.issued(),
        release=a_later_release(world.product),
        why="It changes the colour of the buttons",
        confirmed=proof(world.cso),
    ),
}

WITHOUT_REASON = {
    "safetycase.gate.sign_break_glass": "the signer's comment, or what the signature means",
}
RECORDED = {"safetycase.gate.sign_break_glass"}

ASKS = {"safetycase.gate.ask_break_glass": "BREAK_GLASS"}
ASKS_ELSE = {
    "safetycase.gate.reject_break_glass": "the roles that sign it",
    "safetycase.gate.sign_break_glass": "the one role that signs it with this meaning",
    "safetycase.gate.state_release": "STATE_RELEASE, and an officer who is current",
}

#: Everybody on the team reads what would be signed; only the one role may send it.
_READ = "302 404 200 200 200 200 200 403"
_OFFICER = "302 404 403 403 403 422 403 403"

_READ_TO_REFUSE = "302 404 403 403 403 200 200 403"
_REFUSE = "302 404 403 403 403 422 422 403"

ADDRESSES = {
    "release_gate": page(on_release),
    "break_glass_ask": form(on_blocked, "BREAK_GLASS"),
    "break_glass": page(on_glass),
    "break_glass_sign": Address(
        lambda world: on_glass(world) | {"meaning": "approved"}, _READ, _OFFICER
    ),
    "break_glass_reject": Address(on_glass, _READ_TO_REFUSE, _REFUSE),
    "release_statement": page(on_release),
    "release_state": form(on_release, "STATE_RELEASE"),
}
