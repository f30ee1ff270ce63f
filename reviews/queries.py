"""Reads of reviews."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from hazards.models import Hazard, HazardSummary
from hazards.queries import IN_THE_LOG, hazards_of
from products.models import Product
from reviews.models import HazardReview
from reviews.plan_reading import classes_of, plan_in_force
from reviews.rules import SOON, Due, ReviewInterval, due

ON_A_PAGE = 50


@dataclass(frozen=True)
class CalendarPart:
    """The hazards of one group of the calendar, the most urgent first.

    ``count`` is how many the group has, of which ``hazards`` are those on the page.
    """

    due: Due
    count: int
    hazards: list[Hazard]


@dataclass(frozen=True)
class Calendar:
    """A page of the review calendar. ``page`` holds places only."""

    page: "Page[int]"
    parts: list[CalendarPart]


def review_calendar(product: Product, number: str | None = None) -> Calendar:
    """A page of a product's hazards by when they are due, with when they were last reviewed.

    Three queries. The summaries say which hazards are on the page; only those are read.
    """
    today = timezone.localdate()
    in_the_log = HazardSummary.objects.filter(product=product, state__in=IN_THE_LOG)
    counts = _due_counts(in_the_log, today)
    page = Paginator(range(sum(counts.values())), ON_A_PAGE).get_page(number)
    first = max(page.start_index() - 1, 0)
    in_order = in_the_log.order_by(F("review_date").asc(nulls_last=True), "number")
    keys = list(in_order.values_list("pk", flat=True)[first : first + ON_A_PAGE])
    last = HazardReview.objects.filter(hazard=OuterRef("pk")).order_by("-pk")
    read = hazards_of(product).annotate(last_reviewed_at=Subquery(last.values("reviewed_at")[:1]))
    hazards: dict[int, Hazard] = {each.pk: each for each in read.filter(pk__in=keys)}
    parts: dict[Due, list[Hazard]] = {group: [] for group in Due}
    for key in keys:
        if key in hazards:
            parts[due(hazards[key].review_date, today)].append(hazards[key])
    return Calendar(
        page, [CalendarPart(each, counts[each], found) for each, found in parts.items() if found]
    )


def _due_counts(hazards: QuerySet[HazardSummary], today: date) -> dict[Due, int]:
    """How many fall into each group: ``rules.due`` in the database's words, one query."""
    soon = today + SOON
    counted = hazards.aggregate(
        **{
            Due.OVERDUE.name: Count("pk", filter=Q(review_date__lt=today)),
            Due.SOON.name: Count("pk", filter=Q(review_date__gte=today, review_date__lte=soon)),
            Due.LATER.name: Count("pk", filter=Q(review_date__gt=soon)),
            Due.NO_DATE.name: Count("pk", filter=Q(review_date=None)),
        }
    )
    return {group: counted[group.name] for group in Due}


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
