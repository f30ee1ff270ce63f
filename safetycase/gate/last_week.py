"""What the gate said of each release day by day, and which were blocked in their last week."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from products.choices import ReleaseState
from products.models import Product, Release
from safetycase.choices import GateDecision
from safetycase.gate.reading import gate_for_page
from safetycase.models import GateDay

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
    the gate blocked it."""

    release: Release
    known: int
    blocked: int

    @property
    def was_blocked(self) -> bool:
        """Whether it was blocked on any day of its last week."""
        return self.blocked > 0


@dataclass(frozen=True)
class BlockedInLastWeek:
    """The releases that went out, oldest first; those of which no day was written down are left
    out, for nobody knows."""

    releases: Sequence[LastWeek]

    @property
    def blocked(self) -> int:
        """How many were blocked in their last week."""
        return sum(each.was_blocked for each in self.releases)

    @property
    def of(self) -> int:
        """Of how many."""
        return len(self.releases)

    @property
    def trend(self) -> list[tuple[str, int]]:
        """Each release with the days on which it was blocked in its last week, oldest first."""
        return [(each.release.label, each.blocked) for each in self.releases]


def blocked_in_last_week(product: Product) -> BlockedInLastWeek:
    """Which releases of a product were blocked in their last week. Two queries."""
    releases = Release.objects.filter(product=product, released_on__isnull=False)
    days: dict[int, list[GateDay]] = {}
    for each in GateDay.objects.filter(product=product).order_by("day"):
        days.setdefault(each.release_id, []).append(each)
    found = []
    for release in releases.order_by("released_on", "position"):
        week = [each for each in days.get(release.pk, []) if _is_in_last_week(release, each.day)]
        blocked = sum(each.decision == GateDecision.BLOCKED for each in week)
        if week:
            found.append(LastWeek(release, len(week), blocked))
    return BlockedInLastWeek(found)


def _is_in_last_week(release: Release, day: datetime.date) -> bool:
    out = release.released_on
    return out is not None and out - WEEK <= day < out


def days_of(release: Release, most: int = 30) -> list[GateDay]:
    """What the gate said of a release on its last days, the newest first. One query."""
    return list(GateDay.objects.filter(release=release).order_by("-day")[:most])
