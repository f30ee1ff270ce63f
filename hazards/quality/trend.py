"""How many findings there were on each day: the picture and its table."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils import timezone

from hazards.models import QualityDay
from products.models import Product

#: Days that the picture shows.
DAYS = 90
#: Size of the drawing, in SVG user units.
WIDTH, HEIGHT = 640, 150
LEFT, RIGHT, TOP, BOTTOM = 34, 96, 10, 24
LINE_APART = 14  # of the words at the right

#: Column → words, stroke on paper, dashes and their name: no line is told by its colour alone.
LINES = {
    "blocking": ("blocking", "#a3201a", "", "solid"),
    "warning": ("warnings", "#8a4b00", "6 3", "dashed"),
    "legacy": ("legacy", "#52606d", "2 3", "dotted"),
}


@dataclass(frozen=True)
class DrawnLine:
    """One line of the picture, with its last figure in words at the right."""

    kind: str
    words: str
    stroke: str
    dashes: str
    style: str
    points: str
    last: int
    label_y: int


@dataclass(frozen=True)
class TrendDrawing:
    """The picture: lines, the highest figure, the first and the last day."""

    width: int
    height: int
    left: int
    right: int
    top: int
    bottom: int
    highest: int
    lines: list[DrawnLine]
    first: datetime.date
    last: datetime.date


def days_of(product: Product) -> list[QualityDay]:
    """The counted days of the last months, the oldest first. One query."""
    since = timezone.localdate() - datetime.timedelta(days=DAYS)
    return list(QualityDay.objects.filter(product=product, day__gt=since).order_by("day"))


def drawing_of(days: Sequence[QualityDay]) -> TrendDrawing | None:
    """The picture of these days; None with fewer than two, which make no line."""
    if len(days) < 2:
        return None
    first, last = days[0].day, days[-1].day
    highest = max(max(getattr(each, kind) for kind in LINES) for each in days) or 1
    span = (last - first).days

    def across(day: datetime.date) -> int:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days // span

    def down(count: int) -> int:
        return TOP + (HEIGHT - TOP - BOTTOM) * (highest - count) // highest

    lines = []
    for kind, (words, stroke, dashes, style) in LINES.items():
        counts = [getattr(each, kind) for each in days]
        points = " ".join(
            f"{across(each.day)},{down(count)}" for each, count in zip(days, counts, strict=True)
        )
        lines.append(
            DrawnLine(kind, words, stroke, dashes, style, points, counts[-1], down(counts[-1]))
        )
    return TrendDrawing(
        WIDTH,
        HEIGHT,
        LEFT,
        WIDTH - RIGHT,
        TOP,
        HEIGHT - BOTTOM,
        highest,
        _apart(lines),
        first,
        last,
    )


def _apart(lines: Sequence[DrawnLine]) -> list[DrawnLine]:
    """The same lines, the words at their ends not on top of each other."""
    placed: list[DrawnLine] = []
    lowest = TOP - LINE_APART
    for line in sorted(lines, key=lambda each: each.label_y):
        lowest = max(line.label_y, lowest + LINE_APART)
        placed.append(replace(line, label_y=lowest))
    return placed
