"""What a product says of the hazard library. The library itself is shipped (hazards/library)."""

from django.db import models

from audit.tracked import Tracked
from products.models import Product


class NotApplicable(Tracked):
    """A family of the library that does not concern a product, and why. ``family`` is its key."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="not_applicable")
    family = models.CharField("family", max_length=60)
    because = models.TextField("not applicable because", max_length=2_000)
    is_active = models.BooleanField("stands", default=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "family")
        constraints = [
            models.UniqueConstraint(fields=["product", "family"], name="not_applicable_once")
        ]

    def __str__(self) -> str:
        return f"Family “{self.family}” not applicable"
