"""Tracked rows against their newest history row, column by column, compared by the database."""

from collections.abc import Iterator

from django.db import connection, models

from audit.tracked import Tracked
from audit.verifying.columns import tracked_models
from audit.verifying.entries import differs_in, scope_of
from audit.verifying.findings import Finding
from audit.verifying.reading import BEFORE_ALL, one_by_one, quoted

Model = type[models.Model]


def live_rows_against_history() -> Iterator[Finding]:
    """Rows that changed without history, have none, or are gone while their history stands."""
    for model, history in tracked_models():
        yield from _changed(model, history)
        yield from _gone(model, history)


def _changed(model: type[Tracked], history: Model) -> Iterator[Finding]:
    """Rows whose newest version says something else, or that have no version at all."""
    names = [each.attname for each in model._meta.concrete_fields]
    columns = [quoted(each.column) for each in model._meta.concrete_fields]
    differs = "IS DISTINCT FROM" if connection.vendor == "postgresql" else "IS NOT"
    comparisons = [f"(l.{column} {differs} h.{column})" for column in columns]
    live, versions, key = _names(model, history)
    newest = f"(SELECT MAX(n.history_id) FROM {versions} n WHERE n.{key} = l.{key})"  # noqa: S608 - our own names
    sql = (
        f"SELECT l.{key}, h.history_id, {', '.join(comparisons)} FROM {live} l "  # noqa: S608 - as above
        f"LEFT JOIN {versions} h ON h.history_id = {newest} WHERE l.{key} > %s "
        f"AND (h.history_id IS NULL OR {' OR '.join(comparisons)}) ORDER BY l.{key} LIMIT %s"
    )
    for row_key, version, *differ in one_by_one(sql, (BEFORE_ALL,)):
        if version is None:
            problem, scope = "inserted: it has no history", ""
        else:
            changed = [name for name, does in zip(names, differ, strict=True) if does]
            problem = f"changed without history: {differs_in(changed)} from its newest version"
            scope = scope_of(history._meta.db_table, version)
        yield Finding(model._meta.db_table, str(row_key), problem, scope)


def _gone(model: type[Tracked], history: Model) -> Iterator[Finding]:
    """Rows that have versions and are not there: nothing that is tracked is ever deleted."""
    live, versions, key = _names(model, history)
    sql = (
        f"SELECT h.{key}, MAX(h.history_id) FROM {versions} h WHERE h.{key} > %s "  # noqa: S608 - our own names
        f"AND NOT EXISTS (SELECT 1 FROM {live} l WHERE l.{key} = h.{key}) "
        f"GROUP BY h.{key} ORDER BY h.{key} LIMIT %s"
    )
    for row_key, version in one_by_one(sql, (BEFORE_ALL,)):
        scope = scope_of(history._meta.db_table, version)
        yield Finding(model._meta.db_table, str(row_key), "missing: its history stands", scope)


def _names(model: type[Tracked], history: Model) -> tuple[str, str, str]:
    return (
        quoted(model._meta.db_table),
        quoted(history._meta.db_table),
        quoted(model._meta.pk.column),
    )
