"""What tests of the record share: saving in an act, and everything that the database holds."""

from typing import Any, TypeVar

from django.conf import settings
from django.db import connection, models

from accounts.models import User
from audit.acts import act
from audit.models import Entry
from audit.tracked import Tracked, history_of

Row = TypeVar("Row", bound=models.Model)

Contents = dict[str, list[tuple[Any, ...]]]


def saved(row: Row, by: User, reason: str = "For a test", scope: str = "") -> Row:
    """The row, saved in an act of its own."""
    with act(by=by, reason=reason, scope=scope):
        row.save()
    return row


def contents() -> Contents:
    """Every row of every table, to say afterwards that nothing at all was written; but for the
    cache, in which a look at the record is remembered."""
    found: Contents = {}
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        for table in sorted(tables - {str(settings.CACHES["default"]["LOCATION"])}):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = sorted(cursor.fetchall(), key=repr)
    return found


def entries_about(row: models.Model) -> list[Entry]:
    """The ledger's entries about a row, oldest first."""
    return list(Entry.objects.filter(model=row._meta.label_lower, object_id=row.pk).order_by("pk"))


def versions_of(row: Tracked) -> list[Any]:
    """The history rows of a row, oldest first."""
    return list(history_of(row).order_by("history_date", "history_id"))
