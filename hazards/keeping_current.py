"""What lists, counts and search read of hazards, after a migration and on demand."""

from typing import Any

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor

from hazards.approved import refresh_approved
from hazards.models import Hazard
from hazards.summaries import refresh_summaries
from products.models import Product


def rebuild(product: Product) -> int:
    """Work out everything that is kept of a product's hazards; returns how many these are."""
    with transaction.atomic():
        refresh_summaries(product)
        refresh_approved(product)
    return Hazard.objects.filter(product=product).count()


def fill_after_migrating(using: str, **kwargs: Any) -> None:
    """Signal receiver: a log from before there were summaries is listed at once.

    Only when all migrations are applied: in a state between, tables are not as today's models.
    """
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    behind = Product.objects.using(using).filter(hazards__isnull=False, hazards__summary=None)
    for product in behind.distinct():
        rebuild(product)
