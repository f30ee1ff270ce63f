"""What comes up soon: reviews that fall due, evidence and waivers that expire."""

import datetime
from collections.abc import Iterator

from django.db.models import Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from accounts.templatetags.interface import day
from hazards.choices import HazardState
from hazards.models import ControlLink, Evidence, EvidenceLink, Hazard, Waiver
from products.permissions import Ability
from safetycase.my_work.dates import review_todo, reviews_before
from safetycase.my_work.todo import Mine, Todo

#: How many days ahead somebody is told.
AHEAD = datetime.timedelta(days=14)

_IN_THE_LOG = (HazardState.DRAFT, HazardState.LIVE)


def coming_up(mine: Mine) -> list[Todo]:
    """Everything that comes up within ``AHEAD`` for a person. Five queries at most, and those of
    ``reviews_coming``."""
    return [*reviews_coming(mine), *evidence_expiring(mine), *waivers_expiring(mine)]


def reviews_coming(mine: Mine) -> Iterator[Todo]:
    """Hazards that the person owns and that are to be reviewed soon: by the day that somebody set,
    or earlier by their class. As many queries as ``reviews_before``."""
    today = timezone.localdate()
    for standing, hazard, due in reviews_before(mine, today + AHEAD + datetime.timedelta(days=1)):
        if due.on is not None and due.on >= today:  # My work tells of what is past
            yield review_todo(standing, hazard, due, "is to be reviewed by")


def evidence_expiring(mine: Mine) -> Iterator[Todo]:
    """Evidence that is valid no more soon: its verifier's, else the officers'."""
    today = timezone.localdate()
    standings = mine.where(Ability.EDIT_LOG)
    officers = mine.where(Ability.GOVERN_LOG)
    links = EvidenceLink.objects.filter(is_active=True).select_related("control").order_by("pk")
    acts_on = ControlLink.objects.filter(is_active=True, hazard__state__in=_IN_THE_LOG)
    found = (
        Evidence.objects.filter(
            Q(verifier=mine.person) | Q(verifier=None, product__in=list(officers)),
            product__in=list(standings),
            is_active=True,
            valid_until__range=(today, today + AHEAD),
        )
        .prefetch_related(
            Prefetch("control_links", links),
            Prefetch(
                "control_links__control__links",
                acts_on.select_related("hazard").order_by("pk"),
                to_attr="acts_on",
            ),
        )
        .order_by("valid_until", "pk")
    )
    for evidence in found:
        product = standings[evidence.product_id].product
        place = _place_of(evidence)
        if place is not None:
            reference, hazard = place
            url = reverse("hazard_detail", args=[product.slug, hazard.reference])
            yield Todo(
                product=product,
                sentence=f"The evidence for {reference} is valid until "
                f"{day(evidence.valid_until)}: {evidence.title}",
                url=f"{url}#control-{reference}",
            )


def _place_of(evidence: Evidence) -> tuple[str, Hazard] | None:
    """The control that a piece of evidence is for, and a hazard in the log that it acts on."""
    for link in evidence.control_links.all():
        for acts in getattr(link.control, "acts_on", []):
            return link.control.reference, acts.hazard
    return None


def waivers_expiring(mine: Mine) -> Iterator[Todo]:
    """Waivers that end soon, for whoever gave them and for the officers."""
    today = timezone.localdate()
    standings = mine.where(Ability.EDIT_LOG)
    officers = mine.where(Ability.GOVERN_LOG)
    waivers = (
        Waiver.objects.filter(
            Q(given_by=mine.person) | Q(product__in=list(officers)),
            product__in=list(standings),
            is_active=True,
            expires_on__range=(today, today + AHEAD),
        )
        .select_related("hazard")
        .order_by("expires_on", "pk")
    )
    for waiver in waivers:
        product = standings[waiver.product_id].product
        on = f" on {waiver.hazard.display_reference}" if waiver.hazard is not None else ""
        yield Todo(
            product=product,
            sentence=f"The waiver of {waiver.rule}{on} ends on {day(waiver.expires_on)}",
            url=reverse("waiver_list", args=[product.slug]),
        )
