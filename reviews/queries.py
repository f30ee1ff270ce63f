"""Reads of reviews."""

from dataclasses import dataclass

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from hazards.models import Hazard
from hazards.queries import hazards_of
from products.models import Product
from reviews.models import HazardReview
from reviews.rules import Due, due


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


def reviews_of(hazard: Hazard) -> QuerySet[HazardReview]:
    """The reviews of a hazard, the newest first."""
    return (
        HazardReview.objects.filter(hazard=hazard)
        .select_related("reviewed_by__profile")
        .order_by("-pk")
    )
