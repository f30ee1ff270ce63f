"""When hazards are to be looked at again: by the day that somebody said, and by their class.

The rule is ``rules.review_due``; here is what it is asked with, for one hazard or for a whole log.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max
from django.utils import timezone

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from products.models import Product
from reviews.models import HazardReview
from reviews.plan.reading import classes_of, plan_in_force
from reviews.rules import YEARLY, months_in_words, review_due


@dataclass(frozen=True)
class Cadence:
    """How many months may lie between two reviews, by the number of the class of risk."""

    months: dict[int, int]
    plan_number: int | None = None

    def months_of(self, class_number: int | None) -> int:
        """The months of a class; a year where no plan in force says anything of it."""
        return YEARLY if class_number is None else self.months.get(class_number, YEARLY)


@dataclass(frozen=True)
class HazardDue:
    """When one hazard is to be looked at, and why then.

    ``said`` is the day that somebody set, ``looked_on`` the last day on which a clinician looked,
    ``on`` what counts.
    """

    hazard_id: int
    number: int
    class_number: int | None
    said: datetime.date | None
    looked_on: datetime.date | None
    months: int
    on: datetime.date | None

    @property
    def is_pulled_in(self) -> bool:
        """Whether the cadence asks for it before the day that somebody set."""
        return self.on is not None and self.on != self.said

    @property
    def why(self) -> str:
        """Why it is due before the day that somebody set; '' where it is not."""
        if not self.is_pulled_in or self.looked_on is None:
            return ""
        class_words = f"class {self.class_number} " if self.class_number else ""
        return (
            f"{class_words}is looked at {months_in_words(self.months)}, last on "
            f"{self.looked_on:%-d %B %Y}"
        )


def cadence_of(product: Product) -> Cadence:
    """The cadence that the plan in force sets; a year for every class without one."""
    plan = plan_in_force(product)
    if plan is None:
        return Cadence({})
    said = {each.risk_class.number: each.review_months for each in classes_of(plan)}
    return Cadence(said, plan.number)


def dues_of(product: Product, keys: Collection[int] | None = None) -> list[HazardDue]:
    """When the hazards in a log (or those with these keys) are due, the most urgent first.

    Two queries and those of the plan, however many hazards.
    """
    hazards = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    reviews = HazardReview.objects.filter(hazard__product=product)
    if keys is not None:
        hazards, reviews = hazards.filter(pk__in=keys), reviews.filter(hazard__in=keys)
    cadence = cadence_of(product)
    last = dict(reviews.order_by().values_list("hazard_id").annotate(last=Max("reviewed_at")))
    rows = hazards.order_by().values_list(
        "pk",
        "number",
        "review_date",
        "worst_residual__class_number",
        "worst_residual__estimated_at",
        "worst_initial__class_number",
        "worst_initial__estimated_at",
    )
    found = []
    for key, number, said, residual, residual_at, initial, initial_at in rows:
        is_initial = residual is None
        risk, estimated_at = (initial, initial_at) if is_initial else (residual, residual_at)
        looked_on = _newest_day(last.get(key), estimated_at)
        months = cadence.months_of(risk)
        on = review_due(said, looked_on, months)
        found.append(HazardDue(key, number, risk, said, looked_on, months, on))
    return sorted(
        found, key=lambda each: (each.on is None, each.on or datetime.date.max, each.number)
    )


def due_of(hazard: Hazard) -> HazardDue | None:
    """When one hazard is due; None where it is not in the log."""
    return next(iter(dues_of(hazard.product, [hazard.pk])), None)


def reviews_due(product: Product, until: datetime.date | None = None) -> list[HazardDue]:
    """The hazards that are to be looked at by a day (today unless given), the most urgent first."""
    day = until or timezone.localdate()
    return [each for each in dues_of(product) if each.on is not None and each.on <= day]


def _newest_day(*moments: datetime.datetime | None) -> datetime.date | None:
    known = [moment for moment in moments if moment is not None]
    return timezone.localtime(max(known)).date() if known else None
