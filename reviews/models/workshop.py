"""Sessions: workshops and kick-off assessments, which are one thing (clauses 4.1.2 and 4.3.1)."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.pairs import both_or_neither
from audit.tracked import Tracked
from hazards.models import Hazard
from products.choices import Role
from products.models import Feature, Product, Release
from reviews.choices import Prompt, WorkshopKind


class Workshop(Tracked):
    """People looked together for what could go wrong, step by step along a pathway."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="workshops")
    number = models.PositiveIntegerField("number")
    kind = models.CharField("kind", max_length=12, choices=WorkshopKind.choices)
    title = models.CharField("title", max_length=200)
    held_on = models.DateField("held on")
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="workshops",
        verbose_name="for release",
    )
    summary = models.TextField("what came of it", max_length=5_000, blank=True)
    closed_at = models.DateTimeField("closed at", null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="by",
    )

    timeline_hides = frozenset({"product_id", "closed_at", "closed_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "-held_on", "-pk")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="workshop_number_once"),
            both_or_neither("closed_at", "closed_by", name="workshop_closed_at_has_by"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} “{self.title}”"


class WorkshopFeature(Tracked):
    """A session looked at a feature."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="feature_links")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="workshop_links")
    is_active = models.BooleanField("looked at", default=True)

    timeline_hides = frozenset({"workshop_id"})

    class Meta(Tracked.Meta):
        ordering = ("workshop", "feature")
        constraints = [
            models.UniqueConstraint(fields=["workshop", "feature"], name="feature_once_in_workshop")
        ]

    def __str__(self) -> str:
        return "Feature of a session"


class Attendance(Tracked):
    """Who took part in a session and as what; ``person`` where they are on the team."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="attendances")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="person",
    )
    name = models.CharField("name", max_length=150)
    role = models.CharField("as", max_length=30, choices=Role.choices)
    is_active = models.BooleanField("took part", default=True)

    timeline_hides = frozenset({"workshop_id"})

    class Meta(Tracked.Meta):
        ordering = ("workshop", "pk")

    def __str__(self) -> str:
        return f"{self.name}, {self.get_role_display().lower()}"


class WorkshopStep(Tracked):
    """A step of the pathway that a session went along."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField("place")
    text = models.CharField("step", max_length=200)
    is_active = models.BooleanField("in the pathway", default=True)

    timeline_hides = frozenset({"workshop_id", "position"})

    class Meta(Tracked.Meta):
        ordering = ("workshop", "position", "pk")

    def __str__(self) -> str:
        return f"Step “{self.text}”"


class WorkshopEntry(Tracked):
    """What was said at a step under a prompt: a hazard, or why there is none, or first a note."""

    workshop = models.ForeignKey(Workshop, on_delete=models.PROTECT, related_name="entries")
    step = models.ForeignKey(
        WorkshopStep, on_delete=models.PROTECT, null=True, blank=True, related_name="entries"
    )
    prompt = models.CharField("prompt", max_length=12, choices=Prompt.choices, blank=True)
    text = models.TextField("what was said", max_length=2_000)
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="workshop_entries"
    )
    none_because = models.TextField("no hazard because", max_length=2_000, blank=True)
    is_active = models.BooleanField("kept", default=True)

    timeline_hides = frozenset({"workshop_id"})

    class Meta(Tracked.Meta):
        ordering = ("workshop", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(hazard__isnull=True) | Q(none_because=""),
                name="workshop_entry_is_hazard_or_none",
            )
        ]

    def __str__(self) -> str:
        return "What was said in a session"
