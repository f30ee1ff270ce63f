"""Residual risk over time: how many hazards stood in each class at the end of each day, week or
month, told from the versions of the hazards, none of which is ever rewritten.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import F, Q, QuerySet, Window
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


#: The bucket of each hazard in the log: its class, or ``NONE``.
Standing = dict[int, int]
#: By day, by how many the hazards of each bucket grew or shrank.
Moves = dict[date, Counter[int]]

KEPT_FOR = 2 * 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Version:
    """What of a version of a hazard counts: its day and bucket; None when out of the log."""

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
    """The trend of a product's log until today.

    Four queries at most, and those of the cache. What was until yesterday is worked out once a day
    for each product and kept; of later views only today's versions are read.
    """
    day = today or timezone.localdate()
    standing, moves = _until(product, day)
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    rows = _versions(product).filter(history_date__gte=midnight)
    add_moves(_told(_changed(rows)), standing, moves)
    out = Release.objects.filter(product=product, state=ReleaseState.RELEASED).order_by("position")
    released = [(each.released_on, each.label) for each in out if each.released_on]
    return trend_from(moves, released, day)


def _until(product: Product, day: date) -> tuple[Standing, Moves]:
    """How the log stood when a day began, and all moves before it.

    It is kept by the newest version that it was told from: an act that began before midnight may
    end after somebody has looked, and a backup may be put back.
    """
    midnight = timezone.make_aware(datetime.combine(day, time.min))
    before = _versions(product).filter(history_date__lt=midnight)
    newest = before.order_by("-history_id").values_list("history_id", flat=True).first()
    key = f"residual-trend:{product.public_id}:{day.isoformat()}:{newest}"
    kept: tuple[Standing, Moves] | None = cache.get(key)
    if kept is None:
        kept = ({}, {})
        add_moves(_told(_changed(before)), *kept)
        cache.set(key, kept, KEPT_FOR)
    return kept


def _versions(product: Product) -> QuerySet[Any]:
    versions: Any = history_model_of(Hazard)._default_manager
    rows: QuerySet[Any] = versions.filter(product_id=product.pk)
    return rows


def _changed(versions: QuerySet[Any]) -> QuerySet[Any]:
    """Those versions in which the state or the shown residual estimate is not as it was before.

    The database reads the versions along the product's index and gives back only these.
    """
    shown: Any = Coalesce(F("worst_residual_id"), 0)
    order: dict[str, Any] = {"partition_by": [F("id")], "order_by": "history_id"}
    compared: QuerySet[Any] = versions.annotate(
        shown=shown,
        before=Window(Lag(shown, default=0), **order),
        state_before=Window(Lag("state"), **order),
    )
    differs = Q(state_before=None) | ~Q(state=F("state_before")) | ~Q(shown=F("before"))
    return compared.filter(differs).order_by("history_id")


def _told(versions: QuerySet[Any]) -> Iterator[Version]:
    rows = versions.values_list("history_date", "id", "state", "worst_residual__class_number")
    for moment, hazard, state, number in rows:
        bucket = (number or NONE) if state in IN_THE_LOG else None
        yield Version(timezone.localtime(moment).date(), hazard, bucket)


def add_moves(versions: Iterable[Version], standing: Standing, moves: Moves) -> None:
    """Go on from how the log stood with versions, the oldest first; changes both in place."""
    for version in versions:
        before = standing.get(version.hazard)
        if before == version.bucket:
            continue
        moved = moves.setdefault(version.day, Counter())
        if before is not None:
            moved[before] -= 1
        if version.bucket is None:
            del standing[version.hazard]
        else:
            standing[version.hazard] = version.bucket
            moved[version.bucket] += 1


def trend_from(moves: Moves, released: Iterable[tuple[date, str]], today: date) -> Trend:
    """The trend from the moves of each day and releases with their days. No query."""
    days = sorted(moves)
    if not days:
        return Trend([], "day", is_cut=False)
    every, ends = _ends(days[0], today)
    out = list(released)
    classes: Counter[int] = Counter()
    columns: list[Column] = []
    place, since = 0, date.min
    for end in ends[-MOST:]:
        while place < len(days) and days[place] <= end:
            classes.update(moves[days[place]])
            place += 1
        labels = tuple(label for day, label in out if since < day <= end and columns)
        columns.append(Column(end, +classes, labels))
        since = end
    return Trend(columns, every, is_cut=len(ends) > MOST)


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
