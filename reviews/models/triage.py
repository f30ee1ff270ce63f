"""Triage: the questions that are asked of every feature and change at kick-off."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.append_only import AppendOnly
from hazards.models import Control, Hazard
from products.models import Change, Feature, Product
from reviews.choices import TriageOutcome


class Triage(AppendOnly):
    """Somebody went through the questions for a feature, or for a change. The newest one counts.

    ``touches`` holds the keys of the questions that were answered with yes, a space between.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="triages")
    feature = models.ForeignKey(
        Feature, on_delete=models.PROTECT, null=True, blank=True, related_name="triages"
    )
    change = models.ForeignKey(
        Change, on_delete=models.PROTECT, null=True, blank=True, related_name="triages"
    )
    touches = models.CharField("touches", max_length=500, blank=True)
    outcome = models.CharField("outcome", max_length=12, choices=TriageOutcome.choices)
    note = models.TextField("note", max_length=2_000, blank=True)
    triaged_at = models.DateTimeField("triaged at")
    triaged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset(
        {"product_id", "feature_id", "change_id", "triaged_at", "triaged_by_id"}
    )

    class Meta(AppendOnly.Meta):
        ordering = ("product", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(feature__isnull=False, change__isnull=True)
                | Q(feature__isnull=True, change__isnull=False),
                name="triage_is_of_feature_or_change",
            )
        ]

    def __str__(self) -> str:
        return f"Triage: {self.get_outcome_display().lower()}"


class TriageAnswer(AppendOnly):
    """What the clinical side answers to a triage. The newest answer counts.

    ``none_because`` says why no hazard comes of it, where it was looked for and none was found.
    """

    triage = models.ForeignKey(Triage, on_delete=models.PROTECT, related_name="answers")
    outcome = models.CharField("outcome", max_length=12, choices=TriageOutcome.choices)
    note = models.TextField("what the team needs to know", max_length=5_000, blank=True)
    none_because = models.TextField("no hazard because", max_length=2_000, blank=True)
    answered_at = models.DateTimeField("answered at")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"triage_id", "answered_at", "answered_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("triage", "pk")

    def __str__(self) -> str:
        return f"Answer to a triage: {self.get_outcome_display().lower()}"


class TriageCover(AppendOnly):
    """A hazard, or a control, that covers what a triage is about; ``answer`` where it is the
    clinical side that says so."""

    triage = models.ForeignKey(Triage, on_delete=models.PROTECT, related_name="covers")
    answer = models.ForeignKey(
        TriageAnswer, on_delete=models.PROTECT, null=True, blank=True, related_name="covers"
    )
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="triage_covers"
    )
    control = models.ForeignKey(
        Control, on_delete=models.PROTECT, null=True, blank=True, related_name="triage_covers"
    )

    timeline_hides = frozenset({"triage_id", "answer_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("triage", "pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(hazard__isnull=False, control__isnull=True)
                | Q(hazard__isnull=True, control__isnull=False),
                name="triage_cover_is_hazard_or_control",
            )
        ]

    def __str__(self) -> str:
        return "What covers a triage"
