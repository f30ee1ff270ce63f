"""What a delivery turns out to say: a ticket, or nothing that is of interest here."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from products.trackers.signatures import TOLERANCE
from products.trackers.strangers_text import one_line
from products.trackers.ticket import Ticket

#: No tracker is older. A moment in the year 1 is before the calendars of some time zones begin.
_EARLIEST = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


class NotUnderstood(Exception):
    """A delivery that is not what it should be; the sentence is for whoever sent it."""


@dataclass(frozen=True)
class Told:
    """What one delivery says. ``what`` is a sentence of ours about it, without a full stop."""

    what: str
    ticket: Ticket | None = None


def json_object(body: bytes) -> dict[str, Any]:
    """The object that a text in JSON is. Raises ``NotUnderstood``."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError) as problem:
        raise NotUnderstood("The body is no JSON.") from problem
    if not isinstance(found, dict):
        raise NotUnderstood("The body is no JSON object.")
    return found


def part(of: dict[str, Any], name: str) -> dict[str, Any]:
    """An object inside another one. Raises ``NotUnderstood``."""
    found = of.get(name)
    if not isinstance(found, dict):
        raise NotUnderstood(f"“{name}” is missing or no object.")
    return found


def some(of: dict[str, Any], name: str) -> list[Any]:
    """A list inside an object; an empty one where there is none."""
    found = of.get(name)
    return found if isinstance(found, list) else []


def moment(value: object) -> datetime.datetime | None:
    """A moment in ISO 8601 with its zone, in UTC; None for anything else.

    One that has not come yet, by more than clocks differ, is none either: all that is told after it
    would count as late.
    """
    if not isinstance(value, str):
        return None
    try:
        found = parse_datetime(value)
        if found is None or found.tzinfo is None:
            return None
        found = found.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return None
    return found if _EARLIEST <= found <= timezone.now() + TOLERANCE else None


def title_of(value: object) -> str:
    """A title, which every ticket has. Raises ``NotUnderstood``."""
    title = one_line(value, 500)
    if not title:
        raise NotUnderstood("The ticket has no title.")
    return title
