"""What is past its date: a person's controls, and the reviews of their hazards."""

from collections.abc import Iterator

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.interface import day
from hazards.choices import ControlState, HazardState
from hazards.models import Control, ControlLink, Hazard
from products.permissions import Ability
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
    """Hazards that the person owns and whose day of review is over. One query."""
    standings = mine.where(Ability.EDIT_LOG)
    hazards = Hazard.objects.filter(
        product__in=list(standings),
        owner=mine.person,
        state__in=_IN_THE_LOG,
        review_date__lt=timezone.localdate(),
    ).order_by("review_date", "pk")
    for hazard in hazards:
        standing = standings[hazard.product_id]
        page = "review_record" if standing.can(Ability.REVIEW) else "hazard_detail"
        yield Todo(
            product=standing.product,
            sentence=f"{hazard.display_reference} was to be reviewed on {day(hazard.review_date)}: "
            f"{hazard.name}",
            url=reverse(page, args=[standing.product.slug, hazard.reference]),
            tone="warn",
            whose=PLAIN,
        )
