"""Database triggers: append-only tables refuse UPDATE and DELETE, tracked ones refuse DELETE.

They stand on SQLite and PostgreSQL (which refuses TRUNCATE too). SQLite rebuilds a table on most
ALTERs and drops its triggers with it, so ``post_migrate`` creates them anew each time.
"""

from typing import Any

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.append_only import AppendOnly
from audit.models import Entry
from audit.tracked import Tracked, history_model_of

PREFIX = "audit_refuse"
FUNCTION = f"{PREFIX}_write"


def guarded_tables() -> dict[str, tuple[str, ...]]:
    """Each guarded table with the statements it refuses ('UPDATE', 'DELETE')."""
    tables: dict[str, tuple[str, ...]] = {}
    for model in apps.get_models():
        if issubclass(model, Tracked):
            tables[model._meta.db_table] = ("DELETE",)
            tables[history_model_of(model)._meta.db_table] = ("UPDATE", "DELETE")
        elif issubclass(model, AppendOnly | Entry):
            tables[model._meta.db_table] = ("UPDATE", "DELETE")
    return tables


def expected_triggers(vendor: str) -> set[str]:
    """The names of the triggers that must stand on a database of this vendor."""
    extra = ("TRUNCATE",) if vendor == "postgresql" else ()
    return {
        _name(table, statement)
        for table, statements in guarded_tables().items()
        for statement in (*statements, *extra)
    }


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that should stand and do not; empty when all is well."""
    return sorted(expected_triggers(connection.vendor) - _standing(connection))


def create_after_migrating(using: str, **kwargs: Any) -> None:
    """Signal receiver: put every trigger in place."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        standing = _standing(connection)
        for table, statements in guarded_tables().items():
            if table not in existing:
                continue  # a migration to an earlier state has not made this table yet
            for name, sql in _statements(connection.vendor, table, statements):
                if name not in standing:
                    cursor.execute(sql)


def remove_before_migrating(using: str, **kwargs: Any) -> None:
    """Signal receiver: take the triggers away while tables change shape."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}() CASCADE")
            return
        for name in _standing(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}")


_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% of % is refused: the record is kept', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _statements(vendor: str, table: str, statements: tuple[str, ...]) -> list[tuple[str, str]]:
    made = []
    if vendor == "postgresql":
        for statement in (*statements, "TRUNCATE"):
            name = _name(table, statement)
            made.append(
                (
                    name,
                    f'CREATE TRIGGER "{name}" BEFORE {statement} ON "{table}" '
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()",
                )
            )
        return made
    for statement in statements:
        name = _name(table, statement)
        made.append(
            (
                name,
                f'CREATE TRIGGER "{name}" BEFORE {statement} ON "{table}" BEGIN '
                f"SELECT RAISE(ABORT, '{statement} of {table} is refused: the record is kept'); "
                "END",
            )
        )
    return made


def _name(table: str, statement: str) -> str:
    # PostgreSQL cuts names at 63 characters.
    return f"{PREFIX}_{statement.lower()}_{table}"[:63]


def _standing(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}
