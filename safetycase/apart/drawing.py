"""The geometry of a small trend, in SVG user units: a column for each place, none where there is
nothing to tell."""

from collections.abc import Sequence
from dataclasses import dataclass

from safetycase.apart.numbers import Figure

WIDTH, HEIGHT, FOOT = 228, 72, 16  # of the columns, and of the labels below them
GAP = 8
LEAST = 2  # so that a zero is seen to be one


@dataclass(frozen=True)
class Bar:
    """A column with its label. ``height`` is 0 where there is nothing to tell."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    label: str
    words: str


@dataclass(frozen=True)
class Bars:
    """A trend, ready for its template."""

    figure: Figure
    bars: Sequence[Bar]
    width: int = WIDTH
    height: int = HEIGHT + FOOT
    foot: int = HEIGHT

    @property
    def label_y(self) -> int:
        """The foot of the labels."""
        return HEIGHT + FOOT - 3


def bars_of(figure: Figure) -> Bars:
    """The columns of a figure; the highest fills the height, or what ``most`` says is the whole."""
    points = figure.points
    if not points:
        return Bars(figure, [])
    known = [each.value for each in points if each.value is not None]
    whole = figure.most or max(known, default=0.0) or 1.0
    step = WIDTH / len(points)
    bars = []
    for place, point in enumerate(points):
        share = 0.0 if point.value is None else min(point.value / whole, 1.0)
        height = 0.0 if point.value is None else max(share * (HEIGHT - LEAST), LEAST)
        x = place * step + GAP / 2
        bars.append(
            Bar(
                x=round(x, 2),
                y=round(HEIGHT - height, 2),
                width=round(step - GAP, 2),
                height=round(height, 2),
                middle=round(x + (step - GAP) / 2, 2),
                label=point.label,
                words=point.words,
            )
        )
    return Bars(figure, bars)
