"""What is past its date: a person's controls, and the reviews of their hazards."""

import datetime
from collections.abc import Iterator

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.interface import day
from hazards.choices import ControlState, HazardState
from hazards.models import Control, ControlLink, Hazard, HazardSummary
from hazards.review_days import ReviewDay
from products.permissions import Ability, Standing
from reviews.calendar.cadence import ByCadence
from safetycase.my_work.todo import PLAIN, Mine, Todo

_DONE = (ControlState.IMPLEMENTED, ControlState.VERIFIED, ControlState.WITHDRAWN)
_IN_THE_LOG = (HazardState.DRAFT, HazardState.LIVE)


def controls_past_due(mine: Mine) -> Iterator[Todo]:
    """Controls that the person implements and whose day is over. Two queries."""
    links = ControlLink.objects.filter(is_active=True, hazard__state__in=_IN_THE_LOG)
    standings = mine.where(Ability.EDIT_LOG)
    controls = (
        Control.objects.filter(
            product__in=list(standings), implementer=mine.person, due_on__lt=timezone.localdate()
        )
        .exclude(state__in=_DONE)
        .prefetch_related(
            Prefetch("links", links.select_related("hazard").order_by("pk"), to_attr="acts_on")
        )
        .order_by("due_on", "pk")
    )
    for control in controls:
        product = standings[control.product_id].product
        link = next(iter(control.acts_on), None)
        if link is None:
            continue  # it protects nothing in the log any more
        url = reverse("hazard_detail", args=[product.slug, link.hazard.reference])
        yield Todo(
            product=product,
            sentence=f"{control.reference} was due on {day(control.due_on)}: {control.text}",
            url=f"{url}#control-{control.reference}",
            detail=f"It is {control.get_state_display().lower()} and protects "
            f"{link.hazard.display_reference}.",
            tone="bad",
            whose=PLAIN,
        )


def hazards_to_review(mine: Mine) -> Iterator[Todo]:
    """Hazards that the person owns and whose day of review is over: the day that somebody set, or
    an earlier one by their class. As many queries as ``reviews_before``."""
    for standing, hazard, due in reviews_before(mine, timezone.localdate()):
        yield review_todo(standing, hazard, due, "was to be reviewed on", tone="warn")


def reviews_before(
    mine: Mine, until: datetime.date
) -> Iterator[tuple[Standing, Hazard, ReviewDay]]:
    """Hazards that the person owns and that were, or will be, due for review before a day: by the
    day that somebody set, or earlier by their class. The most urgent of each product first.

    One query, and a fixed number for each product where they own a hazard.
    """
    standings = mine.where(Ability.EDIT_LOG)
    owned = HazardSummary.objects.filter(owner=mine.person, state__in=_IN_THE_LOG)
    there = owned.filter(product__in=list(standings)).order_by().values_list("product", flat=True)
    for key in sorted(set(there.distinct())):
        cadence = ByCadence(standings[key].product)
        due = Q(review_date__lt=until) | cadence.overdue(until)
        keys = list(owned.filter(due, product=key).values_list("pk", flat=True))
        hazards = Hazard.objects.in_bulk(keys)
        days = cadence.days(keys) if keys else {}
        for hazard, day_of_it in days.items():
            yield standings[key], hazards[hazard], day_of_it


def review_todo(
    standing: Standing, hazard: Hazard, due: ReviewDay, words: str, *, tone: str = ""
) -> Todo:
    """A review of a hazard; ``words`` stand between its reference and the day."""
    page = "review_record" if standing.can(Ability.REVIEW) else "hazard_detail"
    return Todo(
        product=standing.product,
        sentence=f"{hazard.display_reference} {words} {day(due.on)}: {hazard.name}",
        url=reverse(page, args=[standing.product.slug, hazard.reference]),
        detail=f"{due.why[:1].upper()}{due.why[1:]}." if due.why else "",
        tone=tone,
        whose=PLAIN,
    )
