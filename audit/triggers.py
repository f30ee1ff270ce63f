"""Database triggers: append-only tables refuse UPDATE and DELETE, tracked ones refuse DELETE.

They stand on SQLite and PostgreSQL (which refuses TRUNCATE too). SQLite knows REPLACE, which takes
away the row that is in the way without a DELETE that a trigger would see; there a second INSERT of
a row is refused as well. SQLite rebuilds a table on most ALTERs and drops its triggers with it, so
``post_migrate`` creates them anew each time.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.append_only import AppendOnly
from audit.models import Entry
from audit.tracked import Tracked, history_model_of

PREFIX = "audit_refuse"
FUNCTION = f"{PREFIX}_write"


#: What each kind of database knows besides UPDATE and DELETE to the same effect.
_MORE = {"postgresql": ("TRUNCATE",), "sqlite": ("REPLACE",)}


def guarded_tables() -> dict[str, tuple[str, ...]]:
    """Each guarded table with the statements it refuses ('UPDATE', 'DELETE')."""
    return {model._meta.db_table: refused for model, refused in _guarded().items()}


def _guarded() -> dict[type[models.Model], tuple[str, ...]]:
    found: dict[type[models.Model], tuple[str, ...]] = {}
    for model in apps.get_models():
        if issubclass(model, Tracked):
            found[model] = ("DELETE",)
            found[history_model_of(model)] = ("UPDATE", "DELETE")
        elif issubclass(model, AppendOnly | Entry):
            found[model] = ("UPDATE", "DELETE")
    return found


def expected_triggers(vendor: str) -> set[str]:
    """The names of the triggers that must stand on a database of this vendor."""
    return {
        _name(table, statement)
        for table, statements in guarded_tables().items()
        for statement in (*statements, *_MORE[vendor])
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
        for model, statements in _guarded().items():
            if model._meta.db_table not in existing:
                continue  # a migration to an earlier state has not made this table yet
            for statement in (*statements, *_MORE[connection.vendor]):
                if _name(model._meta.db_table, statement) not in standing:
                    cursor.execute(_trigger(connection.vendor, model, statement))


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


def _trigger(vendor: str, model: type[models.Model], statement: str) -> str:
    table = model._meta.db_table
    name = _name(table, statement)
    if vendor == "postgresql":
        return (
            f'CREATE TRIGGER "{name}" BEFORE {statement} ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
    when = statement if statement != "REPLACE" else "INSERT"
    only = "" if statement != "REPLACE" else f"WHEN {_is_there_already(model)} "
    return (
        f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" {only}BEGIN '
        f"SELECT RAISE(ABORT, '{statement} of {table} is refused: the record is kept'); END"
    )


def _is_there_already(model: type[models.Model]) -> str:
    """The condition that a row stands which has one of the unique keys of the row to come."""
    meta = model._meta
    keys = [[field.column] for field in meta.concrete_fields if field.unique]
    columns = {field.name: field.column for field in meta.concrete_fields}
    keys += [[columns[name] for name in rule.fields] for rule in meta.total_unique_constraints]
    same = " OR ".join(
        "(" + " AND ".join(f'"{column}" = NEW."{column}"' for column in key) + ")" for key in keys
    )
    return f'EXISTS (SELECT 1 FROM "{meta.db_table}" WHERE {same})'  # noqa: S608 - our own names


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
