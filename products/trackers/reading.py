"""Reads: the trackers of a product, what came from them and what was said there."""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery

from products.choices import TrackerMessageState
from products.models import (
    Feature,
    InboundDelivery,
    Product,
    TrackerConnection,
    TrackerItem,
    TrackerMessage,
    TrackerSecret,
)

#: How many lines of each list the page of a tracker shows: the newest.
SHOWN = 50


def trackers_of(product: Product) -> QuerySet[TrackerConnection]:
    """The trackers, those that are connected first, with what their list says of each.

    ``item_count``, ``waiting``, ``given_up``, ``heard`` (the last delivery's time or None), and
    ``can_write``.
    """
    messages = TrackerMessage.objects.filter(connection=OuterRef("pk")).order_by()
    newest = InboundDelivery.objects.filter(connection=OuterRef("pk")).order_by("-pk")
    with_token = TrackerSecret.objects.filter(connection=OuterRef("pk")).exclude(api_token="")

    def how_many(state: TrackerMessageState) -> Subquery:
        counted = messages.filter(state=state).values("connection").annotate(many=Count("pk"))
        return Subquery(counted.values("many"))

    return (
        TrackerConnection.objects.filter(product=product)
        .annotate(
            item_count=Count("items"),
            waiting=how_many(TrackerMessageState.WAITING),
            given_up=how_many(TrackerMessageState.GIVEN_UP),
            heard=Subquery(newest.values("received")[:1]),
            can_write=Exists(with_token),
        )
        .order_by("-is_active", "pk")
    )


@dataclass(frozen=True)
class TrackerReading:
    """What the page of a tracker shows."""

    items: list[TrackerItem]
    deliveries: list[InboundDelivery]
    messages: list[TrackerMessage]
    given_up: int
    can_write: bool

    @property
    def was_heard(self) -> bool:
        """Whether anything was ever delivered."""
        return bool(self.deliveries)


def read_tracker(connection: TrackerConnection) -> TrackerReading:
    """The newest of everything. Five queries."""
    messages = TrackerMessage.objects.filter(connection=connection)
    return TrackerReading(
        items=list(
            TrackerItem.objects.filter(connection=connection)
            .select_related("feature", "change__feature")
            .order_by("-is_open", "-changed_there", "-pk")[:SHOWN]
        ),
        deliveries=list(InboundDelivery.objects.filter(connection=connection)[:SHOWN]),
        messages=list(messages.select_related("item").order_by("-pk")[:SHOWN]),
        given_up=messages.filter(state=TrackerMessageState.GIVEN_UP).count(),
        can_write=TrackerSecret.objects.filter(connection=connection)
        .exclude(api_token="")
        .exists(),
    )


def tickets_of(feature: Feature) -> QuerySet[TrackerItem]:
    """The tickets and pull requests of a feature and of its changes, open ones first."""
    return (
        TrackerItem.objects.filter(Q(feature=feature) | Q(change__feature=feature))
        .select_related("connection", "change")
        .order_by("-is_open", "pk")
    )
