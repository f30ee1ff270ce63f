"""Reads of reviews."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from hazards.models import Hazard
from hazards.queries import hazards_of
from products.models import Product
from reviews.models import HazardReview
from reviews.plan_reading import classes_of, plan_in_force
from reviews.rules import Due, ReviewInterval, due


@dataclass(frozen=True)
class CalendarPart:
    """The hazards of one group of the calendar, the most urgent first."""

    due: Due
    hazards: list[Hazard]


def review_calendar(product: Product) -> list[CalendarPart]:
    """A product's hazards by when they are due, with when they were last reviewed. One query."""
    last = HazardReview.objects.filter(hazard=OuterRef("pk")).order_by("-pk")
    today = timezone.localdate()
    parts: dict[Due, list[Hazard]] = {group: [] for group in Due}
    hazards = hazards_of(product).annotate(
        last_reviewed_at=Subquery(last.values("reviewed_at")[:1])
    )
    for hazard in hazards.order_by("review_date", "number"):
        parts[due(hazard.review_date, today)].append(hazard)
    return [CalendarPart(group, found) for group, found in parts.items() if found]


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
