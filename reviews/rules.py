"""Rules of reviews, as pure functions on plain values."""

import datetime
from enum import Enum

#: Every hazard is looked at once a year at least.
LONGEST_INTERVAL = datetime.timedelta(days=366)
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


def why_not_next_review(next_review: datetime.date, today: datetime.date) -> str | None:
    """The sentence that refuses a date for the next review; None when it may stand."""
    if next_review <= today:
        return "The next review is after today. Nothing was saved; choose a later date."
    if next_review > today + LONGEST_INTERVAL:
        return (
            "Every hazard is reviewed once a year at least. Nothing was saved; choose a date "
            "within twelve months."
        )
    return None
