"""Boxes with words, of which pictures are made, in SVG user units (CSS pixels at full size)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

PADDING = 10
LABEL, BODY, FACTS = 10.5, 12, 11  # font sizes
LEADING = 1.3


@dataclass(frozen=True)
class Line:
    """A line of text in a box. ``kind`` is label, body, name, good, warn or facts."""

    x: float
    y: float
    text: str
    kind: str
    size: float
    anchor: str = "start"


@dataclass
class Box:
    """A box with its lines. ``kind`` is part, gap, barrier or hazard; ``name`` is read aloud."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    name: str
    lines: list[Line] = field(default_factory=list)
    url: str = ""
    is_open: bool = False
    is_shared: bool = False
    has_frame: bool = True
    radius: float = 5


@dataclass
class Text:
    """Lines that are still to be placed: their words, kind and size."""

    rows: list[tuple[str, str, float]] = field(default_factory=list)

    def add(self, texts: Sequence[str], kind: str, size: float) -> None:
        """Add lines of one kind."""
        self.rows += [(text, kind, size) for text in texts]

    @property
    def height(self) -> float:
        """How high all lines are together."""
        return sum(size * LEADING for _, _, size in self.rows)

    def at(self, x: float, y: float, anchor: str = "start") -> list[Line]:
        """The lines below each other, the first one below ``y``."""
        lines = []
        for text, kind, size in self.rows:
            y += size * LEADING
            # The baseline stands about a quarter of the letter above the line's foot.
            lines.append(Line(x, round(y - size * 0.3, 1), text, kind, size, anchor))
        return lines


Make = Callable[[float, float], Box]  # a box at x and y; its height does not depend on where


def boxed(
    kind: str,
    text: Text,
    width: float,
    name: str,
    *,
    url: str = "",
    padding: float = PADDING,
    is_open: bool = False,
    is_shared: bool = False,
    has_frame: bool = True,
) -> Make:
    """A box that fits its text, to be placed where there is room."""
    height = round(text.height + padding * 1.6, 1)

    def make(x: float, y: float) -> Box:
        lines = text.at(x + padding, y + padding * 0.75)
        return Box(
            kind,
            x,
            round(y, 1),
            width,
            height,
            name,
            lines,
            url,
            is_open=is_open,
            is_shared=is_shared,
            has_frame=has_frame,
        )

    return make
