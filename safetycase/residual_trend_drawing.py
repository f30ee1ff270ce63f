"""The geometry of residual risk over time, in SVG user units: a stack of classes for each column.

The worst class stands at the bottom, where its height is compared most easily.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from accounts.templatetags.interface import RISK_FILL, RISK_INK
from safetycase.residual_trend import NONE, Column, Trend

WIDTH, HEIGHT = 760, 250  # of the space of the columns
LEFT, RIGHT, TOP, BOTTOM = 44, 128, 24, 40
WIDEST = 64  # of a column
GAP = 4
LEAST_FOR_COUNT = 13  # a lower block has its count in the table only
LINE = 16  # between the labels at the right
NO_ESTIMATE_FILL, NO_ESTIMATE_INK = "#eef2f5", "#52606d"


@dataclass(frozen=True)
class Block:
    """The hazards of one class at the end of one column."""

    x: float
    y: float
    width: float
    height: float
    number: int  # the class, 0 without an estimate
    count: int
    fill: str
    ink: str
    title: str

    @property
    def middle(self) -> float:
        """The middle of its width."""
        return self.x + self.width / 2

    @property
    def count_y(self) -> float:
        """The foot of its count."""
        return self.y + self.height / 2 + 4

    @property
    def shows_count(self) -> bool:
        """Whether it is high and wide enough for its count."""
        return self.height >= LEAST_FOR_COUNT and self.width >= 8 * len(str(self.count)) + 2


@dataclass(frozen=True)
class Label:
    """A word beside, below or above the columns."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Name:
    """The name of a class at the right, with a line to its block in the last column."""

    x: float
    y: float
    text: str
    line: str
    number: int


@dataclass
class TrendDrawing:
    """Residual risk over time, ready for its template."""

    width: float
    height: float
    foot: float
    left: float
    right: float
    blocks: list[Block]
    ticks: list[Label]
    days: list[Label]
    releases: list[Label]
    names: list[Name]
    top: float = TOP


def drawn_trend(trend: Trend) -> TrendDrawing:
    """Place every block and word of a trend that has at least one column."""
    most = max(max(each.hazards for each in trend.columns), 1)
    step = min(WIDTH / len(trend.columns), WIDEST + GAP)
    right = LEFT + step * len(trend.columns)
    foot = TOP + HEIGHT
    order = [*trend.classes, *([NONE] if trend.has_none else [])]
    blocks: list[Block] = []
    last: list[Block] = []
    for place, column in enumerate(trend.columns):
        last = _stack(column, order, LEFT + place * step, step - GAP, HEIGHT / most)
        blocks += last
    return TrendDrawing(
        width=right + RIGHT,
        height=foot + BOTTOM,
        foot=foot,
        left=LEFT,
        right=right,
        blocks=blocks,
        ticks=[
            Label(LEFT - 8, round(foot - HEIGHT * value / most + 4, 1), f"{value:,}")
            for value in _ticks(most)
        ],
        days=_days(trend, step),
        releases=[
            # Before the column in whose time it came out, where it crosses no count.
            Label(round(LEFT + place * step - GAP / 2, 1), TOP - 9, ", ".join(each.releases))
            for place, each in enumerate(trend.columns)
            if each.releases
        ],
        names=_names(last, right),
    )


def _stack(
    column: Column, order: Sequence[int], x: float, width: float, scale: float
) -> list[Block]:
    blocks, y = [], float(TOP + HEIGHT)
    for number in order:
        count = column.classes[number]
        if not count:
            continue
        height = count * scale
        y -= height
        shade = min(max(number, 1), len(RISK_FILL))
        name = f"class {number}" if number else "no residual estimate"
        blocks.append(
            Block(
                x=round(x, 1),
                y=round(y, 1),
                width=round(width, 1),
                height=round(height, 1),
                number=number,
                count=count,
                fill=RISK_FILL[shade] if number else NO_ESTIMATE_FILL,
                ink=RISK_INK[shade] if number else NO_ESTIMATE_INK,
                title=f"{column.day:%-d %B %Y}, {name}: {count}",
            )
        )
    return blocks


def _ticks(most: int) -> list[int]:
    """Round numbers up to the most, four at the most."""
    step = 1
    while most / step > 4:
        step = (
            step * 2 if str(step)[0] == "1" else step * 5 // 2 if str(step)[0] == "2" else step * 2
        )
    return list(range(0, most + 1, step))


def _days(trend: Trend, step: float) -> list[Label]:
    """The days below the columns, as many as have room, the last one always."""
    every = max(1, round(58 / step + 0.49))
    count = len(trend.columns)
    return [
        Label(round(LEFT + (place + 0.5) * step - GAP / 2, 1), TOP + HEIGHT + 17, _day(each.day))
        for place, each in enumerate(trend.columns)
        if (count - 1 - place) % every == 0
    ]


def _day(day: date) -> str:
    return f"{day:%-d %b %y}"


def _names(last: Sequence[Block], right: float) -> list[Name]:
    """The classes of the last column, kept apart where their blocks are low."""
    names, least = [], float(TOP + HEIGHT + LINE)
    for block in last:
        middle = block.y + block.height / 2
        y = min(middle, least - LINE)
        least = y
        words = f"class {block.number}" if block.number else "no estimate"
        line = f"M{right - GAP + 2:.1f} {middle:.1f}L{right + 8:.1f} {y:.1f}"
        names.append(
            Name(right + 12, round(y + 4, 1), f"{words} · {block.count:,}", line, block.number)
        )
    return names
