"""Reads of the review calendar, and of the reviews of a hazard."""

from collections import Counter
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from hazards.models import Hazard
from hazards.queries import hazards_of
from products.models import Product
from reviews.calendar.cadence import HazardDue, dues_of
from reviews.calendar.rules import Due, ReviewInterval, due, month_key, months_shown, slot_of
from reviews.models import HazardReview
from reviews.plan.reading import classes_of, plan_in_force

ON_A_PAGE = 50

#: What the calendar may be narrowed to besides a month (``2027-03``).
NARROWED_TO = ("overdue", "later", "none")


@dataclass(frozen=True)
class CalendarRow:
    """A hazard in the calendar, and when it is due."""

    hazard: Hazard
    due: HazardDue


@dataclass(frozen=True)
class CalendarPart:
    """The hazards of one group of the calendar, the most urgent first.

    ``count`` is how many the group has, of which ``rows`` are those on the page.
    """

    due: Due
    count: int
    rows: list[CalendarRow]

    @property
    def hazards(self) -> list[Hazard]:
        """The hazards on the page."""
        return [row.hazard for row in self.rows]


@dataclass(frozen=True)
class Calendar:
    """A page of the review calendar. ``page`` holds places only, ``dues`` those of every hazard."""

    page: "Page[int]"
    parts: list[CalendarPart]
    dues: list[HazardDue]
    narrowed_to: str = ""


def review_calendar(product: Product, number: str | None = None, when: str = "") -> Calendar:
    """A page of a product's hazards by when they are due, with when they were last reviewed.

    ``when`` narrows it to a month or to one of ``NARROWED_TO``. Three queries and those of the
    plan; only the hazards on the page are read.
    """
    today = timezone.localdate()
    dues = dues_of(product)
    months = months_shown(today)
    narrowed = when if when in (*NARROWED_TO, *map(month_key, months)) else ""
    shown = [each for each in dues if not narrowed or slot_of(each.on, today) == narrowed]
    counts = Counter(due(each.on, today) for each in shown)
    page = Paginator(range(len(shown)), ON_A_PAGE).get_page(number)
    first = max(page.start_index() - 1, 0)
    on_page = shown[first : first + ON_A_PAGE]
    last = HazardReview.objects.filter(hazard=OuterRef("pk")).order_by("-pk")
    read = hazards_of(product).annotate(last_reviewed_at=Subquery(last.values("reviewed_at")[:1]))
    keys = [each.hazard_id for each in on_page]
    hazards: dict[int, Hazard] = {each.pk: each for each in read.filter(pk__in=keys)}
    parts: dict[Due, list[CalendarRow]] = {group: [] for group in Due}
    for each in on_page:
        if each.hazard_id in hazards:
            parts[due(each.on, today)].append(CalendarRow(hazards[each.hazard_id], each))
    found = [CalendarPart(group, counts[group], rows) for group, rows in parts.items() if rows]
    return Calendar(page, found, dues, narrowed)


def review_interval_of(hazard: Hazard) -> ReviewInterval | None:
    """How often the plan in force has this hazard reviewed, by its residual, else initial, risk.

    None without a plan in force or an estimate. A class of another version of the matrix is taken
    by its number.
    """
    estimate = hazard.worst_residual or hazard.worst_initial
    plan = plan_in_force(hazard.product) if estimate else None
    if estimate is None or plan is None:
        return None
    for said in classes_of(plan):
        if said.risk_class.number == estimate.class_number:
            return ReviewInterval(said.review_months, estimate.class_number, plan.number)
    return None


def reviews_of(hazard: Hazard) -> QuerySet[HazardReview]:
    """The reviews of a hazard, the newest first."""
    return (
        HazardReview.objects.filter(hazard=hazard)
        .select_related("reviewed_by__profile")
        .order_by("-pk")
    )
