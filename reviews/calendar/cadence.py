"""When hazards are to be looked at again: by the day that somebody said, and by their class.

The rule is ``rules.review_due``; here is what it is asked with, for one hazard or for a whole log.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from hazards.models import Hazard, HazardSummary
from hazards.queries import IN_THE_LOG
from hazards.reading import HazardReading
from hazards.review_days import ReviewDay
from products.models import Product
from reviews.calendar.rules import YEARLY, looked_long_ago, months_in_words, review_due
from reviews.models import HazardReview
from reviews.plan.reading import classes_of, plan_in_force


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

    def is_late(self, today: datetime.date) -> bool:
        """Whether that day is past. Due today is not late yet."""
        return self.on is not None and self.on < today

    @property
    def is_overdue(self) -> bool:
        """Whether that day is past today."""
        return self.is_late(timezone.localdate())

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


def dues_of(
    product: Product, keys: Collection[int] | None = None, cadence: Cadence | None = None
) -> list[HazardDue]:
    """When the hazards in a log (or those with these keys) are due, the most urgent first.

    Two queries, however many hazards, and those of the plan unless its cadence is given.
    """
    hazards = HazardSummary.objects.filter(product=product, state__in=IN_THE_LOG)
    reviews = HazardReview.objects.filter(hazard__product=product)
    if keys is not None:
        hazards, reviews = hazards.filter(pk__in=keys), reviews.filter(hazard__in=keys)
    cadence = cadence or cadence_of(product)
    last = dict(reviews.order_by().values_list("hazard_id").annotate(last=Max("reviewed_at")))
    rows = hazards.order_by().values_list(
        "pk",
        "number",
        "review_date",
        "residual_class",
        "residual_estimated_at",
        "initial_class",
        "initial_estimated_at",
    )
    found = []
    for key, number, said, residual, residual_at, initial, initial_at in rows:
        is_initial = residual is None
        risk, estimated_at = (initial, initial_at) if is_initial else (residual, residual_at)
        looked_on = _newest_day(last.get(key), estimated_at)
        found.append(_due(key, number, risk, said, looked_on, cadence))
    return sorted(
        found, key=lambda each: (each.on is None, each.on or datetime.date.max, each.number)
    )


def dues_of_readings(product: Product, readings: Sequence[HazardReading]) -> dict[int, HazardDue]:
    """When hazards that were read whole are due, by their keys; of those that are in the log.

    Worked out once for a reading, however often it is asked. One query, and those of the plan
    where one of the hazards was looked at; none where all was asked before.
    """
    kept = [(vars(each), each) for each in readings if each.hazard.state in IN_THE_LOG]
    asked = [each for those, each in kept if _KEPT not in those]
    if asked:
        _read_dues(product, asked)
    return {each.hazard.pk: those[_KEPT] for those, each in kept}


#: Where a reading keeps when its hazard is due: every part of a page has a context of its own.
_KEPT = "due"


def _read_dues(product: Product, readings: Sequence[HazardReading]) -> None:
    reviews = HazardReview.objects.filter(hazard__in=[each.hazard.pk for each in readings])
    last = dict(reviews.order_by().values_list("hazard_id").annotate(last=Max("reviewed_at")))
    looked = {}
    for each in readings:
        risk = each.residual.shown or each.initial.shown
        estimated_at = risk.estimated_at if risk is not None else None
        looked[each.hazard.pk] = _newest_day(last.get(each.hazard.pk), estimated_at)
    cadence = cadence_of(product) if any(looked.values()) else Cadence({})
    for each in readings:
        hazard, risk = each.hazard, each.residual.shown or each.initial.shown
        number = risk.class_number if risk is not None else None
        vars(each)[_KEPT] = _due(
            hazard.pk, hazard.number, number, hazard.review_date, looked[hazard.pk], cadence
        )


def _due(
    key: int,
    number: int,
    risk: int | None,
    said: datetime.date | None,
    looked_on: datetime.date | None,
    cadence: Cadence,
) -> HazardDue:
    months = cadence.months_of(risk)
    on = review_due(said, looked_on, months)
    return HazardDue(key, number, risk, said, looked_on, months, on)


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


class ByCadence:
    """When the hazards of a log are due, as the log asks (``hazards.review_days``).

    The plan is read once, whatever is asked.
    """

    def __init__(self, product: Product) -> None:
        self._product = product

    @cached_property
    def _cadence(self) -> Cadence:
        return cadence_of(self._product)

    def days(self, keys: Collection[int] | None = None) -> dict[int, ReviewDay]:
        """The day that counts of each of these hazards. Two queries."""
        dues = dues_of(self._product, keys, self._cadence)
        return {each.hazard_id: ReviewDay(each.on, each.why) for each in dues}

    def overdue(self, today: datetime.date) -> Q:
        """Of summaries of hazards: the reviews that the cadence asked for before today.

        ``dues_of`` in the database's words; tests hold both against each other. No query.
        """
        by_months: dict[int, list[int]] = defaultdict(list)
        for number, months in self._cadence.months.items():
            if months != YEARLY:
                by_months[months].append(number)
        late = _not_looked_at_since(_looked_long_ago(today, YEARLY))
        for months, numbers in by_months.items():
            of_these = Q(residual_class__in=numbers) | Q(
                residual_class=None, initial_class__in=numbers
            )
            late |= of_these & _not_looked_at_since(_looked_long_ago(today, months))
        return Q(state__in=IN_THE_LOG) & late


def _not_looked_at_since(moment: datetime.datetime) -> Q:
    """Of summaries: looked at before this moment, and never since."""
    reviews = HazardReview.objects.filter(hazard=OuterRef("pk")).order_by()
    before = (
        Q(residual_class__isnull=False, residual_estimated_at__lt=moment)
        | Q(residual_class=None, initial_class__isnull=False, initial_estimated_at__lt=moment)
        | Q(residual_class=None, initial_class=None) & Exists(reviews)
    )
    return before & ~Exists(reviews.filter(reviewed_at__gte=moment))


def _looked_long_ago(today: datetime.date, months: int) -> datetime.datetime:
    day = looked_long_ago(today, months)
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.min))
