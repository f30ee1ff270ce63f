"""Reading for the check of the record: raw values, a chunk at a time, whatever stands there.

Not model instances, which cost ten times as much; and never through the log of queries that
DEBUG keeps in memory.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError, connection

#: Before every key that a table can hold, the smallest integer included.
BEFORE_ALL = -1e19

#: Rows that are held in memory at a time.
CHUNK = 5_000

Row = tuple[Any, ...]


def fetch(sql: str, params: list[Any]) -> list[Row]:
    """All rows of a query, values as the database driver gives them."""
    try:
        return _fetch(sql, params)
    except OperationalError as problem:
        if "decode to UTF-8" not in str(problem):
            raise
    # SQLite keeps any bytes as text. Somebody who put such there must not stop the check.
    with _any_bytes_as_text():
        return _fetch(sql, params)


def in_chunks(sql: str, after: Row, *, key: int = 1) -> Iterator[list[Row]]:
    """The rows of a query in chunks; flat memory however many there are.

    ``sql`` ends in a comparison with the ``key`` first columns of the last row, an ORDER BY of the
    same columns and ``LIMIT``: ``… WHERE id > %s ORDER BY id LIMIT %s``. ``after`` begins.
    """
    while rows := fetch(sql, [*after, CHUNK]):
        yield rows
        if len(rows) < CHUNK:
            return
        after = rows[-1][:key]


def one_by_one(sql: str, after: Row, *, key: int = 1) -> Iterator[Row]:
    """The rows of a query as ``in_chunks`` reads them, each by itself."""
    for rows in in_chunks(sql, after, key=key):
        yield from rows


def quoted(name: str) -> str:
    """The name of a table or column as SQL has it."""
    return connection.ops.quote_name(name)


def _fetch(sql: str, params: list[Any]) -> list[Row]:
    connection.ensure_connection()
    with connection.make_cursor(connection.create_cursor()) as cursor:
        cursor.execute(sql, params)
        rows: list[Row] = cursor.fetchall()
        return rows


@contextmanager
def _any_bytes_as_text() -> Iterator[None]:
    driver: Any = connection.connection
    usual = driver.text_factory
    driver.text_factory = lambda content: content.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        driver.text_factory = usual
