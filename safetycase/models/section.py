"""The narrative of the report."""

from django.db import models

from audit.tracked import Tracked
from products.models import Product
from safetycase.choices import SectionKey


class Section(Tracked):
    """The words that people write in one section; everything countable is generated."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="sections")
    key = models.CharField("section", max_length=30, choices=SectionKey.choices)
    narrative = models.TextField("narrative", max_length=50_000, blank=True)

    timeline_hides = frozenset({"product_id", "key"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")
        constraints = [
            models.UniqueConstraint(fields=["product", "key"], name="section_once_in_product")
        ]

    def __str__(self) -> str:
        return f"Section “{self.get_key_display()}”"
