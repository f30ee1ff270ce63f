"""The calendar of reviews as a picture: what is overdue first, then twelve months, in SVG units.

Colour says how many, so the number stands in every square too.
"""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from products.models import Product
from reviews.calendar.cadence import HazardDue
from reviews.calendar.rules import month_key, months_shown, slot_of

COLUMNS = 4
CELL_WIDTH, CELL_HEIGHT, GAP, MARGIN = 78, 58, 4, 2
WIDTH = COLUMNS * (CELL_WIDTH + GAP) - GAP + 2 * MARGIN
BAND_HEIGHT = 44  # of what stands over the whole width

#: Background and ink by heat on paper and in light; on screen the style sheet covers them.
HEAT = (
    ("#f6f8fa", "#52606d"),
    ("#e3f1f2", "#17212b"),
    ("#b5dadd", "#17212b"),
    ("#6fb3ba", "#0b1a1f"),
    ("#0b6470", "#ffffff"),
)
OVERDUE = ("#fbeceb", "#a3201a")


@dataclass(frozen=True)
class Slot:
    """A stretch of time with its number of reviews; ``url`` narrows the list to it."""

    key: str
    name: str
    short: str
    count: int
    url: str

    @property
    def words(self) -> str:
        """Name and number, for those who hear the picture."""
        return f"{self.name}: {self.count} {'review' if self.count == 1 else 'reviews'}"


@dataclass(frozen=True)
class DrawnSlot:
    """A slot in its place. ``tone`` names its colours on screen."""

    slot: Slot
    x: int
    y: int
    width: int
    height: int
    tone: str
    fill: str
    ink: str

    @property
    def text_x(self) -> int:
        """Where its words begin."""
        return self.x + 10

    @property
    def name_y(self) -> int:
        """The foot of its name."""
        return self.y + (18 if self.height > BAND_HEIGHT else 27)

    @property
    def count_x(self) -> int:
        """The end of its number."""
        return self.x + self.width - 10

    @property
    def count_y(self) -> int:
        """The foot of its number."""
        return self.y + self.height - (11 if self.height > BAND_HEIGHT else 15)


@dataclass(frozen=True)
class CalendarDrawing:
    """The calendar, ready for its template; ``slots`` are the rows of its table."""

    width: int
    height: int
    drawn: list[DrawnSlot]

    @property
    def slots(self) -> list[Slot]:
        """Every slot in its order."""
        return [each.slot for each in self.drawn]

    @property
    def description(self) -> str:
        """What the picture shows, in a sentence."""
        overdue, *rest = self.slots
        busiest = max(rest, key=lambda each: each.count)
        if not busiest.count:
            return f"{overdue.count} overdue, none due in the months shown."
        return f"{overdue.count} overdue; most are due in {busiest.name}: {busiest.count}."


def drawn_calendar(
    product: Product, dues: Sequence[HazardDue], today: datetime.date
) -> CalendarDrawing:
    """Place every month, with how many reviews fall into it."""
    counts = Counter(slot_of(each.on, today) for each in dues)
    address = reverse("review_list", args=[product.slug])

    def slot(key: str, name: str, short: str = "") -> Slot:
        return Slot(key, name, short or name, counts[key], f"{address}?due={key}")

    top = MARGIN
    drawn = [_band(slot("overdue", "Overdue"), top)]
    top += BAND_HEIGHT + GAP
    months = months_shown(today)
    most = max((counts[month_key(month)] for month in months), default=0)
    for place, month in enumerate(months):
        across, down = place % COLUMNS, place // COLUMNS
        year = f" {month:%Y}" if place == 0 or month.month == 1 else ""
        in_month = slot(month_key(month), f"{month:%B %Y}", f"{month:%b}{year}")
        shade = _shade(in_month.count, most)
        fill, ink = HEAT[shade]
        x = MARGIN + across * (CELL_WIDTH + GAP)
        y = top + down * (CELL_HEIGHT + GAP)
        drawn.append(DrawnSlot(in_month, x, y, CELL_WIDTH, CELL_HEIGHT, f"due-{shade}", fill, ink))
    top += -(-len(months) // COLUMNS) * (CELL_HEIGHT + GAP)
    for key, name in (("later", "Later"), ("none", "No date")):
        if counts[key]:
            drawn.append(_band(slot(key, name), top))
            top += BAND_HEIGHT + GAP
    return CalendarDrawing(WIDTH, top - GAP + MARGIN, drawn)


def _band(slot: Slot, y: int) -> DrawnSlot:
    is_late = slot.key == "overdue" and slot.count > 0
    fill, ink = OVERDUE if is_late else HEAT[0]
    tone = "due-overdue" if is_late else "due-0"
    return DrawnSlot(slot, MARGIN, y, WIDTH - 2 * MARGIN, BAND_HEIGHT, tone, fill, ink)


def _shade(count: int, most: int) -> int:
    """How dark a month is: nothing for none, the darkest for the busiest."""
    steps = len(HEAT) - 1
    return -(-count * steps // most) if count else 0
