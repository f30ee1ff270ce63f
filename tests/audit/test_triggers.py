"""The database itself refuses to change the record, whoever asks it and however."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, models, transaction
from django.db.migrations.loader import MigrationLoader

from accounts.models import User
from audit import triggers
from audit.append_only import AppendOnly
from audit.guards import HistoryRow
from audit.models import Entry, LedgerRow
from audit.tracked import Tracked
from products.models import Organisation, Product
from tests.audit.record import contents
from tests.cloned_database import ClonedDatabase
from tests.factories import make_feature, make_product

Model = type[models.Model]

TRACKED: list[Model] = [each for each in apps.get_models() if issubclass(each, Tracked)]
HISTORY: list[Model] = [each for each in apps.get_models() if issubclass(each, HistoryRow)]
FACTS: list[Model] = [
    each for each in apps.get_models() if issubclass(each, AppendOnly | LedgerRow)
]

on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite has no such statement"
)
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL has no such statement"
)


def named(model: Model) -> str:
    return model._meta.db_table


def refused(sql: str) -> bool:
    """Whether the database refuses this SQL as a change of the record; as from its own shell."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    except DatabaseError as refusal:
        return "the record is kept" in str(refusal)
    return False


@pytest.fixture
def untouched(one_of_each: None) -> Iterator[None]:
    """A row in each table; when the test ends, everything is as it was."""
    before = contents()
    for model in (*TRACKED, *HISTORY, *FACTS):
        assert before[model._meta.db_table], f"one_of_each makes no row of {model._meta.label}"
    yield
    assert contents() == before


@pytest.mark.usefixtures("untouched")
def test_history_facts_and_ledger_refuse_update_and_delete() -> None:
    for model in (*HISTORY, *FACTS):
        table, key = model._meta.db_table, model._meta.pk.column
        for field in model._meta.concrete_fields:
            assert refused(f'UPDATE "{table}" SET "{field.column}" = "{field.column}"'), field
        assert refused(f'DELETE FROM "{table}"'), table
        assert refused(f'DELETE FROM "{table}" WHERE "{key}" IS NOT NULL'), table


@pytest.mark.usefixtures("untouched")
def test_tracked_tables_refuse_delete() -> None:
    for model in TRACKED:
        assert refused(f'DELETE FROM "{model._meta.db_table}"'), model


@pytest.mark.usefixtures("untouched")
def test_tracked_tables_can_be_updated_since_actions_do_that(product: Product, cso: User) -> None:
    for model in TRACKED:
        assert not refused(f'UPDATE "{model._meta.db_table}" SET "version" = "version"')


@on_postgresql
@pytest.mark.usefixtures("untouched")
def test_no_guarded_table_can_be_truncated() -> None:
    connection.check_constraints()  # with checks still to come PostgreSQL truncates nothing
    for model in (*TRACKED, *HISTORY, *FACTS):
        assert refused(f'TRUNCATE "{model._meta.db_table}" CASCADE'), model
    assert refused(f'TRUNCATE "{User._meta.db_table}" CASCADE')


@on_postgresql
@pytest.mark.usefixtures("untouched")
def test_an_insert_cannot_turn_into_an_update() -> None:
    for model in (*HISTORY, *FACTS):
        table, key = model._meta.db_table, model._meta.pk.column
        assert refused(
            f'INSERT INTO "{table}" SELECT * FROM "{table}" '
            f'ON CONFLICT ("{key}") DO UPDATE SET "{key}" = EXCLUDED."{key}"'
        ), table


@on_sqlite
@pytest.mark.usefixtures("untouched")
@pytest.mark.parametrize(
    "verb", ["INSERT OR REPLACE", "REPLACE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"]
)
def test_no_row_can_be_replaced(verb: str) -> None:
    for model in (*TRACKED, *HISTORY, *FACTS):
        table, key = model._meta.db_table, model._meta.pk.column
        if verb.startswith("UPDATE"):
            if model not in TRACKED:
                assert refused(f'{verb} "{table}" SET "{key}" = "{key}" + 1'), table
        else:
            assert refused(f'{verb} INTO "{table}" SELECT * FROM "{table}"'), table


