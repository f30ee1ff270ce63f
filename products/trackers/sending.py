"""Bringing what is to be said to the tracker: by the worker, with patience, each message once.

A message is claimed before it is sent, and another worker, or a later run after one that died,
looks for its mark in the tracker before it sends it again. So it is said at least once, and stands
there once.
"""

import datetime
from collections.abc import Callable

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.actions import system_person
from accounts.actions.notifications import tell
from audit.errors import Refusal
from products.actions.tickets import note_ticket_made
from products.choices import TrackerMessageKind, TrackerMessageState
from products.models import TrackerConnection, TrackerMessage, TrackerSecret
from products.permissions import Ability, standing_of
from products.queries import people_on_team
from products.trackers.credentials import CredentialLost, opened
from products.trackers.github import GitHub
from products.trackers.interface import Refused, Tracker, TryLater, Written
from products.trackers.marks import mark_of, marked

MOST_ATTEMPTS = 12
#: A claim that was not answered for so long was made by a worker that died.
CLAIM = datetime.timedelta(minutes=10)
FIRST_PAUSE = datetime.timedelta(minutes=1)  # doubled each time
LONGEST_PAUSE = datetime.timedelta(hours=6)
AT_ONCE = 20  # messages of one run: trackers ask not to be written to in bursts
#: How much earlier than a message its traces are looked for: clocks differ.
EARLIER = datetime.timedelta(hours=1)

MakeTracker = Callable[[TrackerConnection], Tracker]


def tracker_of(connection: TrackerConnection) -> Tracker:
    """The way to write to a connection. Raises ``Refused`` where there is none."""
    secret = TrackerSecret.objects.filter(connection=connection).first()
    if not connection.is_active or secret is None or not secret.api_token:
        raise Refused("There is no token for this tracker. Give one, and try again.")
    try:
        token = opened(secret.api_token)
    except CredentialLost as problem:
        raise Refused(problem.sentence) from problem
    return GitHub(connection.repository, token, connection.api_url)


def something_is_due(now: datetime.datetime | None = None) -> bool:
    """Whether a message waits whose time has come."""
    return _due(now or timezone.now()).exists()


def send_due(now: datetime.datetime | None = None, make: MakeTracker = tracker_of) -> int:
    """Send what is due, oldest first, at most ``AT_ONCE``; returns how many arrived."""
    now = now or timezone.now()
    arrived, silent = 0, set()
    for key, connection in _due(now).order_by("pk").values_list("pk", "connection_id")[:AT_ONCE]:
        # Whoever does not answer is not waited for once more with each message.
        message = _claimed(key, now) if connection not in silent else None
        if message is not None:
            is_there = _send(message, now, make)
            arrived += is_there
            if not is_there:
                silent.add(connection)
    return arrived


def _due(now: datetime.datetime) -> QuerySet[TrackerMessage]:
    return TrackerMessage.objects.filter(state=TrackerMessageState.WAITING, next_try__lte=now)


def _claimed(key: int, now: datetime.datetime) -> TrackerMessage | None:
    """The message, if it is still due and nobody else has it: the update is the claim."""
    if not _due(now).filter(pk=key).update(attempts=F("attempts") + 1, next_try=now + CLAIM):
        return None
    return TrackerMessage.objects.select_related("connection__product", "item").get(pk=key)


def _send(message: TrackerMessage, now: datetime.datetime, make: MakeTracker) -> bool:
    try:
        written = _write(make(message.connection), message)
        _note(message, written)
    except TryLater as problem:
        _postpone(message, problem, now)
        return False
    except Refused as problem:
        _give_up(message, str(problem))
        return False
    except Refusal as problem:  # it stands there; our record of it was refused
        _postpone(message, TryLater(problem.sentence), now)
        return False
    return True


def _write(tracker: Tracker, message: TrackerMessage) -> Written:
    mark = mark_of(message)
    body = marked(message.body, mark)
    since = (message.written - EARLIER).astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    is_repeated = message.attempts > 1
    if message.kind == TrackerMessageKind.TICKET:
        found = tracker.find_ticket(mark, since) if is_repeated else None
        label = message.connection.story_label
        return found or tracker.make_ticket(message.title, body, [label] if label else [])
    if message.item is None:
        raise Refused("It belongs under no ticket.")
    under = message.item.external_id
    found = tracker.find_comment(under, mark, since) if is_repeated else None
    return found or tracker.comment(under, body)


def _note(message: TrackerMessage, written: Written) -> None:
    if written.ticket is not None:
        note_ticket_made(message=message, by=system_person(), ticket=written.ticket)
        return
    TrackerMessage.objects.filter(pk=message.pk).update(
        state=TrackerMessageState.SENT, sent_url=written.url, problem="", ended=timezone.now()
    )


def _postpone(message: TrackerMessage, problem: TryLater, now: datetime.datetime) -> None:
    if message.attempts >= MOST_ATTEMPTS:
        _give_up(message, f"{problem} It was tried {message.attempts} times.")
        return
    pause = min(FIRST_PAUSE * 2 ** (message.attempts - 1), LONGEST_PAUSE)
    if problem.seconds is not None:
        pause = datetime.timedelta(seconds=problem.seconds)
        # Whoever asks to wait is asked nothing else meanwhile.
        TrackerMessage.objects.filter(
            connection=message.connection,
            state=TrackerMessageState.WAITING,
            next_try__lt=now + pause,
        ).update(next_try=now + pause)
    TrackerMessage.objects.filter(pk=message.pk, state=TrackerMessageState.WAITING).update(
        next_try=now + pause, problem=str(problem)
    )


def _give_up(message: TrackerMessage, problem: str) -> None:
    given_up = TrackerMessage.objects.filter(
        pk=message.pk, state=TrackerMessageState.WAITING
    ).update(state=TrackerMessageState.GIVEN_UP, problem=problem, ended=timezone.now())
    if given_up:
        _tell_the_team(message.connection, problem)


def _tell_the_team(connection: TrackerConnection, problem: str) -> None:
    """Put it under the bell of those who can do something about it."""
    for person in people_on_team(connection.product):
        if standing_of(person, connection.product).can(Ability.CONNECT_TRACKERS):
            tell(
                person=person,
                text=f"{connection.product.name}: something could not be said in "
                f"{connection.name}. {problem}",
                url=reverse("tracker_detail", args=[connection.product.slug, connection.public_id]),
                about_kind="tracker",
                about_id=str(connection.public_id),
            )
