"""Checkpoints: safety in the rhythm of delivery, and the actions that come of meetings."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.pairs import both_or_neither
from audit.tracked import Tracked
from hazards.models import Hazard
from products.models import Feature, Product
from reviews.choices import ActionState
from reviews.models.workshop import Workshop


class CheckpointRhythm(Tracked):
    """How often a team meets: every so many weeks from a first day on."""

    product = models.OneToOneField(
        Product, on_delete=models.PROTECT, related_name="checkpoint_rhythm"
    )
    weeks = models.PositiveSmallIntegerField("weeks between checkpoints", default=2)
    first_on = models.DateField("first on")
    is_active = models.BooleanField("kept", default=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product",)
        constraints = [
            models.CheckConstraint(
                condition=Q(weeks__gte=1, weeks__lte=13),
                name="checkpoint_at_least_quarterly",
            )
        ]

    def __str__(self) -> str:
        return "Rhythm of checkpoints"


class Checkpoint(Tracked):
    """A meeting of both sides. ``agenda`` is canonical JSON: what it was when the meeting closed;
    until then it writes itself."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="checkpoints")
    number = models.PositiveIntegerField("number")
    held_on = models.DateField("held on")
    notes = models.TextField("notes", max_length=10_000, blank=True)
    agenda = models.TextField(blank=True)
    closed_at = models.DateTimeField("closed at", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="by",
    )

    timeline_hides = frozenset({"product_id", "agenda", "closed_at", "closed_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="checkpoint_number_once"),
            both_or_neither("closed_at", "closed_by", name="checkpoint_closed_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"Checkpoint {self.number}"


class ActionItem(Tracked):
    """Something that somebody will do by a day, and where that was said."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="action_items")
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    workshop = models.ForeignKey(
        Workshop, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items"
    )
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="action_items"
    )
    text = models.CharField("action", max_length=500)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="owner"
    )
    due_on = models.DateField("due")
    state = models.CharField(
        "state", max_length=10, choices=ActionState.choices, default=ActionState.OPEN
    )
    outcome = models.TextField("what was done", max_length=2_000, blank=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "due_on", "pk")
        indexes = [models.Index(fields=["product", "state", "due_on"], name="action_item_due")]

    def __str__(self) -> str:
        return f"Action “{self.text}”"
