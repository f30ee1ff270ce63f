"""Small work on the database that keeps lists right and quick; safe to repeat at any time."""

from django.db import connection, transaction

from hazards.summaries import refresh_scope
from products.models import Product

#: Rows of an index that SQLite looks at; more takes longer and says the same.
_SAMPLE = 400


def renew_statistics() -> None:
    """Let SQLite see how its tables have grown, so that it chooses the right indexes.

    PostgreSQL does so by itself.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA analysis_limit={_SAMPLE}")
            cursor.execute("ANALYZE")


def tend_lists() -> None:
    """Once a day: statistics, and from which release on each hazard is in scope.

    Two people who link a feature and put it into a release at the same moment do not see each
    other's change on PostgreSQL; this is where such a hazard finds its place.
    """
    for product in Product.objects.order_by("pk"):
        with transaction.atomic():
            refresh_scope(product)
    renew_statistics()
