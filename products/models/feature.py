"""Features: what the product does, in the words of both sides."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from products.choices import BuildState
from products.models.product import Product


class Feature(Tracked):
    """Something the product does, as the product side plans it and the clinical side reads it."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="features")
    reference = models.CharField("reference", max_length=40)
    number = models.PositiveIntegerField("order")
    title = models.CharField("title", max_length=200)
    for_product = models.TextField("what it means for the product", max_length=5_000, blank=True)
    for_patients = models.TextField("what it means for patients", max_length=5_000, blank=True)
    tracker_url = models.URLField("link to the tracker", max_length=500, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="owner",
    )
    state = models.CharField(
        "state", max_length=10, choices=BuildState.choices, default=BuildState.PLANNED
    )
    build_began_on = models.DateField("build began", null=True, blank=True)
    is_active = models.BooleanField("in the product", default=True)

    timeline_hides = frozenset({"number"})

    class Meta(Tracked.Meta):
        ordering = ("product", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "reference"], name="feature_reference_once_in_product"
            ),
            models.UniqueConstraint(
                fields=["product", "number"], name="feature_number_once_in_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
