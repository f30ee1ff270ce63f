"""Rules of when a hazard is to be looked at again, as pure functions on plain values."""

import calendar
import datetime
from dataclasses import dataclass
from enum import Enum

#: Every hazard is looked at once a year at least.
LONGEST_INTERVAL = datetime.timedelta(days=366)
YEARLY = 12  # months: the cadence of a class of which no plan in force says anything
SOON = datetime.timedelta(days=30)


class Due(Enum):
    """When a hazard's next review is, seen from a day. The order is that of the page."""

    OVERDUE = "Overdue"
    SOON = "Within 30 days"
    LATER = "Later"
    NO_DATE = "No date set"


def due(review_date: datetime.date | None, today: datetime.date) -> Due:
    """Into which group of the review calendar a date falls. Due today is not overdue yet."""
    if review_date is None:
        return Due.NO_DATE
    if review_date < today:
        return Due.OVERDUE
    return Due.SOON if review_date <= today + SOON else Due.LATER


@dataclass(frozen=True)
class ReviewInterval:
    """How many months may lie between two reviews of a hazard, by the plan and its risk class."""

    months: int
    class_number: int
    plan_number: int

    def latest_from(self, day: datetime.date) -> datetime.date:
        """The last day for the next review of a hazard that is reviewed on this day."""
        return months_after(day, self.months)


def months_in_words(months: int) -> str:
    """How often something is looked at."""
    return "every month" if months == 1 else f"every {months} months"


def months_after(day: datetime.date, months: int) -> datetime.date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return datetime.date(year, month + 1, min(day.day, last))


#: How many months the calendar shows, this one among them.
MONTHS_SHOWN = 12


def months_shown(today: datetime.date) -> list[datetime.date]:
    """The first days of the months of the calendar, this month's first."""
    first = today.replace(day=1)
    return [months_after(first, ahead) for ahead in range(MONTHS_SHOWN)]


def month_key(day: datetime.date) -> str:
    """The month of a day as an address has it: ``2027-03``."""
    return f"{day:%Y-%m}"


def slot_of(day: datetime.date | None, today: datetime.date) -> str:
    """Where a day stands in the calendar: ``overdue``, a month's key, ``later`` or ``none``."""
    if day is None:
        return "none"
    if day < today:
        return "overdue"
    return month_key(day) if day < months_after(today.replace(day=1), MONTHS_SHOWN) else "later"


def review_due(
    said: datetime.date | None, looked_on: datetime.date | None, months: int
) -> datetime.date | None:
    """On which day a hazard is to be looked at: what somebody said, or earlier by the cadence.

    The cadence runs from the last day on which a clinician looked: a review, or the estimate that
    gave the hazard its class. So a class that rises pulls the review in, and nobody's date can
    put it off. None where nobody said a date and nobody has looked yet.
    """
    by_cadence = None if looked_on is None else months_after(looked_on, months)
    return min((each for each in (said, by_cadence) if each is not None), default=None)


def looked_long_ago(today: datetime.date, months: int) -> datetime.date:
    """The day before which a look is too long ago: ``review_due`` by the cadence is past today."""
    day = today - datetime.timedelta(days=31 * months + 1)
    while months_after(day, months) < today:
        day += datetime.timedelta(days=1)
    return day


def why_not_next_review(
    next_review: datetime.date, today: datetime.date, longest: ReviewInterval | None = None
) -> str | None:
    """The sentence that refuses a date for the next review; None when it may stand.

    ``longest`` is what the plan in force says of the hazard's class; a year holds without one.
    """
    if next_review <= today:
        return "The next review is after today. Nothing was saved; choose a later date."
    if longest is not None and next_review > longest.latest_from(today):
        often = months_in_words(longest.months)
        return (
            f"Version {longest.plan_number} of the plan asks for a review of class "
            f"{longest.class_number} at least {often}. Nothing was saved; choose a date up to "
            f"{longest.latest_from(today):%-d %B %Y}."
        )
    if next_review > today + LONGEST_INTERVAL:
        return (
            "Every hazard is reviewed once a year at least. Nothing was saved; choose a date "
            "within twelve months."
        )
    return None
