"""Database triggers: append-only tables refuse UPDATE and DELETE, tracked ones refuse DELETE.

They stand on SQLite and PostgreSQL (which refuses TRUNCATE too). SQLite knows REPLACE, which takes
away the row that is in the way without a DELETE that a trigger would see; there an INSERT and an
UPDATE that would take another row's place are refused as well. SQLite rebuilds a table on most
ALTERs and drops its triggers with it, so ``post_migrate`` creates them anew each time.
"""

from typing import Any

from django.apps import apps
from django.db import connections, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from audit.append_only import AppendOnly
from audit.models import LedgerRow
from audit.tracked import Tracked, history_model_of

PREFIX = "audit_refuse"
FUNCTION = f"{PREFIX}_write"


REPLACE, OVERWRITE = "REPLACE", "OVERWRITE"  # by an INSERT, by an UPDATE


def guarded_tables() -> dict[str, tuple[str, ...]]:
    """Each guarded table with the statements it refuses ('UPDATE', 'DELETE')."""
    return {model._meta.db_table: refused for model, refused in _guarded().items()}


def _refused_on(vendor: str, statements: tuple[str, ...]) -> tuple[str, ...]:
    """The statements, and what this kind of database knows besides them to the same effect."""
    if vendor == "postgresql":
        return (*statements, "TRUNCATE")
    return (*statements, REPLACE, *(() if "UPDATE" in statements else (OVERWRITE,)))


def _guarded() -> dict[type[models.Model], tuple[str, ...]]:
    found: dict[type[models.Model], tuple[str, ...]] = {}
    for model in apps.get_models():
        if issubclass(model, Tracked):
            found[model] = ("DELETE",)
            found[history_model_of(model)] = ("UPDATE", "DELETE")
        elif issubclass(model, AppendOnly | LedgerRow):
            found[model] = ("UPDATE", "DELETE")
    return found


def expected_triggers(vendor: str) -> set[str]:
    """The names of the triggers that must stand on a database of this vendor."""
    return {
        _name(table, statement)
        for table, statements in guarded_tables().items()
        for statement in _refused_on(vendor, statements)
    }


def missing_triggers(connection: BaseDatabaseWrapper) -> list[str]:
    """The names of triggers that should stand and do not; empty when all is well.

    One of the same name that is on another table or does something else is none of ours.
    """
    return sorted(expected_triggers(connection.vendor) - _as_made(connection))


def create_after_migrating(using: str, **kwargs: Any) -> None:
    """Signal receiver: put every trigger in place."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_FUNCTION)
        standing, named = _as_made(connection), _standing(connection)
        for model, statements in _guarded().items():
            if model._meta.db_table not in existing:
                continue  # a migration to an earlier state has not made this table yet
            for statement in _refused_on(connection.vendor, statements):
                name = _name(model._meta.db_table, statement)
                if name in standing:
                    continue
                if name in named:  # by its name alone: somebody put it there instead
                    cursor.execute(_drop(connection, name, model._meta.db_table))
                cursor.execute(_trigger(connection, model, statement))


def remove_before_migrating(using: str, **kwargs: Any) -> None:
    """Signal receiver: take the triggers away while tables change shape."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {FUNCTION}() CASCADE")
            return
        for name in _standing(connection):
            cursor.execute(f"DROP TRIGGER IF EXISTS {connection.ops.quote_name(name)}")


_REFUSES = """
BEGIN
  RAISE EXCEPTION '% of % is refused: the record is kept', TG_OP, TG_TABLE_NAME
    USING ERRCODE = 'integrity_constraint_violation';
END """
_POSTGRES_FUNCTION = (
    f"CREATE OR REPLACE FUNCTION {FUNCTION}() RETURNS trigger LANGUAGE plpgsql AS $${_REFUSES}$$"
)
#: What PostgreSQL calls a trigger before each statement of these kinds (pg_trigger.tgtype).
_TYPES = {"DELETE": 2 | 8, "UPDATE": 2 | 16, "TRUNCATE": 2 | 32}


