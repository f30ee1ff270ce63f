"""Keys of rows that are not written yet, so that rows can name each other before they stand."""

from django.db import connection, models


def reserve_keys(model: type[models.Model], count: int) -> list[int]:
    """The keys of the next ``count`` rows of a model, which nobody else will be given.

    Call it inside the transaction that writes the rows. On PostgreSQL they come from the table's
    sequence; on SQLite a transaction that writes is alone, and the newest key is looked up.
    """
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return [int(key) for (key,) in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        newest = cursor.fetchone()
    first = (newest[0] if newest else 0) + 1
    return list(range(first, first + count))
