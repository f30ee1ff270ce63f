"""Values as a snapshot writes them."""

import datetime

from accounts.models import User


def day(value: datetime.date | None) -> str | None:
    """A day in ISO 8601, or None."""
    return value.isoformat() if value else None


def moment(value: datetime.datetime) -> str:
    """A moment in UTC, in ISO 8601 with microseconds and a Z."""
    utc = value.astimezone(datetime.UTC)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def name(person: User | None) -> str:
    """A person's name, or nothing."""
    return person.name if person else ""
