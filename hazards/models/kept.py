"""What people keep of the log page and of the import for the next time."""

from django.conf import settings
from django.db import models

from audit.tracked import Tracked
from products.models import Product


class SavedView(Tracked):
    """A name for what was asked of the hazard log: filters, sort and columns, as an address.

    ``query`` is the part of the address after the question mark, as the log page writes it.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="saved_views")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="owner"
    )
    name = models.CharField("name", max_length=80)
    query = models.CharField("filters, sort and columns", max_length=2_000, blank=True)
    is_shared = models.BooleanField("shared with the team", default=False)
    is_active = models.BooleanField("kept", default=True)

    timeline_hides = frozenset({"product_id"})

    class Meta(Tracked.Meta):
        ordering = ("product", "name", "pk")

    def __str__(self) -> str:
        return f"View “{self.name}”"


class ImportMapping(Tracked):
    """Which column of a layout is which field, and which word which level, as a person said it.

    ``layout`` is the SHA-256 of the headings that the mapping is for; ``columns`` and ``words``
    are canonical JSON text.
    """

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="import_mappings")
    layout = models.CharField("layout", max_length=64)
    columns = models.TextField("columns", max_length=50_000)
    words = models.TextField("words", max_length=50_000, default="{}")

    timeline_hides = frozenset({"product_id", "layout"})

    class Meta(Tracked.Meta):
        ordering = ("product", "pk")
        constraints = [
            models.UniqueConstraint(fields=["product", "layout"], name="mapping_once_for_layout")
        ]

    def __str__(self) -> str:
        return "Mapping of columns"
