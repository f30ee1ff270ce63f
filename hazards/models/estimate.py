"""Estimates of risk, each a record that is superseded and never rewritten."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from audit.append_only import AppendOnly
from audit.tracked import Tracked
from hazards.choices import Acceptability, AssumptionState, Patients, Stage
from hazards.models.cause import Cause, Harm
from hazards.models.hazard import Hazard
from hazards.models.matrix import LikelihoodLevel, MatrixVersion, RiskClass, SeverityLevel
from products.models import Product


class Assumption(Tracked):
    """Something that must stay true for an estimate to stand."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="assumptions")
    hazard = models.ForeignKey(
        Hazard, on_delete=models.PROTECT, null=True, blank=True, related_name="assumptions"
    )
    text = models.TextField("assumption", max_length=2_000)
    held_by = models.CharField("who must hold it", max_length=150, blank=True)
    valid_until = models.DateField("valid until", null=True, blank=True)
    state = models.CharField(
        "state", max_length=10, choices=AssumptionState.choices, default=AssumptionState.HOLDS
    )

    timeline_hides = frozenset({"product_id", "hazard_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")

    def __str__(self) -> str:
        return f"Assumption “{Truncator(self.text).chars(80)}”"


class Estimate(AppendOnly):
    """Severity and likelihood of one harm, initial or residual, by one person at one moment.

    The newest estimate for a hazard (or one of its causes) at a stage is current; the older ones
    are superseded and kept. ``class_number`` and ``acceptability`` are the matrix's at the time:
    indexed copies that only the estimating action writes.
    """

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="estimates")
    cause = models.ForeignKey(
        Cause, on_delete=models.PROTECT, null=True, blank=True, related_name="estimates"
    )
    harm = models.ForeignKey(
        Harm, on_delete=models.PROTECT, null=True, blank=True, related_name="estimates"
    )
    stage = models.CharField("stage", max_length=10, choices=Stage.choices)
    patients = models.CharField(
        "how many patients", max_length=8, choices=Patients.choices, blank=True
    )
    matrix = models.ForeignKey(MatrixVersion, on_delete=models.PROTECT, related_name="estimates")
    severity = models.ForeignKey(
        SeverityLevel, on_delete=models.PROTECT, related_name="estimates", verbose_name="severity"
    )
    likelihood = models.ForeignKey(
        LikelihoodLevel,
        on_delete=models.PROTECT,
        related_name="estimates",
        verbose_name="likelihood",
    )
    risk_class = models.ForeignKey(
        RiskClass, on_delete=models.PROTECT, related_name="estimates", verbose_name="class"
    )
    class_number = models.PositiveSmallIntegerField("class number", db_index=True, editable=False)
    acceptability = models.CharField(max_length=15, editable=False)
    why_severity = models.TextField("why this severity", max_length=2_000, blank=True)
    why_likelihood = models.TextField("why this likelihood", max_length=2_000, blank=True)
    assumption = models.ForeignKey(
        Assumption,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="estimates",
        verbose_name="on the assumption",
    )
    #: Who estimated it and when (ISO 8601, UTC), where it was brought in from another record.
    recorded_by = models.CharField("estimated elsewhere by", max_length=300, blank=True)
    recorded_when = models.CharField("estimated elsewhere at", max_length=40, blank=True)
    estimated_at = models.DateTimeField("estimated at")
    estimated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="by"
    )

    timeline_hides = frozenset(
        {
            "hazard_id",
            "matrix_id",
            "class_number",
            "acceptability",
            "estimated_at",
            "estimated_by_id",
        }
    )

    class Meta(AppendOnly.Meta):
        ordering = ("hazard", "stage", "pk")
        indexes = [
            models.Index(fields=["hazard", "stage", "cause", "-id"], name="estimate_current")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="estimate_stage_is_known"
            )
        ]

    def __str__(self) -> str:
        when = timezone.localtime(self.estimated_at)
        return (
            f"{self.get_stage_display()} risk, class {self.class_number}, "
            f"of {when:%-d %B %Y, %H:%M}"
        )

    @property
    def number(self) -> int:
        """The class, as the risk chip shows it."""
        return self.class_number

    @property
    def severity_word(self) -> str:
        """The severity in the matrix's word."""
        return self.severity.word

    @property
    def likelihood_word(self) -> str:
        """The likelihood in the matrix's word."""
        return self.likelihood.word

    @property
    def acceptability_in_words(self) -> str:
        """What the class means, in words."""
        return Acceptability(self.acceptability).label
