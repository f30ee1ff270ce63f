"""What was decided of a release: the gate's answer, its breaking, and the short statement."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from products.models import Product, Release
from safetycase.choices import GateDecision
from safetycase.models.version import Issue


class GateResult(AppendOnly):
    """What the gate said of a release at one moment, frozen. ``content`` is canonical JSON text."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="gate_results")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="gate_results")
    decision = models.CharField("decision", max_length=20, choices=GateDecision.choices)
    content = models.TextField()
    fingerprint = models.CharField("SHA-256", max_length=64)
    frozen_at = models.DateTimeField("frozen at")
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "content", "frozen_at", "frozen_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("release", "-pk")

    def __str__(self) -> str:
        return f"Release gate: {self.get_decision_display().lower()}"


class BreakGlass(AppendOnly):
    """A blocked release goes out all the same, until a day. It holds once the clinical safety
    officer and the accountable executive have both signed it.

    ``blocked_by`` is canonical JSON text: the reasons of the gate that it breaks.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="broken_glass")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="broken_glass")
    why = models.TextField("why it cannot wait", max_length=5_000)
    interim_measures = models.TextField("interim measures", max_length=5_000)
    expires_on = models.DateField("until", help_text="The last day, inclusive.")
    blocked_by = models.TextField()
    asked_at = models.DateTimeField("asked at")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "blocked_by", "asked_at", "asked_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("release", "-pk")

    def __str__(self) -> str:
        return "Break-glass release"


class ReleaseStatement(AppendOnly):
    """A release that changes no clinical risk, and the report that covers it (7.3.3, 7.3.4)."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="statements")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="statements")
    covered_by = models.ForeignKey(
        Issue, on_delete=models.PROTECT, related_name="statements", verbose_name="covered by"
    )
    why = models.TextField("why no clinical risk changes", max_length=5_000)
    stated_at = models.DateTimeField("stated at")
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "stated_at", "stated_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("release", "-pk")

    def __str__(self) -> str:
        return f"Statement for {self.release}"


class GateDay(models.Model):
    """Operational: what the gate said of a release on a day, for the trend."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="gate_days")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="gate_days")
    day = models.DateField()
    decision = models.CharField(max_length=20, choices=GateDecision.choices)
    reasons = models.PositiveIntegerField()

    class Meta:
        ordering = ("release", "day")
        constraints = [models.UniqueConstraint(fields=["release", "day"], name="gate_day_once")]

    def __str__(self) -> str:
        return f"Gate on {self.day}"
