"""Checkpoints as pages read them: the rhythm, the next day, and those that were held."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from products.models import Product
from reviews.choices import ActionState
from reviews.meetings.rules import coming_days
from reviews.models import Checkpoint, CheckpointRhythm

DAYS_AHEAD = 4


@dataclass(frozen=True)
class NextCheckpoint:
    """When the team meets next: the open checkpoint, or the next day of its rhythm."""

    on: datetime.date
    checkpoint: Checkpoint | None = None

    @property
    def is_late(self) -> bool:
        """Whether its day is past."""
        return self.on < timezone.localdate()


def rhythm_of(product: Product) -> CheckpointRhythm | None:
    """The rhythm that a team keeps, or kept."""
    return CheckpointRhythm.objects.filter(product=product).first()


def checkpoints_of(product: Product) -> QuerySet[Checkpoint]:
    """The checkpoints, the newest first, with how many actions came of each."""
    return (
        Checkpoint.objects.filter(product=product)
        .select_related("closed_by__profile")
        .annotate(
            action_count=Count("actions"),
            open_count=Count("actions", filter=Q(actions__state=ActionState.OPEN)),
        )
        .order_by("-number")
    )


def open_checkpoint_of(product: Product) -> Checkpoint | None:
    """The checkpoint that is open, if any."""
    return Checkpoint.objects.filter(product=product, closed_at__isnull=True).first()


def next_checkpoint(product: Product) -> NextCheckpoint | None:
    """When the team meets next; None where it keeps no rhythm and none is open. Two queries."""
    under_way = open_checkpoint_of(product)
    if under_way is not None:
        return NextCheckpoint(under_way.held_on, under_way)
    days = days_ahead(product, rhythm_of(product))
    return NextCheckpoint(days[0]) if days else None


def days_ahead(product: Product, rhythm: CheckpointRhythm | None) -> list[datetime.date]:
    """The next days of a rhythm on which no checkpoint was held. A query where there is one."""
    if rhythm is None or not rhythm.is_active:
        return []
    today = timezone.localdate()
    held = Checkpoint.objects.filter(product=product, held_on__gte=today)
    taken = set(held.values_list("held_on", flat=True))
    days = coming_days(rhythm.first_on, rhythm.weeks, today, DAYS_AHEAD + len(taken))
    return [day for day in days if day not in taken][:DAYS_AHEAD]
