"""Trackers: connecting them, what they tell and what is said there."""

from typing import Any

from django.utils import timezone

from accounts.actions import system_person
from products.actions import tickets, trackers
from products.choices import TrackerKind, TrackerMessageKind, TrackerMessageState
from products.models import TrackerConnection, TrackerMessage
from products.trackers.ticket import Ticket
from products.trackers.told import Told
from tests.laws.every_action import World, call
from tests.laws.every_address import Address, button, form, on_product, page

A_TICKET = Ticket(external_id="12", title="Yearly prescription", labels=frozenset({"feature"}))


def connected(world: World, *, is_active: bool = True) -> TrackerConnection:
    connection, _ = trackers.connect_tracker(
        product=world.product,
        by=world.cso,
        kind=TrackerKind.GITHUB,
        name="GitHub",
        repository="example-health/digital-pharmacy",
        api_token="github_pat_0123456789",
    )
    if not is_active:
        trackers.disconnect_tracker(connection=connection, by=world.cso, reason="Moved")
    return TrackerConnection.objects.get(pk=connection.pk)


def a_message(
    world: World, state: TrackerMessageState = TrackerMessageState.WAITING
) -> TrackerMessage:
    return TrackerMessage.objects.create(
        connection=connected(world),
        kind=TrackerMessageKind.TICKET,
        title="Stop the reissue",
        body="Given a flag",
        about_kind="control",
        about_id="1",
        state=state,
        next_try=timezone.now(),
    )


CONNECTING = {
    "kind": TrackerKind.GITHUB,
    "name": "GitHub",
    "repository": "example-health/digital-pharmacy",
}

READY = {
    "products.trackers.connect_tracker": lambda world: call(
        trackers.connect_tracker, product=world.product, **CONNECTING
    ),
    "products.trackers.edit_tracker": lambda world: call(
        trackers.edit_tracker, connection=connected(world), changes={"name": "Our tracker"}
    ),
    "products.trackers.disconnect_tracker": lambda world: call(
        trackers.disconnect_tracker, connection=connected(world)
    ),
    "products.trackers.reconnect_tracker": lambda world: call(
        trackers.reconnect_tracker, connection=connected(world, is_active=False)
    ),
    "products.trackers.give_api_token": lambda world: call(
        trackers.give_api_token, connection=connected(world), api_token="github_pat_9876543210"
    ),
    "products.trackers.renew_webhook_secret": lambda world: call(
        trackers.renew_webhook_secret, connection=connected(world)
    ),
    "products.trackers.say_again": lambda world: call(
        trackers.say_again, message=a_message(world, TrackerMessageState.GIVEN_UP)
    ),
    "products.tickets.take_ticket": lambda world: call(
        tickets.take_ticket,
        by="system",
        connection=connected(world),
        told=Told("Ticket 12 was opened", A_TICKET),
    ),
    "products.tickets.note_ticket_made": lambda world: call(
        tickets.note_ticket_made, by="system", message=a_message(world), ticket=A_TICKET
    ),
}

ASKS = {name: "CONNECT_TRACKERS" for name in READY if name.startswith("products.trackers.")}
ASKS_ELSE = {
    "products.tickets.take_ticket": "the system alone, for what a tracker signed",
    "products.tickets.note_ticket_made": "the system alone, for what the worker sent",
}
WITHOUT_REASON = {
    "products.trackers.give_api_token": "a credential; the connection is in the record",
    "products.trackers.renew_webhook_secret": "a credential; the connection is in the record",
    "products.trackers.say_again": "a message is no record; what it is about is",
}


def on_tracker(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": connected(world).public_id}


def on_disconnected(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": connected(world, is_active=False).public_id}


def on_message(world: World) -> dict[str, Any]:
    message = a_message(world, TrackerMessageState.GIVEN_UP)
    return on_product(world) | {"public_id": message.connection.public_id, "pk": message.pk}


def on_github_hook(world: World) -> dict[str, Any]:
    system_person()
    return {"public_id": connected(world).public_id}


def on_generic_hook(world: World) -> dict[str, Any]:
    connection, _ = trackers.connect_tracker(
        product=world.product, by=world.cso, kind=TrackerKind.GENERIC, name="Tracker"
    )
    return {"public_id": connection.public_id}


#: Whoever posts nothing posts no JSON; who they are is not even asked.
NOT_READ = "405 405 405 405 405 405 405 405"
NO_JSON = "415 415 415 415 415 415 415 415"

ADDRESSES = {
    "github_hook": Address(on_github_hook, NOT_READ, NO_JSON),
    "generic_hook": Address(on_generic_hook, NOT_READ, NO_JSON),
    "tracker_list": page(),
    "tracker_detail": page(on_tracker),
    "tracker_history": page(on_tracker),
    "tracker_connect_github": form(on_product, "CONNECT_TRACKERS"),
    "tracker_connect_webhook": form(on_product, "CONNECT_TRACKERS"),
    "tracker_edit": form(on_tracker, "CONNECT_TRACKERS"),
    # Nothing typed takes the token away; a new secret needs nothing typed.
    "tracker_token": form(on_tracker, "CONNECT_TRACKERS", 302),
    "tracker_secret": form(on_tracker, "CONNECT_TRACKERS", 200),
    "tracker_disconnect": form(on_tracker, "CONNECT_TRACKERS"),
    "tracker_reconnect": form(on_disconnected, "CONNECT_TRACKERS", 200),
    "tracker_message_again": button(on_message, "CONNECT_TRACKERS"),
}
