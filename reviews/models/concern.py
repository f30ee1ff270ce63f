"""Concerns and questions: what one side wants the other to hear, and what became of it."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.pairs import both_or_neither
from audit.tracked import Tracked
from hazards.models import Hazard
from products.choices import Side
from products.models import Feature, Product
from reviews.choices import ConcernOutcome


class Concern(Tracked):
    """Somebody is worried. No scoring: it lands in triage, and whoever raised it sees the end.

    ``page`` is the path of the page on which it was raised, ``about`` that page's heading.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="concerns")
    text = models.TextField("concern", max_length=5_000)
    page = models.CharField("raised on", max_length=500, blank=True)
    about = models.CharField("about", max_length=300, blank=True)
    raised_at = models.DateTimeField("raised at")
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )
    outcome = models.CharField(
        "what became of it", max_length=12, choices=ConcernOutcome.choices, blank=True
    )
    answer = models.TextField("answer", max_length=5_000, blank=True)
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="concerns"
    )
    answered_at = models.DateTimeField("answered at", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="by",
    )

    timeline_hides = frozenset(
        {
            "product_id",
            "page",
            "raised_at",
            "raised_by_id",
            "answered_at",
            "answered_by_id",
        }
    )

    class Meta(Tracked.Meta):
        ordering = ("product", "-pk")
        constraints = [
            both_or_neither("answered_at", "answered_by", name="concern_answered_at_has_by"),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at__isnull=True)
                | (~Q(outcome="") & Q(answered_at__isnull=False)),
                name="answered_concern_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return "Concern"


class Question(Tracked):
    """One side asks the other about something (named by kind and public id); a clock runs."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="questions")
    about_kind = models.CharField("about", max_length=30)
    about_id = models.CharField("public id", max_length=60)
    about_label = models.CharField("about", max_length=300)
    to_side = models.CharField("asked of", max_length=10, choices=Side.choices)
    text = models.TextField("question", max_length=2_000)
    asked_at = models.DateTimeField("asked at")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )
    answer = models.TextField("answer", max_length=5_000, blank=True)
    answered_at = models.DateTimeField("answered at", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="by",
    )
    is_active = models.BooleanField("asked", default=True)

    timeline_hides = frozenset(
        {
            "product_id",
            "about_kind",
            "about_id",
            "asked_at",
            "asked_by_id",
            "answered_at",
            "answered_by_id",
        }
    )

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")
        indexes = [models.Index(fields=["about_kind", "about_id"], name="question_about")]
        constraints = [
            both_or_neither("answered_at", "answered_by", name="question_answered_at_has_by")
        ]

    def __str__(self) -> str:
        return f"Question to the {self.get_to_side_display().lower()} side"


class HazardLook(Tracked):
    """A hazard is to be looked at, because something that touches it changed."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="looks")
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="looks"
    )
    why = models.TextField("what changed", max_length=2_000)
    asked_at = models.DateTimeField("asked at")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )
    note = models.TextField("what was seen", max_length=2_000, blank=True)
    looked_at = models.DateTimeField("looked at at", null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="by",
    )

    timeline_hides = frozenset(
        {"hazard_id", "asked_at", "asked_by_id", "looked_at", "looked_by_id"}
    )

    class Meta(Tracked.Meta):
        ordering = ("hazard", "pk")
        constraints = [
            both_or_neither("looked_at", "looked_by", name="hazard_look_looked_at_has_by")
        ]

    def __str__(self) -> str:
        return "Look at the hazard"
