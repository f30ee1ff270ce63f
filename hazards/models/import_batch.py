"""What was brought in from a file, by whom, and what became of every row."""

from django.conf import settings
from django.db import models

from audit.append_only import AppendOnly
from products.models import Product


class ImportBatch(AppendOnly):
    """One import: the file's hash and the whole report, as canonical JSON text."""

    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="import_batches")
    file_name = models.CharField("file", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    sheet = models.CharField("sheet", max_length=100, blank=True)
    report = models.TextField("report")
    imported_at = models.DateTimeField("imported at")
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    timeline_hides = frozenset({"report", "product_id"})

    class Meta(AppendOnly.Meta):
        ordering = ("product", "-pk")

    def __str__(self) -> str:
        return f"Import of {self.file_name}"
