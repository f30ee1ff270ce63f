"""Rows out of tables and into them, a line of JSON each, in the order of their keys.

This is the one place that writes rows past acts, history and ledger: a restored row brings its
history and its ledger entries with it. It reads and writes with the models of a set of migrations
(``schema``), in portions, so that memory does not grow with a table.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.management.color import no_style
from django.db import DatabaseError, connection, connections, models, transaction
from django.db.models.functions import Cast, Collate

from audit.errors import NotPossible
from safetycase.backup.columns import AnyField, is_json, kind_of

#: How many rows are read at once, and at most written at once.
ROWS_AT_ONCE = 1_000
#: A portion is written before it holds more text than this: one baseline can be many megabytes.
CHARACTERS_AT_ONCE = 4_000_000


@dataclass(frozen=True)
class Table:
    """A table that is written to an archive or filled from one."""

    model: type[models.Model]

    @property
    def name(self) -> str:
        """Its name in the database."""
        return self.model._meta.db_table

    @property
    def fields(self) -> list[AnyField]:
        """Its columns, but for those that the database computes."""
        return [each for each in self.model._meta.concrete_fields if not each.generated]

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        return [field.column for field in self.fields]

    def lines(self) -> Iterator[bytes]:
        """Every row as a line: a JSON list of its values in the order of the columns.

        Raises ``NotPossible`` for a value that is none of its column's (SQLite takes any).
        """
        writes = [None if kind.is_plain else kind.write for kind in map(kind_of, self.fields)]
        written = 0
        try:
            for row in self._rows():
                values = [
                    value if value is None or write is None else write(value)
                    for write, value in zip(writes, row, strict=True)
                ]
                text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
                yield text.encode("utf-8") + b"\n"
                written += 1
        except (ValueError, TypeError, AttributeError, ArithmeticError) as problem:
            raise NotPossible(
                f"Row {written + 1} of {self.name}, counted by its key, holds a value that its "
                f"column cannot have ({problem}). Run verify_record, which names what was altered."
            ) from problem

    def fill(self, lines: Iterable[bytes]) -> int:
        """Put a row for each line in the place of those that migrations wrote; returns how many.

        Raises ``NotPossible`` for a line that is no row of this table, or that the database
        refuses (SQLite keeps longer texts and larger numbers than PostgreSQL does).
        """
        count = 0
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {self._quoted}")  # noqa: S608 - our own name
            for portion in _portions(self._read(lines)):
                try:
                    cursor.executemany(self._insert(), portion)
                except DatabaseError as problem:
                    raise NotPossible(
                        f"The database refused rows {count + 1} to {count + len(portion)} of "
                        f"{self.name}: {str(problem).strip().rstrip('.')}."
                    ) from problem
                count += len(portion)
        return count

    @property
    def _quoted(self) -> str:
        return connection.ops.quote_name(self.name)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        chosen = [
            Cast(field.attname, models.TextField()) if is_json(field) else field.attname
            for field in self.fields
        ]
        rows = self.model._base_manager.order_by(self._order())
        return rows.values_list(*chosen).iterator(chunk_size=ROWS_AT_ONCE)

    def _order(self) -> Any:
        key = self.model._meta.pk
        if isinstance(key, models.CharField) and connection.vendor == "postgresql":
            return Collate(key.attname, "C")  # letter by letter, as SQLite does
        return key.attname

    def _read(self, lines: Iterable[bytes]) -> Iterator[tuple[int, list[Any]]]:
        """The values of each line as the database takes them, with the length of the line."""
        takes = [_taking(field) for field in self.fields]
        for number, line in enumerate(lines, start=1):
            try:
                values = json.loads(line)
                if not isinstance(values, list):
                    raise TypeError("no list")
                row = [
                    value if value is None or take is None else take(value)
                    for take, value in zip(takes, values, strict=True)
                ]
            except (ValueError, TypeError, ArithmeticError, RecursionError) as problem:
                raise NotPossible(f"Line {number} of {self.name} is no row of it.") from problem
            yield len(line), row

    def _insert(self) -> str:
        names = ", ".join(connection.ops.quote_name(column) for column in self.columns)
        places = ", ".join(["%s"] * len(self.columns))
        return f"INSERT INTO {self._quoted} ({names}) VALUES ({places})"  # noqa: S608 - our own names


def digest_of(lines: Iterable[bytes]) -> str:
    """The SHA-256 of lines as they stand in an archive."""
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()


@contextmanager
def filling(tables: Iterable[Table]) -> Iterator[None]:
    """One transaction in which tables are filled in any order; their keys are settled at its end.

    New rows get numbers above those that were brought, and every foreign key is checked. Raises
    ``NotPossible`` when a row names another that is not there.
    """
    brought = [table.model for table in tables]
    with connection.constraint_checks_disabled(), transaction.atomic():
        yield
        with connection.cursor() as cursor:
            # SQLite counts along while rows are inserted.
            for statement in connection.ops.sequence_reset_sql(no_style(), brought):
                cursor.execute(statement)
            if connection.vendor == "postgresql":
                cursor.execute("ANALYZE")  # it plans as if they were empty still
        try:
            connection.check_constraints()
        except DatabaseError as problem:
            why = str(problem).strip().rstrip(".")
            raise NotPossible(f"A row names another that is not there: {why}.") from problem


def _taking(field: AnyField) -> Callable[[Any], Any] | None:
    """What makes of a value in a line what the database takes; None where it is the same."""
    kind = kind_of(field)
    if kind.is_plain:
        return None
    database: Any = connections[connection.alias]  # once, not once for each of a million values
    return lambda value: field.get_db_prep_save(kind.read(value), database)


def _portions(rows: Iterator[tuple[int, list[Any]]]) -> Iterator[list[list[Any]]]:
    """The rows in portions of so many rows, or of so much text."""
    portion: list[list[Any]] = []
    length = 0
    for size, row in rows:
        portion.append(row)
        length += size
        if len(portion) >= ROWS_AT_ONCE or length >= CHARACTERS_AT_ONCE:
            yield portion
            portion, length = [], 0
    if portion:
        yield portion
