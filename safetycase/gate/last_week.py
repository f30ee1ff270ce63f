"""What the gate said of each release day by day, and which were blocked in their last week."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from products.choices import ReleaseState
from products.models import Product, Release
from safetycase.choices import GateDecision
from safetycase.gate.reading import gate_for_page
from safetycase.models import GateDay, GateResult

#: How long a release's last week is, its own day not counted.
WEEK = datetime.timedelta(days=7)
_OPEN = (ReleaseState.PLANNED, ReleaseState.IN_WORK)


def releases_without_today() -> list[Release]:
    """The releases that are not out yet and of which nothing is written down today. One query."""
    written = GateDay.objects.filter(day=timezone.localdate()).values("release")
    return list(
        Release.objects.filter(state__in=_OPEN)
        .exclude(pk__in=written)
        .select_related("product")
        .order_by("product", "position")
    )


def note_gate_days() -> int:
    """Ask the gate of every release that is not out yet, and write down what it said today.

    Once a day; safe to repeat. Where the rules still have to look at what changed, another time.
    """
    noted = 0
    for release in releases_without_today():
        reading = gate_for_page(release.product, release)
        if reading.is_whole:
            GateDay.objects.update_or_create(
                release=release,
                day=timezone.localdate(),
                defaults={
                    "product": release.product,
                    "decision": reading.decision,
                    "reasons": len(reading.reasons),
                },
            )
            noted += 1
    return noted


@dataclass(frozen=True)
class LastWeek:
    """The last week of a release before it went out: on how many of the days that were written down
    the gate blocked it. Where none was (``known`` is 0) nobody knows."""

    label: str
    known: int
    blocked: int


def last_weeks(product: Product) -> list[LastWeek]:
    """The last week of each release that went out under the gate, oldest first. Two queries.

    It went out when the gate's answer was frozen: the day of release that people write may be
    another one, and may be written anew.
    """
    days: dict[int, list[GateDay]] = defaultdict(list)
    for noted in GateDay.objects.filter(product=product).order_by("day"):
        days[noted.release_id].append(noted)
    out = GateResult.objects.filter(product=product).order_by("frozen_at", "pk")
    return [
        _last_week(label, timezone.localdate(at), days[key])
        for key, label, at in out.values_list("release_id", "release__label", "frozen_at")
    ]


def _last_week(label: str, out: datetime.date, days: Sequence[GateDay]) -> LastWeek:
    week = [each for each in days if out - WEEK <= each.day < out]
    return LastWeek(label, len(week), sum(each.decision == GateDecision.BLOCKED for each in week))


def days_of(release: Release, most: int = 30) -> list[GateDay]:
    """What the gate said of a release on its last days, the newest first. One query."""
    return list(GateDay.objects.filter(release=release).order_by("-day")[:most])
