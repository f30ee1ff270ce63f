"""What the quality rules found, what was waived, answered, or was there when the log came in."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.append_only import AppendOnly
from audit.tracked import Tracked
from hazards.choices import FindingLevel
from hazards.models.hazard import Hazard
from hazards.models.import_batch import ImportBatch
from products.models import Product


class Finding(models.Model):
    """Operational: what a rule finds now. It is written anew whenever the rules run.

    ``rule`` is the rule's id (``HZ03``); ``subject`` says what it is about inside the hazard or the
    product (a kind and a public id, or ''); ``field`` is the name of the field at fault.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="findings")
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="findings"
    )
    rule = models.CharField(max_length=8)
    subject = models.CharField(max_length=60, blank=True)
    field = models.CharField(max_length=40, blank=True)
    level = models.CharField(max_length=8, choices=FindingLevel.choices)
    message = models.TextField()
    found_on = models.DateField()

    class Meta:
        ordering = ("product", "hazard", "rule", "subject")
        indexes = [models.Index(fields=["product", "level", "rule"], name="finding_by_level")]
        constraints = [
            models.UniqueConstraint(
                fields=["hazard", "rule", "subject"],
                condition=Q(hazard__isnull=False),
                name="finding_once_on_hazard",
            ),
            models.UniqueConstraint(
                fields=["product", "rule", "subject"],
                condition=Q(hazard__isnull=True),
                name="finding_once_on_product",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


class QualityDay(models.Model):
    """Operational: how many findings a product had on a day, for the trend."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="quality_days")
    day = models.DateField()
    blocking = models.PositiveIntegerField()
    warning = models.PositiveIntegerField()
    informing = models.PositiveIntegerField()
    waived = models.PositiveIntegerField()
    legacy = models.PositiveIntegerField()

    class Meta:
        ordering = ("product", "day")
        constraints = [models.UniqueConstraint(fields=["product", "day"], name="quality_day_once")]

    def __str__(self) -> str:
        return f"Findings on {self.day}"


class Waiver(Tracked):
    """A finding that need not be put right until a day, and why.

    One of a blocking rule is a clinical safety officer's, 90 days at most, with interim measures.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="waivers")
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="waivers"
    )
    rule = models.CharField("rule", max_length=8)
    subject = models.CharField("about", max_length=60, blank=True)
    level = models.CharField("level", max_length=8, choices=FindingLevel.choices)
    because = models.TextField("why it need not be put right now", max_length=2_000)
    interim_measures = models.TextField("interim measures", max_length=2_000, blank=True)
    expires_on = models.DateField("until", help_text="The last day, inclusive.")
    is_active = models.BooleanField("in force", default=True)
    given_at = models.DateTimeField("given at")
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "hazard_id", "subject", "given_at", "given_by_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "expires_on", "pk")

    def __str__(self) -> str:
        return f"Waiver of {self.rule}"


class ChallengeAnswer(Tracked):
    """What the team answers to the question behind a finding, kept for whoever asks next."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="challenge_answers")
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="challenge_answers"
    )
    rule = models.CharField("rule", max_length=8)
    subject = models.CharField("about", max_length=60, blank=True)
    answer = models.TextField("answer", max_length=5_000, blank=True)

    timeline_hides = frozenset({"product_id", "hazard_id", "subject"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["hazard", "rule", "subject"],
                condition=Q(hazard__isnull=False),
                name="answer_once_on_hazard",
            ),
            models.UniqueConstraint(
                fields=["product", "rule", "subject"],
                condition=Q(hazard__isnull=True),
                name="answer_once_on_product",
            ),
        ]

    def __str__(self) -> str:
        return f"Answer to {self.rule}"


class LegacyList(AppendOnly):
    """What the rules found on the day that a log came in: listed once, signed, and burnt down.

    ``entries`` is canonical JSON text: for each finding its rule, hazard (public id), subject,
    level, message and the hazard's content version on that day; ``sha256`` is of that text.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="legacy_lists")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, related_name="legacy_lists", verbose_name="import"
    )
    entries = models.TextField("findings")
    sha256 = models.CharField("SHA-256", max_length=64)
    count = models.PositiveIntegerField("how many findings")
    listed_at = models.DateTimeField("listed at")
    listed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"entries", "product_id", "listed_at", "listed_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("product", "-pk")
        constraints = [models.UniqueConstraint(fields=["batch"], name="legacy_list_once_an_import")]

    def __str__(self) -> str:
        return f"List of {self.count} legacy findings"
