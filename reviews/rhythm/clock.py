"""The clock that both sides see: since when something waits, and by which day it is answered.

Days are working days, Monday to Friday. Public holidays are not known here: an answer that falls
due on one is due all the same, which errs on the side of looking earlier.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.conf import settings
from django.utils import timezone

from products.choices import Side

FRIDAY = 4


def answer_within() -> int:
    """The target in working days, which the setting ``ANSWER_WITHIN_WORKING_DAYS`` says.

    Raises ``ValueError`` for one that is no whole number above zero.
    """
    days = settings.ANSWER_WITHIN_WORKING_DAYS
    if not isinstance(days, int) or days < 1:
        raise ValueError("ANSWER_WITHIN_WORKING_DAYS is a whole number above zero.")
    return days


def working_days(since: datetime.date, until: datetime.date) -> int:
    """How many working days have come after a day, up to and with another; 0 where none has."""
    if until <= since:
        return 0
    weeks, rest = divmod((until - since).days, 7)
    after = (since + datetime.timedelta(days=step) for step in range(1, rest + 1))
    return weeks * 5 + sum(day.weekday() <= FRIDAY for day in after)


def due_day(since: datetime.date, days: int) -> datetime.date:
    """The working day by which so many have passed after a day."""
    day = since
    while days > 0:
        day += datetime.timedelta(days=1)
        days -= day.weekday() <= FRIDAY
    return day


@dataclass(frozen=True)
class Clock:
    """How long something has waited, and by when it is to be answered."""

    since: datetime.datetime
    today: datetime.date
    within: int

    @property
    def begun(self) -> datetime.date:
        """The day, here, on which it began to wait."""
        return timezone.localdate(self.since)

    @property
    def days(self) -> int:
        """Working days that it has waited."""
        return working_days(self.begun, self.today)

    @property
    def due(self) -> datetime.date:
        """The day by which it is to be answered."""
        return due_day(self.begun, self.within)

    @property
    def is_late(self) -> bool:
        """Whether a working day has come since."""
        return working_days(self.due, self.today) > 0

    @property
    def words(self) -> str:
        """How long it has waited, and what is left or how late it is."""
        waited = in_days(self.days)
        if self.is_late:
            return f"waiting {waited}, {in_days(working_days(self.due, self.today))} late"
        if self.days == 0:
            return f"waiting since today, due {self.due:%A %-d %B}"
        return f"waiting {waited}, due {self.due:%A %-d %B}"

    @property
    def tone(self) -> str:
        """The tone of ``components/status.html``."""
        return "bad" if self.is_late else "warn"


def clock_since(since: datetime.datetime) -> Clock:
    """The clock of something that began to wait at a moment, as it stands today."""
    return Clock(since, timezone.localdate(), answer_within())


def in_days(count: int) -> str:
    """``1 working day``, ``2 working days``."""
    return f"{count} working day{'' if count == 1 else 's'}"


@dataclass(frozen=True)
class Waiting:
    """Something that waits for a side: what, where it is done, since when.

    ``asked_by`` is the name of who waits for it.
    """

    words: str
    url: str
    side: Side
    clock: Clock
    asked_by: str = ""


@dataclass(frozen=True)
class Wait:
    """How long a side took, or has taken so far, for something that it was asked in a month."""

    side: Side
    month: datetime.date  # its first day
    days: int


def median_by_month(waits: Sequence[Wait]) -> dict[Side, dict[datetime.date, float]]:
    """The median of working days for each side, by the month in which it was asked, in order."""
    found: dict[Side, dict[datetime.date, float]] = {side: {} for side in Side}
    for side in Side:
        for month in sorted({each.month for each in waits if each.side is side}):
            days = [each.days for each in waits if (each.side, each.month) == (side, month)]
            found[side][month] = float(median(days))
    return found


def wait_of(
    side: Side, asked: datetime.datetime, answered: datetime.datetime | None, today: datetime.date
) -> Wait:
    """How long somebody waited for an answer of a side; until today where there is none."""
    began = timezone.localdate(asked)
    ended = timezone.localdate(answered) if answered else today
    return Wait(side, began.replace(day=1), working_days(began, ended))
