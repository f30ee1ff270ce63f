"""A hazard was looked at as a whole, by a clinician, on a day."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from hazards.models import Hazard


class HazardReview(AppendOnly):
    """A fact: somebody read this hazard as it was and says when it is to be read again."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="reviews")
    note = models.TextField("what was seen", max_length=2_000)
    next_review = models.DateField("next review")
    reviewed_at = models.DateTimeField("reviewed at")
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="reviewed by",
    )

    timeline_hides = frozenset({"hazard_id", "reviewed_at", "reviewed_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("hazard", "-pk")

    def __str__(self) -> str:
        return "Review of the hazard"
