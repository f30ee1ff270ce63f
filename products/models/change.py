"""Changes: what happens to a product besides its features, and is looked at in the same way."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from products.choices import BuildState
from products.models.feature import Feature
from products.models.product import Product
from products.models.release import Release


class Change(Tracked):
    """A change of a feature, or of something that none of them is (a library, a server).

    It is triaged as a feature is, before it is built.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="changes")
    reference = models.CharField("reference", max_length=40)
    number = models.PositiveIntegerField("order")
    title = models.CharField("title", max_length=200)
    what = models.TextField("what changes", max_length=5_000, blank=True)
    feature = models.ForeignKey(
        Feature,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name="feature",
    )
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="changes",
        verbose_name="release",
    )
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
    is_active = models.BooleanField("to be made", default=True)

    timeline_hides = frozenset({"number", "product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "number")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "reference"], name="change_reference_once_in_product"
            ),
            models.UniqueConstraint(
                fields=["product", "number"], name="change_number_once_in_product"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"