def _trigger(connection: BaseDatabaseWrapper, model: type[models.Model], statement: str) -> str:
    table = model._meta.db_table
    name = _name(table, statement)
    if connection.vendor == "postgresql":
        return (
            f'CREATE TRIGGER "{name}" BEFORE {statement} ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {FUNCTION}()"
        )
    when = {REPLACE: "INSERT", OVERWRITE: "UPDATE"}.get(statement, statement)
    only = ""
    if statement in (REPLACE, OVERWRITE):
        only = f"WHEN {_is_in_the_way(connection, model, of_another=statement == OVERWRITE)} "
    return (
        f'CREATE TRIGGER "{name}" BEFORE {when} ON "{table}" {only}BEGIN '
        f"SELECT RAISE(ABORT, '{statement} of {table} is refused: the record is kept'); END"
    )


def _is_in_the_way(
    connection: BaseDatabaseWrapper, model: type[models.Model], *, of_another: bool
) -> str:
    """The condition that a row (another one) stands with one of the unique keys of the row to come.

    A key may be unique among some rows only: then both rows have to be among them.
    """
    meta = model._meta
    columns = {field.name: field.column for field in meta.concrete_fields}
    keys = [([field.column], "") for field in meta.concrete_fields if field.unique]
    for rule in meta.constraints:
        if isinstance(rule, models.UniqueConstraint) and rule.fields:
            among: Any = rule._get_condition_sql(model, connection.schema_editor())  # type: ignore[attr-defined]
            keys.append(([columns[name] for name in rule.fields], among or ""))
    to_come = ", ".join(f'NEW."{column}" AS "{column}"' for column in columns.values())
    same = []
    for key, among in keys:
        parts = [f'"{column}" = NEW."{column}"' for column in key]
        if among:
            is_too = f"EXISTS (SELECT 1 FROM (SELECT {to_come}) WHERE {among})"  # noqa: S608 - as below
            parts += [f"({among})", is_too]
        same.append(f"({' AND '.join(parts)})")
    primary = meta.pk.column
    other = f'"{primary}" <> OLD."{primary}" AND ' if of_another else ""
    return f'EXISTS (SELECT 1 FROM "{meta.db_table}" WHERE {other}({" OR ".join(same)}))'  # noqa: S608 - our own names


def _name(table: str, statement: str) -> str:
    # PostgreSQL cuts names at 63 characters.
    return f"{PREFIX}_{statement.lower()}_{table}"[:63]


def _drop(connection: BaseDatabaseWrapper, name: str, table: str) -> str:
    quote = connection.ops.quote_name
    on = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
    return f"DROP TRIGGER IF EXISTS {quote(name)}{on}"


def _as_made(connection: BaseDatabaseWrapper) -> set[str]:
    """The names of the triggers that stand and do what they were made for."""
    made = _made_on_postgresql if connection.vendor == "postgresql" else _made_on_sqlite
    return made(connection)


def _made_on_sqlite(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = dict(cursor.fetchall())
    return {
        name
        for model, statements in _guarded().items()
        for statement in _refused_on(connection.vendor, statements)
        if (name := _name(model._meta.db_table, statement)) in there
        and there[name] == _trigger(connection, model, statement)
    }


def _made_on_postgresql(connection: BaseDatabaseWrapper) -> set[str]:
    with connection.cursor() as cursor:
        # Without a condition, of any session, on the table in use, and calling what refuses.
        cursor.execute(
            "SELECT t.tgname, c.relname, t.tgtype FROM pg_trigger t "
            "JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid "
            "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgqual IS NULL "
            "AND t.tgattr = '' AND pg_table_is_visible(c.oid) "
            "AND p.proname = %s AND p.prosrc = %s",
            [FUNCTION, _REFUSES],
        )
        there = set(cursor.fetchall())
    return {
        name
        for table, statements in guarded_tables().items()
        for statement in _refused_on(connection.vendor, statements)
        if ((name := _name(table, statement)), table, _TYPES[statement]) in there
    }


def _standing(connection: BaseDatabaseWrapper) -> set[str]:
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    else:
        sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {name for (name,) in cursor.fetchall() if name.startswith(PREFIX)}
