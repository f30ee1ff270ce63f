"""Reads: the imports that were made."""

import uuid

from django.db.models import QuerySet

from hazards.models import ImportBatch
from products.models import Product


def imports_of(product: Product) -> QuerySet[ImportBatch]:
    """The imports into a product, newest first, without their long reports."""
    return (
        ImportBatch.objects.filter(product=product)
        .select_related("imported_by__profile")
        .defer("report")
        .order_by("-pk")
    )


def import_of(product: Product, public_id: uuid.UUID) -> ImportBatch | None:
    """One import into a product, with its report."""
    return (
        ImportBatch.objects.filter(product=product, public_id=public_id)
        .select_related("imported_by__profile")
        .first()
    )
