"""Where a team keeps its tickets: the connection, what came from there and what goes back."""

from django.db import models
from django.utils import timezone

from audit.tracked import Tracked
from products.choices import TrackerKind, TrackerMessageKind, TrackerMessageState
from products.models.change import Change
from products.models.feature import Feature
from products.models.product import Product


class TrackerConnection(Tracked):
    """A tracker of a product. ``repository`` is ``owner/name`` where it is on GitHub.

    Tickets with ``feature_label`` come as features, those with ``story_label`` as stories.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="trackers")
    kind = models.CharField("kind", max_length=10, choices=TrackerKind.choices)
    name = models.CharField("name", max_length=100)
    repository = models.CharField("repository", max_length=200, blank=True)
    api_url = models.URLField("address of its API", max_length=300, blank=True)
    feature_label = models.CharField("label of features", max_length=50, default="feature")
    story_label = models.CharField("label of safety stories", max_length=50, default="safety")
    is_active = models.BooleanField("connected", default=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")

    def __str__(self) -> str:
        return f"Tracker “{self.name}”"


class TrackerSecret(models.Model):
    """Operational: the credentials of a connection, encrypted with a key of the application's."""

    connection = models.OneToOneField(
        TrackerConnection, on_delete=models.PROTECT, related_name="secret"
    )
    webhook_secret = models.TextField(blank=True)
    api_token = models.TextField(blank=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"Credentials of {self.connection}"


class TrackerItem(Tracked):
    """A ticket or pull request that is a feature's, a change's, or (above) a story's."""

    connection = models.ForeignKey(
        TrackerConnection, on_delete=models.PROTECT, related_name="items"
    )
    external_id = models.CharField("in the tracker", max_length=200)
    title = models.CharField("title", max_length=500, blank=True)
    url = models.URLField("link", max_length=500, blank=True)
    is_open = models.BooleanField("open", default=True)
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="tracker_items"
    )
    change = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, blank=True, related_name="tracker_items"
    )
    # When the tracker says that it changed last: what comes late overwrites nothing newer.
    changed_there = models.DateTimeField("changed in the tracker", null=True, blank=True)

    timeline_hides = frozenset({"connection_id", "changed_there"})

    class Meta(Tracked.Meta):
        ordering = ("connection", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["connection", "external_id"], name="tracker_item_once_in_tracker"
            )
        ]

    def __str__(self) -> str:
        return f"Ticket {self.external_id}"


class InboundDelivery(models.Model):
    """Operational: what a tracker has delivered, so that nothing is taken twice."""

    connection = models.ForeignKey(
        TrackerConnection, on_delete=models.PROTECT, related_name="deliveries"
    )
    delivery = models.CharField(max_length=100)
    event = models.CharField(max_length=50)
    received = models.DateTimeField()
    outcome = models.TextField(blank=True)
    # GitHub signs the text alone, so a delivery that is repeated under another name is known by it.
    body_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(fields=["connection", "delivery"], name="delivery_taken_once"),
            models.UniqueConstraint(
                fields=["connection", "body_sha256"],
                condition=~models.Q(body_sha256=""),
                name="delivered_text_taken_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.delivery}"


class TrackerMessage(models.Model):
    """Operational: what is to be said in the tracker, until it was said.

    ``about_kind`` and ``about_id`` name what it comes from, so that an upper package hears of it
    when it was sent. A comment goes under ``item``; a new ticket makes one.
    """

    connection = models.ForeignKey(
        TrackerConnection, on_delete=models.PROTECT, related_name="messages"
    )
    kind = models.CharField(max_length=10, choices=TrackerMessageKind.choices)
    item = models.ForeignKey(
        TrackerItem, on_delete=models.PROTECT, null=True, blank=True, related_name="messages"
    )
    title = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    about_kind = models.CharField(max_length=30)
    about_id = models.CharField(max_length=60)
    state = models.CharField(
        max_length=10, choices=TrackerMessageState.choices, default=TrackerMessageState.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try = models.DateTimeField()
    written = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True, blank=True)  # sent or given up
    problem = models.TextField(blank=True)
    sent_url = models.URLField(max_length=500, blank=True)

    class Meta:
        ordering = ("pk",)
        indexes = [
            models.Index(fields=["state", "next_try"], name="tracker_message_due"),
            models.Index(fields=["about_kind", "about_id"], name="tracker_message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.connection} ({self.get_state_display()})"
