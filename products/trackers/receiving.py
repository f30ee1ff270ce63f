"""Taking a delivery of a tracker: once, by the system, and with a line for the page about it."""

import datetime
import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.actions import system_person
from audit.errors import Refusal
from products.actions.tickets import take_ticket
from products.models import InboundDelivery, TrackerConnection
from products.trackers.strangers_text import one_line
from products.trackers.told import NotUnderstood, Told

#: How long a delivery is remembered. One that is sent again after that is older than what is known
#: of its ticket, so it changes nothing either.
REMEMBERED = datetime.timedelta(days=180)
NAME_LIMIT = 80  # characters of the name of a delivery
_EVENT_LIMIT = 50


class TakenBefore(Exception):
    """A delivery that was taken already: by its name, or by its text under another name."""


class NotTaken(Exception):
    """A delivery that could not be taken; the sentence is for whoever sent it."""


@dataclass(frozen=True)
class Delivery:
    """What was sent, after its signature was found right."""

    connection: TrackerConnection  # with its product
    name: str
    event: str
    body: bytes

    @property
    def is_named(self) -> bool:
        """Whether it has a name by which it is known again."""
        return 0 < len(self.name) <= NAME_LIMIT and self.name.isascii() and self.name.isprintable()


def take(delivery: Delivery, read: Callable[[bytes], Told]) -> str:
    """Take a delivery; returns what came of it.

    Raises ``TakenBefore`` and ``NotTaken``; then nothing of it was taken, and one that was not
    taken may be delivered again when its cause is gone.
    """
    if not delivery.is_named:
        raise NotTaken("The delivery needs a name of its own, at most 80 characters long.")
    system = system_person()
    try:
        told = read(delivery.body)
        with transaction.atomic():
            row = _noted(delivery, told)
            outcome = take_ticket(connection=delivery.connection, by=system, told=told)
            row.outcome = outcome
            row.save(update_fields=["outcome"])
    except NotUnderstood as problem:
        raise _not_taken(delivery, str(problem)) from problem
    except Refusal as problem:
        raise _not_taken(delivery, problem.sentence) from problem
    return outcome


def are_old(now: datetime.datetime | None = None) -> bool:
    """Whether there are deliveries that need not be remembered any more."""
    return _old(now or timezone.now()).exists()


def forget_old(now: datetime.datetime | None = None) -> int:
    """Forget deliveries that need not be remembered any more; returns how many."""
    return _old(now or timezone.now()).delete()[0]


def _old(now: datetime.datetime) -> QuerySet[InboundDelivery]:
    return InboundDelivery.objects.filter(received__lt=now - REMEMBERED)


def _noted(delivery: Delivery, told: Told) -> InboundDelivery:
    # What changes nothing may be said twice: a ping is the same text each time.
    sha256 = hashlib.sha256(delivery.body).hexdigest() if told.ticket is not None else ""
    try:
        with transaction.atomic():
            return InboundDelivery.objects.create(
                connection=delivery.connection,
                delivery=delivery.name,
                event=one_line(delivery.event, _EVENT_LIMIT),
                received=timezone.now(),
                body_sha256=sha256,
            )
    except IntegrityError as problem:
        raise TakenBefore from problem


def _not_taken(delivery: Delivery, sentence: str) -> NotTaken:
    """Keep a line for the page, under a name that leaves the delivery's own one free."""
    InboundDelivery.objects.update_or_create(
        connection=delivery.connection,
        delivery=f"not taken: {delivery.name}",
        defaults={
            "event": one_line(delivery.event, _EVENT_LIMIT),
            "received": timezone.now(),
            "outcome": f"Not taken. {sentence}",
        },
    )
    return NotTaken(sentence)
