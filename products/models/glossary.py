"""The words of a product: what each side means by them."""

from django.db import models
from django.db.models.functions import Lower

from audit.tracked import Tracked
from products.choices import Side
from products.models.product import Product


class GlossaryTerm(Tracked):
    """A word and its meaning on one product; it goes before the shipped one of the same word.

    ``forms`` are further ways to write it, one on each line. ``side`` says whose word it is.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="glossary_terms")
    word = models.CharField("word", max_length=80)
    forms = models.TextField("also written", max_length=500, blank=True)
    meaning = models.TextField("meaning", max_length=1_000)
    side = models.CharField("whose word", max_length=10, choices=Side.choices, blank=True)
    is_active = models.BooleanField("explained", default=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "word", "pk")
        constraints = [
            models.UniqueConstraint(
                "product",
                Lower("word"),
                name="glossary_word_once_in_product",
            )
        ]

    def __str__(self) -> str:
        return f"“{self.word}”"
