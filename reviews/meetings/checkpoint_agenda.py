"""The agenda of a checkpoint, which writes itself: what changed, what waits, what is late.

Every part is read from the record. When the checkpoint closes its agenda is frozen as canonical
JSON and read back from there, so that the minutes say what was on the table.
"""

import datetime
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils import timezone

from audit.canonical import canonical_json
from products.models import Product
from reviews.meetings import agenda_parts as parts
from reviews.meetings.agenda_parts import AgendaItem, Stretch
from reviews.meetings.rules import next_on
from reviews.models import Checkpoint, CheckpointRhythm

FORMAT = 1
MOST = 100  # items of one part; the others are counted
USUAL_WEEKS = 2  # what an agenda looks back and ahead without a rhythm


@dataclass(frozen=True)
class AgendaPart:
    """One part of an agenda; ``count`` is how many there are, ``items`` those that are shown."""

    key: str
    title: str
    nothing: str
    count: int
    items: list[AgendaItem] = field(default_factory=list)

    @property
    def more(self) -> int:
        """How many are not shown."""
        return self.count - len(self.items)


@dataclass(frozen=True)
class Agenda:
    """What a checkpoint is about, and which time it looks at."""

    since: datetime.datetime
    until: datetime.date
    parts: list[AgendaPart]

    @property
    def count(self) -> int:
        """How many things there are."""
        return sum(part.count for part in self.parts)

    @property
    def hazards(self) -> list[str]:
        """The references of the hazards that it names, each once, in its order."""
        named = (item.hazard for part in self.parts for item in part.items)
        return list(dict.fromkeys(reference for reference in named if reference))

    def about(self, hazard: str) -> list[tuple[str, AgendaItem]]:
        """Why a hazard is on it: the title of each part that names it, with what it says."""
        return [
            (part.title, item)
            for part in self.parts
            for item in part.items
            if item.hazard == hazard
        ]


@dataclass(frozen=True)
class Kind:
    """A part of every agenda: its words, and who reads it."""

    key: str
    title: str
    nothing: str
    read: Callable[[Product, Stretch], Iterable[AgendaItem]]


KINDS = (
    Kind("untriaged", "Features and changes to triage", "All are triaged.", parts.to_triage),
    Kind("changed", "Hazards that changed", "No hazard changed.", parts.changed_hazards),
    Kind("controls", "Controls due or late", "No control is due.", parts.controls_due),
    Kind("findings", "What blocks the next release", "Nothing blocks it.", parts.blocking),
    Kind("reviews", "Hazards to review", "No review is due.", parts.to_review),
    Kind("decisions", "Decisions to make", "No decision is open.", parts.decisions_to_make),
    Kind("waiting", "Questions and concerns", "Nobody waits for an answer.", parts.to_answer),
    Kind("actions", "Actions open or late", "No action is open.", parts.open_actions),
)


def agenda_of(checkpoint: Checkpoint) -> Agenda:
    """The agenda as it is now; once the checkpoint is closed, as it was then.

    A constant number of queries, whatever there is on it; none where it is frozen.
    """
    if checkpoint.agenda:
        return _thawed(checkpoint.agenda)
    stretch = stretch_of(checkpoint)
    read = []
    for kind in KINDS:
        items = list(kind.read(checkpoint.product, stretch))
        read.append(AgendaPart(kind.key, kind.title, kind.nothing, len(items), items[:MOST]))
    return Agenda(stretch.since, stretch.until, read)


def stretch_of(checkpoint: Checkpoint) -> Stretch:
    """From the end of the checkpoint before to the day of the one after. Two queries.

    A checkpoint that is still open after its day looks ahead from today.
    """
    rhythm = CheckpointRhythm.objects.filter(product=checkpoint.product, is_active=True).first()
    weeks = rhythm.weeks if rhythm else USUAL_WEEKS
    before = (
        Checkpoint.objects.filter(
            product=checkpoint.product, number__lt=checkpoint.number, closed_at__isnull=False
        )
        .order_by("-number")
        .first()
    )
    usual = datetime.timedelta(weeks=weeks)
    if before is not None and before.closed_at is not None:
        since = before.closed_at
    else:
        midnight = datetime.datetime.combine(checkpoint.held_on - usual, datetime.time())
        since = timezone.make_aware(midnight)
    today = timezone.localdate()
    ahead_from = max(checkpoint.held_on, today)
    until = ahead_from + usual
    if rhythm is not None:
        until = next_on(rhythm.first_on, rhythm.weeks, ahead_from)
    return Stretch(since, until, today, checkpoint.pk)


def frozen_text(agenda: Agenda, at: datetime.datetime) -> str:
    """An agenda as canonical JSON, with the moment at which it was frozen."""
    return canonical_json(
        {
            "format": FORMAT,
            "at": at,
            "since": agenda.since,
            "until": agenda.until,
            "parts": [
                {
                    "key": part.key,
                    "title": part.title,
                    "nothing": part.nothing,
                    "count": part.count,
                    "items": [asdict(item) for item in part.items],
                }
                for part in agenda.parts
            ],
        }
    )


def _thawed(text: str) -> Agenda:
    said: dict[str, Any] = json.loads(text)
    return Agenda(
        since=datetime.datetime.fromisoformat(said["since"]),
        until=datetime.date.fromisoformat(said["until"]),
        parts=[
            AgendaPart(
                part["key"],
                part["title"],
                part["nothing"],
                part["count"],
                [AgendaItem(**item) for item in part["items"]],
            )
            for part in said["parts"]
        ],
    )
