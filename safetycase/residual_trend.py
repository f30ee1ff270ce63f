"""Residual risk over time: how many hazards stood in each class at the end of each day, week or
month, told from the versions of the hazards, none of which is ever rewritten.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, Window
from django.db.models.functions import Coalesce, Lag
from django.utils import timezone

from audit.tracked import history_model_of
from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from products.choices import ReleaseState
from products.models import Product, Release

#: Columns of the picture; earlier ones are left out.
MOST = 24
#: The bucket of hazards that have no residual estimate.
NONE = 0


@dataclass(frozen=True)
class Step:
    """A hazard moved on a day: into a class, to ``NONE``, or out of the log (None)."""

    day: date
    hazard: int
    bucket: int | None


@dataclass(frozen=True)
class Column:
    """How the log stood at the end of a day, with the releases that came out since the last."""

    day: date
    classes: Counter[int]
    releases: tuple[str, ...]

    @property
    def hazards(self) -> int:
        """How many hazards were in the log."""
        return sum(self.classes.values())


@dataclass(frozen=True)
class Trend:
    """Residual risk over time. ``every`` is "day", "week" or "month"."""

    columns: Sequence[Column]
    every: str
    is_cut: bool  # whether earlier columns are left out

    @property
    def classes(self) -> list[int]:
        """The classes that occur, the worst first; ``NONE`` is not among them."""
        return sorted({n for each in self.columns for n in each.classes if n}, reverse=True)

    @property
    def has_none(self) -> bool:
        """Whether there ever was a hazard without a residual estimate."""
        return any(each.classes[NONE] for each in self.columns)

    @property
    def summary(self) -> str:
        """Where it stood first and where it stands, for those who do not see the picture."""
        if not self.columns:
            return "No hazard yet."
        first, last = self.columns[0], self.columns[-1]
        if first is last:
            return f"{_in_day(last.day)}: {_in_words(last)}."
        return f"{_in_day(first.day)}: {_in_words(first)}. {_in_day(last.day)}: {_in_words(last)}."


def trend_of(product: Product, today: date | None = None) -> Trend:
    """The trend of a product's log until today. Two queries."""
    steps = list(steps_of(product))
    out = Release.objects.filter(product=product, state=ReleaseState.RELEASED).order_by("position")
    released = [(each.released_on, each.label) for each in out if each.released_on]
    return trend_from(steps, released, today or timezone.localdate())


def steps_of(product: Product) -> Iterator[Step]:
    """Every move of a hazard between classes, and into and out of the log, oldest first.

    One query: the database reads the versions of the product's hazards along their index and gives
    back only those in which the state or the shown residual estimate differs from the one before.
    """
    versions: Any = history_model_of(Hazard)._default_manager.filter(product_id=product.pk)
    shown: Any = Coalesce(F("worst_residual_id"), 0)
    order: dict[str, Any] = {"partition_by": [F("id")], "order_by": "history_id"}
    moved = (
        versions.annotate(
            shown=shown,
            before=Window(Lag(shown, default=0), **order),
            state_before=Window(Lag("state"), **order),
        )
        .filter(Q(state_before=None) | ~Q(state=F("state_before")) | ~Q(shown=F("before")))
        .order_by("history_date", "history_id")
        .values_list("history_date", "id", "state", "worst_residual__class_number")
    )
    for moment, hazard, state, number in moved:
        bucket = (number or NONE) if state in IN_THE_LOG else None
        yield Step(timezone.localtime(moment).date(), hazard, bucket)


def trend_from(steps: Sequence[Step], released: Iterable[tuple[date, str]], today: date) -> Trend:
    """The trend from steps in their order and releases with their days. No query."""
    if not steps:
        return Trend([], "day", is_cut=False)
    every, ends = _ends(steps[0].day, today)
    wanted = ends[-MOST:]
    standing: dict[int, int] = {}
    classes: Counter[int] = Counter()
    columns: list[Column] = []
    upcoming = iter(steps)
    step = next(upcoming, None)
    since = date.min
    for end in wanted:
        while step is not None and step.day <= end:
            _take(step, standing, classes)
            step = next(upcoming, None)
        out = tuple(label for day, label in released if since < day <= end and columns)
        columns.append(Column(end, +classes, out))
        since = end
    return Trend(columns, every, is_cut=len(ends) > len(wanted))


def _take(step: Step, standing: dict[int, int], classes: Counter[int]) -> None:
    before = standing.pop(step.hazard, None)
    if before is not None:
        classes[before] -= 1
    if step.bucket is not None:
        standing[step.hazard] = step.bucket
        classes[step.bucket] += 1


def _ends(first: date, today: date) -> tuple[str, list[date]]:
    """The last days of the columns from the first day until today, which is always the last."""
    span = (today - first).days
    every, end_of = (
        ("day", _same)
        if span < MOST
        else ("week", _sunday)
        if span < MOST * 7
        else ("month", _last_of_month)
    )
    ends, day = [], first
    while (end := end_of(day)) < today:
        ends.append(end)
        day = end + timedelta(days=1)
    return every, [*ends, today]


EndOf = Callable[[date], date]


def _same(day: date) -> date:
    return day


def _sunday(day: date) -> date:
    return day + timedelta(days=6 - day.weekday())


def _last_of_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _in_words(column: Column) -> str:
    told = [f"{column.classes[n]} in class {n}" for n in sorted(column.classes, reverse=True) if n]
    if column.classes[NONE]:
        told.append(f"{column.classes[NONE]} without a residual estimate")
    return ", ".join(told) or "no hazard"


def _in_day(day: date) -> str:
    return f"{day:%-d %B %Y}"