@on_sqlite
@pytest.mark.usefixtures("untouched")
def test_no_row_can_be_replaced_by_way_of_another_unique_column() -> None:
    """REPLACE takes away whichever row is in the way, without a DELETE that a trigger would see."""
    for model in (*TRACKED, *FACTS):
        table, key = model._meta.db_table, model._meta.pk.column
        others = [field.column for field in model._meta.concrete_fields if field.column != key]
        columns = ", ".join(f'"{column}"' for column in others)
        sql = f'INSERT OR REPLACE INTO "{table}" ({columns}) SELECT {columns} FROM "{table}"'
        assert refused(sql), table


@pytest.mark.usefixtures("product")
def test_new_rows_are_let_in(cso: User) -> None:
    before = Entry.objects.count()
    make_product("Another", "another")
    assert Entry.objects.count() > before


def test_every_trigger_stands(db: None) -> None:
    assert triggers.missing_triggers(connection) == []


def test_every_guarded_table_is_known() -> None:
    tables = triggers.guarded_tables()
    assert set(tables) == {model._meta.db_table for model in (*TRACKED, *HISTORY, *FACTS)}
    for model in TRACKED:
        assert tables[model._meta.db_table] == ("DELETE",)
    for model in (*HISTORY, *FACTS):
        assert tables[model._meta.db_table] == ("UPDATE", "DELETE")


@pytest.mark.parametrize("vendor", ["sqlite", "postgresql"])
def test_trigger_names_do_not_collide_when_they_are_cut(vendor: str) -> None:
    names = triggers.expected_triggers(vendor)
    # UPDATE, DELETE and what only this database knows. Tracked tables allow UPDATE; SQLite's not
    # one that would take another row's place.
    of_tracked = 3 if vendor == "sqlite" else 2
    assert len(names) == 3 * (len(HISTORY) + len(FACTS)) + of_tracked * len(TRACKED)
    assert max(len(name) for name in names) <= 63


def test_a_trigger_that_is_gone_is_missed(db: None) -> None:
    name = f"audit_refuse_update_{Entry._meta.db_table}"
    on = f' ON "{Entry._meta.db_table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f'DROP TRIGGER "{name}"{on}')
    assert triggers.missing_triggers(connection) == [name]
    triggers.create_after_migrating(connection.alias)
    assert triggers.missing_triggers(connection) == []


@on_postgresql
def test_a_trigger_that_is_switched_off_is_missed(db: None) -> None:
    table = Entry._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "audit_refuse_update_{table}"')
    assert triggers.missing_triggers(connection) == [f"audit_refuse_update_{table}"]


def test_triggers_stand_after_migrating_back_and_forth(cloned_database: ClonedDatabase) -> None:
    make_feature(make_product())
    for app in ("safetycase", "reviews"):
        call_command("migrate", app, "zero", verbosity=0)
        missing = triggers.missing_triggers(connection)
        assert missing, "the triggers of tables that are gone"
        assert all(app in name or "safetycase" in name for name in missing)
        assert refused('DELETE FROM "audit_entry"')
    call_command("migrate", verbosity=0)
    assert triggers.missing_triggers(connection) == []
    assert refused('UPDATE "audit_entry" SET "reason" = \'none\'')
    assert refused(f'DELETE FROM "{Organisation._meta.db_table}"')


def test_a_migration_that_rebuilds_tables_leaves_the_triggers_standing(
    cloned_database: ClonedDatabase,
) -> None:
    make_feature(make_product())
    state = MigrationLoader(connection).project_state()
    feature = state.apps.get_model("products", "Feature")
    triggers.remove_before_migrating(connection.alias)
    longer: models.CharField[str, str] = models.CharField("title", max_length=201)
    longer.set_attributes_from_name("title")
    with connection.schema_editor() as editor:
        editor.alter_field(feature, feature._meta.get_field("title"), longer)
    assert triggers.missing_triggers(connection)
    triggers.create_after_migrating(connection.alias)
    assert triggers.missing_triggers(connection) == []
    assert refused(f'DELETE FROM "{feature._meta.db_table}"')


def test_migrating_twice_changes_nothing(cloned_database: ClonedDatabase) -> None:
    make_product()
    before = contents()
    call_command("migrate", verbosity=0)
    call_command("migrate", verbosity=0)
    after = contents()
    assert {table: rows for table, rows in after.items() if rows != before[table]} == {}
    assert triggers.missing_triggers(connection) == []
