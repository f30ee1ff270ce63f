"""Versions of the report and its hazard log: frozen, issued, rendered. None of it ever changes."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from hazards.choices import LifecyclePhase
from products.models import Product, Release


class Baseline(AppendOnly):
    """Everything that a report and its hazard log said at one moment, as canonical JSON text.

    ``number`` is the version that it becomes when it is issued; ``attempt`` counts what was frozen
    towards that version. ``sha256`` is of the whole text, the two fingerprints are of what matters
    for safety in it, by the numbered projection (``safetycase.projections``).
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="baselines")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="baselines")
    phase = models.CharField("lifecycle phase", max_length=30, choices=LifecyclePhase.choices)
    number = models.PositiveIntegerField("version")
    attempt = models.PositiveIntegerField("attempt")
    summary = models.TextField("summary of changes", max_length=5_000)
    content = models.TextField()
    sha256 = models.CharField("SHA-256", max_length=64)
    projection = models.PositiveSmallIntegerField("projection")
    log_fingerprint = models.CharField("fingerprint of the hazard log", max_length=64)
    report_fingerprint = models.CharField("fingerprint of the report", max_length=64)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name="replaces",
    )
    frozen_at = models.DateTimeField("frozen at")
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "content", "projection", "frozen_at", "frozen_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("product", "-number", "-attempt")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number", "attempt"], name="baseline_attempt_once"
            )
        ]

    def __str__(self) -> str:
        attempt = f" (attempt {self.attempt})" if self.attempt > 1 else ""
        return f"Version {self.number}{attempt} of the safety case report"


class Issue(AppendOnly):
    """A version was issued. The newest seal is named in it, so that the seal leaves the database
    with the document."""

    baseline = models.OneToOneField(Baseline, on_delete=models.PROTECT, related_name="issue")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="issues")
    number = models.PositiveIntegerField("version")
    seal_number = models.PositiveBigIntegerField("newest seal")
    seal_sha256 = models.CharField("hash of the newest seal", max_length=64)
    changed_since = models.TextField("what had changed since it was frozen", blank=True)
    issued_at = models.DateTimeField("issued at")
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset({"product_id", "issued_at", "issued_by_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(fields=["product", "number"], name="issued_version_once")
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of the safety case report"


class RenderedPdf(AppendOnly):
    """The PDF of an issued version, made once."""

    issue = models.OneToOneField(Issue, on_delete=models.PROTECT, related_name="pdf")
    name = models.CharField("file name", max_length=200)
    file = models.FileField(upload_to="safety-cases/", max_length=300)
    size = models.PositiveBigIntegerField("size in bytes")
    pages = models.PositiveIntegerField("pages")
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta(AppendOnly.Meta):
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"PDF {self.name}"
