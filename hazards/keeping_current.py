"""What lists, counts and search read of hazards, after a migration and on demand."""

from typing import Any

from django.db import connections, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Q

from audit.following import follow
from hazards.approved import refresh_approved
from hazards.models import Hazard
from hazards.quality.due import keep_due
from hazards.search.documents import refresh_documents
from hazards.search.index import make_index_after_migrating
from hazards.summaries import at_the_end, keep_summaries, portions, refresh_summaries
from products.models import Product


def keep_current() -> None:
    """Follow the record: summaries and search documents change at the end of each act."""
    keep_summaries()
    keep_due()
    follow(Hazard, at_the_end("text of hazards", refresh_documents))


def rebuild(product: Product) -> int:
    """Work out everything that is kept of a product's hazards; returns how many these are.

    Some at a time, each portion locked and by itself, so that nobody waits long.
    """
    hazards = Hazard.objects.filter(product=product)
    keys = list(hazards.order_by("pk").values_list("pk", flat=True))
    for portion in portions(keys):
        with transaction.atomic():
            locked = hazards.select_for_update().filter(pk__in=portion).order_by("pk")
            standing = [each.pk for each in locked]
            refresh_summaries(product, standing)
            refresh_documents(standing)
    refresh_approved(product)
    return len(keys)


def fill_after_migrating(using: str, **kwargs: Any) -> None:
    """Signal receiver: a log from before there were summaries is listed at once.

    Only when all migrations are applied: in a state between, tables are not as today's models.
    """
    executor = MigrationExecutor(connections[using])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    make_index_after_migrating(using)
    behind = Product.objects.using(using).filter(
        Q(hazards__summary=None) | Q(hazards__search_document=None), hazards__isnull=False
    )
    for product in behind.distinct():
        rebuild(product)
