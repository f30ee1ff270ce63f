"""Queries whose SQL is worked out once: those that follow every change of a hazard.

What an act asks at its end is asked of one hazard nearly always, and Django takes several times as
long to write such a query's SQL as the database takes to answer it.
"""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

#: Stands for the key while the SQL is written: a number that no key and no constant has.
_ANY_KEY = 9_000_000_000_000_000_007

Row = tuple[Any, ...]


class Compiled:
    """A query by keys, made by ``query`` with ``values_list``.

    It depends on nothing but the keys: what is worked out for one key holds for every other.
    """

    def __init__(self, query: Callable[[Collection[int]], QuerySet[Any, Any]]) -> None:
        self._query = query
        # By kind of database: the compiler, the SQL and its parameters.
        self._written: dict[str, tuple[SQLCompiler, str, Row]] = {}

    def rows(self, keys: Collection[int]) -> Iterable[Row]:
        """The rows that ``query(keys)`` finds, in its order."""
        if len(keys) != 1:
            return self._query(keys)
        (key,) = keys
        if connection.vendor not in self._written:
            self._written[connection.vendor] = self._write()
        compiler, sql, parameters = self._written[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(sql, [key if each == _ANY_KEY else each for each in parameters])
            found = cursor.fetchall()
        if compiler.has_extra_select:  # columns that only the order is by
            found = [row[: compiler.col_count] for row in found]
        return map(tuple, compiler.results_iter(results=[found]))

    def _write(self) -> tuple[SQLCompiler, str, Row]:
        compiler = self._query([_ANY_KEY]).query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return compiler, sql, tuple(parameters)
