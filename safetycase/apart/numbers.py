"""The three honest numbers: each with what it is of, and with its trend. Pure functions.

None is made from people's words: a day on which somebody looked, a day on which somebody answered,
a day on which the gate was blocked.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import NamedTuple

from products.choices import Side
from reviews.rhythm.clock import Wait
from safetycase.gate.last_week import LastWeek

MONTHS = 6  # of a trend
RELEASES = 6  # of a trend


class Point(NamedTuple):
    """A place of a trend: what it is of, its height (None: nothing to tell), and in words."""

    label: str
    value: float | None
    words: str


@dataclass(frozen=True)
class Figure:
    """A number as it is read: ``figure`` in large type, ``of`` what it is of."""

    title: str
    figure: str
    of: str
    points: Sequence[Point]
    side: str = ""  # whose voice's colour it has, '' for none
    most: float | None = None  # the height of the whole, None for the highest point


class Built(NamedTuple):
    """When a feature’s build began, and when the clinical side looked at it (None: never)."""

    began: datetime.date
    looked: datetime.date | None

    @property
    def was_seen_before(self) -> bool:
        """Whether the clinical side had looked by the day on which build began."""
        return self.looked is not None and self.looked <= self.began


def months_until(today: datetime.date, count: int = MONTHS) -> list[datetime.date]:
    """The first days of this month and of those before it, oldest first."""
    month = today.replace(day=1)
    months = [month]
    while len(months) < count:
        month = (month - datetime.timedelta(days=1)).replace(day=1)
        months.append(month)
    return months[::-1]


def first_look(built: Sequence[Built], today: datetime.date) -> Figure:
    """The share of features with a clinical first look before build began."""
    seen = sum(each.was_seen_before for each in built)
    points = []
    for month in months_until(today):
        those = [each for each in built if each.began.replace(day=1) == month]
        before = sum(each.was_seen_before for each in those)
        points.append(
            Point(
                f"{month:%b}",
                before / len(those) if those else None,
                f"{before} of {len(those)}" if those else "nothing began",
            )
        )
    return Figure(
        title="Seen by the clinical side before build began",
        figure=f"{round(100 * seen / len(built))} %" if built else "–",
        of=f"{seen} of {len(built)} features whose build has begun"
        if built
        else "No feature’s build has begun yet",
        points=points,
        most=1.0,
    )


def waits(found: Iterable[Wait], side: Side, today: datetime.date) -> Figure:
    """The median of working days that a question waits on a side, those still waiting included."""
    mine = [each for each in found if each.side is side]
    by_month: Mapping[datetime.date, list[int]] = _grouped(mine)
    points = [
        Point(
            f"{month:%b}",
            float(median(by_month[month])) if month in by_month else None,
            f"{_days(float(median(by_month[month])))} ({_asked(len(by_month[month]))})"
            if month in by_month
            else "nothing was asked",
        )
        for month in months_until(today)
    ]
    return Figure(
        title=f"Waits on the {side.label.lower()} side",
        figure=_days(float(median(each.days for each in mine))) if mine else "–",
        of=f"median of {_asked(len(mine))}, in working days" if mine else "Nothing was asked yet",
        points=points,
        side=side.value,
    )


def blocked(releases: Sequence[LastWeek]) -> Figure:
    """Releases that were blocked on a day of their last week, in the order in which they went out.

    Those of which no day was noted are told apart: nobody knows of them.
    """
    known = [each for each in releases if each.known]
    stuck = sum(each.blocked > 0 for each in known)
    points = [
        Point(each.label, float(each.blocked), f"{each.blocked} of {_noted(each.known)}")
        if each.known
        else Point(each.label, None, "no day was noted")
        for each in releases[-RELEASES:]
    ]
    return Figure(
        title="Blocked in their last week",
        figure=f"{stuck} of {len(known)}" if known else "–",
        of=_of_which(len(known), len(releases) - len(known)),
        points=points,
        most=7.0,
    )


def _of_which(known: int, unknown: int) -> str:
    """Which releases a number is of, and how many nobody knows of."""
    if not known and not unknown:
        return "No release has gone out under the gate yet"
    if not known:
        those = "the release" if unknown == 1 else f"the {unknown} releases"
        return f"No day was noted in the last week of {those} that went out"
    more = f"; in the last week of {unknown} more no day was noted" if unknown else ""
    return f"releases that went out{more}"


def _noted(days: int) -> str:
    return f"{days} noted day{'' if days == 1 else 's'}"


def _grouped(found: Iterable[Wait]) -> dict[datetime.date, list[int]]:
    groups: dict[datetime.date, list[int]] = {}
    for each in found:
        groups.setdefault(each.month, []).append(each.days)
    return groups


def _days(count: float) -> str:
    number = f"{count:.0f}" if count == int(count) else f"{count:.1f}"
    return f"{number} day{'' if count == 1 else 's'}"


def _asked(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"
