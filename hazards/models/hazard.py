"""The hazard itself and the features it touches."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from audit.tracked import Tracked
from hazards.choices import HazardState, HazardStatus
from products.models import Feature, Product, Release


class Hazard(Tracked):
    """A potential source of harm to a patient: cause → hazard → (effect) → harm.

    ``content_version`` rises with every change of the hazard or of anything on it. The worst
    estimates are indexed copies that only the estimating actions write.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="hazards")
    number = models.PositiveIntegerField("order")
    reference = models.CharField("reference", max_length=40)
    imported_reference = models.CharField("imported reference", max_length=60, blank=True)
    name = models.CharField("name", max_length=300)
    description = models.TextField("description", max_length=10_000, blank=True)
    effect = models.TextField("effect", max_length=5_000, blank=True)
    for_patients = models.TextField(
        "what it means for patients",
        max_length=5_000,
        blank=True,
        help_text="Empty: the hazard's own sentence and its harm.",
    )
    for_product = models.TextField("what it means for the product", max_length=5_000, blank=True)
    family = models.CharField("family", max_length=100, blank=True)
    state = models.CharField(
        "state", max_length=10, choices=HazardState.choices, default=HazardState.DRAFT
    )
    merged_into = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name="merged into",
    )
    split_from = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="split_into",
        verbose_name="split from",
    )
    library_entry = models.CharField("from the library", max_length=100, blank=True)
    status = models.CharField(
        "status", max_length=12, choices=HazardStatus.choices, default=HazardStatus.OPEN
    )
    action_summary = models.TextField("actions", max_length=5_000, blank=True)
    justification = models.TextField(
        "why the risk is not reduced further", max_length=5_000, blank=True
    )
    owner_role = models.CharField("owner's role", max_length=150, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="owner",
    )
    review_date = models.DateField("next review", null=True, blank=True)
    first_release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="in scope from release",
        help_text="Empty: from the first release among its features.",
    )
    content_version = models.PositiveIntegerField(default=1, editable=False)
    worst_initial = models.ForeignKey(
        "hazards.Estimate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="initial risk",
    )
    worst_residual = models.ForeignKey(
        "hazards.Estimate",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name="residual risk",
    )

    timeline_hides = frozenset({"number", "content_version", "product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "reference"], name="hazard_reference_once_in_product"
            ),
            models.UniqueConstraint(
                fields=["product", "number"], name="hazard_number_once_in_product"
            ),
            models.UniqueConstraint(
                fields=["product", "imported_reference"],
                condition=~Q(imported_reference=""),
                name="hazard_imported_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False)
                | (~Q(state="merged") & Q(merged_into__isnull=True)),
                name="merged_hazard_names_its_successor",
            ),
        ]
        indexes = [
            models.Index(fields=["product", "state", "status"], name="hazard_by_state"),
            models.Index(fields=["product", "review_date"], name="hazard_by_review"),
        ]

    def __str__(self) -> str:
        return f"Hazard {self.display_reference}"

    @property
    def display_reference(self) -> str:
        """The reference that people know it by: the imported one where there is one."""
        return self.imported_reference or self.reference

    @property
    def owner_in_words(self) -> str:
        """The owner: the person when known, else the role, else ''."""
        return self.owner.name if self.owner else self.owner_role


class HazardFeature(Tracked):
    """A feature touches a hazard; made and seen from both sides."""

    hazard = models.ForeignKey(Hazard, on_delete=models.PROTECT, related_name="feature_links")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="hazard_links")
    is_active = models.BooleanField("linked", default=True)

    class Meta(Tracked.Meta):
        ordering = ("hazard", "feature")
        constraints = [
            models.UniqueConstraint(fields=["hazard", "feature"], name="feature_once_on_hazard")
        ]
        indexes = [
            models.Index(
                fields=["feature", "hazard"],
                condition=models.Q(is_active=True),
                name="linked_by_feature",
            )
        ]

    def __str__(self) -> str:
        return "Link of feature and hazard"
