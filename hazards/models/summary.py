"""What the log page, the counts and the pictures read: one narrow row for each hazard.

Everything here follows from other tables and is written again whenever a hazard changes
(``hazards.summaries``). Nothing is decided from it.
"""

from django.conf import settings
from django.db import models

from hazards.choices import HazardState, HazardStatus
from hazards.models.hazard import Hazard
from products.models import Product


class HazardSummary(models.Model):
    """Operational: a hazard as the list shows, filters, counts and sorts it.

    ``…_severity`` and ``…_likelihood`` are keys of levels, ``…_place`` their places on their axes
    (0 where there is no estimate): a list is sorted by class, then by places, never by a product.
    ``approved_version`` is the content version that stood in the newest issued version.
    """

    hazard = models.OneToOneField(
        Hazard, on_delete=models.PROTECT, primary_key=True, related_name="summary"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=HazardState.choices)
    status = models.CharField(max_length=12, choices=HazardStatus.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    owner_role = models.CharField(max_length=150, blank=True)
    family = models.CharField(max_length=100, blank=True)
    review_date = models.DateField(null=True)
    scope_position = models.PositiveIntegerField(null=True)

    initial_class = models.PositiveSmallIntegerField(null=True)
    initial_acceptability = models.CharField(max_length=15, blank=True)
    initial_severity = models.BigIntegerField(null=True)
    initial_likelihood = models.BigIntegerField(null=True)
    initial_severity_place = models.PositiveSmallIntegerField(default=0)
    initial_likelihood_place = models.PositiveSmallIntegerField(default=0)
    initial_estimated_at = models.DateTimeField(null=True)
    residual_class = models.PositiveSmallIntegerField(null=True)
    residual_acceptability = models.CharField(max_length=15, blank=True)
    residual_severity = models.BigIntegerField(null=True)
    residual_likelihood = models.BigIntegerField(null=True)
    residual_severity_place = models.PositiveSmallIntegerField(default=0)
    residual_likelihood_place = models.PositiveSmallIntegerField(default=0)
    residual_estimated_at = models.DateTimeField(null=True)
    residual_is_needed = models.BooleanField(default=False)
    needs_estimate = models.BooleanField(default=False)
    is_provisional = models.BooleanField(default=False)

    causes = models.PositiveIntegerField(default=0)
    controls = models.PositiveIntegerField(default=0)
    controls_verified = models.PositiveIntegerField(default=0)
    controls_not_standing = models.PositiveIntegerField(default=0)
    has_unverified = models.BooleanField(default=False)
    harm = models.CharField(max_length=300, blank=True)

    content_version = models.PositiveIntegerField(default=1)
    approved_version = models.PositiveIntegerField(null=True)
    #: The content version that the quality rules looked at last; None: never.
    checked_version = models.PositiveIntegerField(null=True)
    findings_blocking = models.PositiveIntegerField(default=0)
    findings_warning = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("product", "number")
        # Counts are of all hazards of a log: each of these holds all columns that a count asks for,
        # so that the database reads it alone and no row.
        indexes = [
            models.Index(fields=["product", "state", "number", "hazard"], name="summary_by_number"),
            models.Index(fields=["product", "state", "status"], name="summary_by_status"),
            models.Index(
                fields=["product", "state", "owner", "owner_role"], name="summary_by_owner"
            ),
            models.Index(fields=["product", "state", "family"], name="summary_by_family"),
            models.Index(fields=["product", "state", "review_date"], name="summary_by_review"),
            models.Index(
                fields=["product", "state", "scope_position", "needs_estimate"],
                name="summary_by_scope",
            ),
            models.Index(
                fields=[
                    *("product", "state", "initial_severity", "initial_likelihood"),
                    *("initial_class", "scope_position"),
                ],
                name="summary_by_initial",
            ),
            models.Index(
                fields=[
                    *("product", "state", "residual_severity", "residual_likelihood"),
                    *("residual_class", "scope_position", "is_provisional"),
                    *("residual_is_needed", "initial_class"),
                ],
                name="summary_by_residual",
            ),
            models.Index(
                fields=["product"],
                condition=models.Q(approved_version__isnull=False),
                name="summary_approved",
            ),
        ]

    def __str__(self) -> str:
        return f"Summary of hazard {self.hazard_id}"


class SearchDocument(models.Model):
    """Operational: all text of a hazard, for the full-text index of either database."""

    hazard = models.OneToOneField(
        Hazard, on_delete=models.PROTECT, primary_key=True, related_name="search_document"
    )
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")
    title = models.TextField()  # references and name
    body = models.TextField()  # everything else that people wrote on it

    class Meta:
        ordering = ("hazard",)

    def __str__(self) -> str:
        return f"Text of hazard {self.hazard_id}"
