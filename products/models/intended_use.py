"""The statement of intended use, version by version (clauses 4.2.1 and 4.2.2)."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from products.models.product import Product


class IntendedUse(AppendOnly):
    """One version of what the product is for. The one with the highest number is current."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="intended_uses")
    number = models.PositiveIntegerField("version")
    purpose = models.TextField("purpose", max_length=5_000)
    users = models.TextField("users", max_length=5_000, blank=True)
    patient_groups = models.TextField("patient groups", max_length=5_000, blank=True)
    care_settings = models.TextField("care settings", max_length=5_000, blank=True)
    exclusions = models.TextField("exclusions", max_length=5_000, blank=True)
    device_statement = models.TextField("medical device statement", max_length=5_000, blank=True)
    stated_at = models.DateTimeField("stated at")
    stated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name="stated by",
    )

    class Meta(AppendOnly.Meta):
        ordering = ("product", "-number")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "number"], name="intended_use_number_once_in_product"
            )
        ]

    def __str__(self) -> str:
        return f"Intended use, version {self.number}"
