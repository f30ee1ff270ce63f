"""What a file says of the version that it holds. A snapshot does not know it."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.utils import timezone

DATE_LENGTH = 10  # of 2026-05-03


@dataclass(frozen=True)
class Revision:
    """A row of the revision history; ``dated`` is a day or a moment in ISO 8601."""

    version: str
    dated: str
    author: str
    summary: str


@dataclass(frozen=True)
class VersionTitle:
    """The version of a hazard log: its label, its state in words, its moment in ISO 8601 (UTC).

    The label is '' for the log as it stands, which is no version.
    ``revisions`` are the rows of the change log, in the order in which they are to stand there.
    """

    version: str
    state: str
    dated: str
    revisions: list[Revision] = field(default_factory=list)

    @property
    def moment(self) -> datetime:
        """The version's moment, in UTC."""
        return datetime.fromisoformat(self.dated).astimezone(UTC)

    @property
    def in_words(self) -> str:
        """What readers call it: Version 1, issued."""
        if not self.version:
            return self.state
        return f"Version {self.version}, {self.state[:1].lower()}{self.state[1:]}"


def day_in_words(value: str | None) -> str:
    """A day, or the day of a moment, as 3 May 2026; nothing for nothing.

    A moment is shown in the installation's time zone, never in a reader's: the file is the same
    for everybody.
    """
    if not value:
        return ""
    if len(value) == DATE_LENGTH:
        return f"{date.fromisoformat(value):%-d %B %Y}"
    return f"{_local(value):%-d %B %Y}"


def moment_in_words(value: str) -> str:
    """A moment as 3 May 2026, 10:42 BST (09:42 UTC)."""
    local, utc = _local(value), datetime.fromisoformat(value).astimezone(UTC)
    if local.utcoffset() == utc.utcoffset():
        return f"{utc:%-d %B %Y, %H:%M} UTC"
    other_day = "" if local.date() == utc.date() else f"{utc:%-d %B} "
    return f"{local:%-d %B %Y, %H:%M %Z} ({other_day}{utc:%H:%M} UTC)"


def _local(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(timezone.get_default_timezone())
