"""Evidence that controls are implemented and effective."""

from django.conf import settings
from django.db import models
from django.utils.text import Truncator

from audit.append_only import AppendOnly
from audit.tracked import Tracked
from hazards.choices import EvidenceOf, EvidenceResult, EvidenceState
from hazards.models.control import Control
from products.models import Product, Release


class EvidenceFile(AppendOnly):
    """A file as it was given, checked by its content; named on disk by its hash."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="evidence_files")
    name = models.CharField("file name", max_length=200)
    kind = models.CharField("kind", max_length=20)
    size = models.PositiveBigIntegerField("size in bytes")
    sha256 = models.CharField("SHA-256", max_length=64)
    file = models.FileField(upload_to="evidence/%Y/%m/", max_length=300)
    uploaded_at = models.DateTimeField("uploaded at")
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta(AppendOnly.Meta):
        ordering = ("product", "pk")

    def __str__(self) -> str:
        return f"File {self.name}"


class Evidence(Tracked):
    """A test, review or record that shows something about one or more controls."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="evidence")
    title = models.TextField("evidence", max_length=2_000)
    state = models.CharField(
        "state", max_length=10, choices=EvidenceState.choices, default=EvidenceState.PLANNED
    )
    of = models.CharField("evidence of", max_length=15, choices=EvidenceOf.choices, blank=True)
    link = models.URLField("link", max_length=500, blank=True)
    file = models.ForeignKey(
        EvidenceFile,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="file",
    )
    result = models.CharField("result", max_length=12, choices=EvidenceResult.choices, blank=True)
    dated_on = models.DateField("date", null=True, blank=True)
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name="release",
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="verifier",
    )
    verifier_name = models.CharField("verifier, as recorded elsewhere", max_length=300, blank=True)
    valid_until = models.DateField("valid until", null=True, blank=True)
    is_active = models.BooleanField("in the log", default=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")
        verbose_name_plural = "evidence"

    def __str__(self) -> str:
        return f"Evidence “{Truncator(self.title).chars(80)}”"


class EvidenceLink(Tracked):
    """A piece of evidence is about a control."""

    evidence = models.ForeignKey(Evidence, on_delete=models.PROTECT, related_name="control_links")
    control = models.ForeignKey(Control, on_delete=models.PROTECT, related_name="evidence_links")
    is_active = models.BooleanField("linked", default=True)

    class Meta(Tracked.Meta):
        ordering = ("control", "evidence")
        constraints = [
            models.UniqueConstraint(fields=["evidence", "control"], name="evidence_once_on_control")
        ]

    def __str__(self) -> str:
        return "Link of evidence and control"
