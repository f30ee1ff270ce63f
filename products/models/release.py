"""Releases and the features that they carry."""

from django.db import models
from django.db.models import Q

from audit.tracked import Tracked
from products.choices import ReleaseState
from products.models.feature import Feature
from products.models.product import Product


class Release(Tracked):
    """A version of the product that people use or will use.

    ``position`` orders a product's releases: what is delivered in an earlier one is there in every
    later one.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="releases")
    label = models.CharField("version", max_length=40)
    position = models.PositiveIntegerField("order")
    state = models.CharField(
        "state", max_length=10, choices=ReleaseState.choices, default=ReleaseState.PLANNED
    )
    planned_on = models.DateField("planned for", null=True, blank=True)
    released_on = models.DateField("released on", null=True, blank=True)
    summary = models.TextField("what it brings", max_length=2_000, blank=True)

    class Meta(Tracked.Meta):
        ordering = ("product", "position")
        constraints = [
            models.UniqueConstraint(fields=["product", "label"], name="release_once_in_product"),
            models.UniqueConstraint(
                fields=["product", "position"], name="release_position_once_in_product"
            ),
            models.CheckConstraint(
                condition=~Q(state="released") | Q(released_on__isnull=False),
                name="released_release_has_its_date",
            ),
        ]

    def __str__(self) -> str:
        return f"Release {self.label}"


class ReleaseFeature(Tracked):
    """A release carries a feature."""

    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="feature_links")
    feature = models.ForeignKey(Feature, on_delete=models.PROTECT, related_name="release_links")
    is_active = models.BooleanField("carried", default=True)

    class Meta(Tracked.Meta):
        ordering = ("release", "feature")
        constraints = [
            models.UniqueConstraint(fields=["release", "feature"], name="feature_once_in_release")
        ]

    def __str__(self) -> str:
        return f"{self.feature} in {self.release}"
