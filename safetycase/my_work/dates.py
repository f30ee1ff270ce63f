"""What is past its date: a person's controls, and the reviews of their hazards."""

from collections.abc import Iterator

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.interface import day
from hazards.choices import ControlState, HazardState
from hazards.models import Control, ControlLink, Hazard, HazardSummary
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
    an earlier one by their class. One query, and a fixed number for each product where they own a
    hazard."""
    standings = mine.where(Ability.EDIT_LOG)
    owned = HazardSummary.objects.filter(owner=mine.person, state__in=_IN_THE_LOG)
    there = owned.filter(product__in=list(standings)).order_by().values_list("product", flat=True)
    for key in sorted(set(there.distinct())):
        yield from _late_reviews(standings[key], owned.filter(product=key))


def _late_reviews(standing: Standing, owned: QuerySet[HazardSummary]) -> Iterator[Todo]:
    product, today = standing.product, timezone.localdate()
    cadence = ByCadence(product)
    late = owned.filter(Q(review_date__lt=today) | cadence.overdue(today))
    hazards = Hazard.objects.in_bulk(list(late.values_list("pk", flat=True)))
    days = cadence.days(list(hazards)) if hazards else {}
    page = "review_record" if standing.can(Ability.REVIEW) else "hazard_detail"
    for key, due in days.items():
        hazard = hazards[key]
        yield Todo(
            product=product,
            sentence=f"{hazard.display_reference} was to be reviewed on {day(due.on)}: "
            f"{hazard.name}",
            url=reverse(page, args=[product.slug, hazard.reference]),
            detail=f"{due.why[:1].upper()}{due.why[1:]}." if due.why else "",
            tone="warn",
            whose=PLAIN,
        )
