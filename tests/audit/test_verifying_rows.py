"""How the check of the record reads: what is there later or no longer, odd values, many rows."""

import tracemalloc
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from accounts.models import User
from audit import ledger
from audit.append_only import AppendOnly
from audit.canonical import row_values
from audit.models import Entry
from audit.sealing import seal_everything
from audit.tracked import Tracked, history_model_of
from audit.verifying import Finding, findings, reading, verify
from audit.verifying.columns import VouchedTable, canonical_sql, vouched_tables
from audit.verifying.registry import register_verifier, registered_verifiers
from hazards.models import Hazard
from products.models import Organisation, Product
from tests.audit.record import saved, versions_of
from tests.audit.tampering import ask, found, tamper
from tests.audit.tampering import findings as everything_found
from tests.hazards.factories import a_hazard

pytestmark = pytest.mark.usefixtures("after_tampering")

HISTORY = "products_historicalorganisation"


def an_organisation(by: User, name: str = "Riverside Hospital") -> tuple[Organisation, int]:
    """A row and the key of its only version."""
    row = saved(Organisation(name=name), by)
    return row, versions_of(row)[0].pk


# --- The tables -----------------------------------------------------------------------------------


def test_every_table_of_the_record_is_looked_at() -> None:
    expected = set()
    for model in apps.get_models():
        if issubclass(model, Tracked):
            expected.add(history_model_of(model)._meta.db_table)
        elif issubclass(model, AppendOnly):
            expected.add(model._meta.db_table)
    assert set(vouched_tables()) == expected


@pytest.mark.parametrize("table", vouched_tables().values(), ids=lambda table: table.name)
def test_every_table_has_whole_numbers_for_keys(table: VouchedTable) -> None:
    assert isinstance(table.fields[table.key], models.AutoField | models.BigAutoField)


KNOWN = (
    models.BooleanField,
    models.CharField,
    models.DateField,
    models.DateTimeField,
    models.FileField,
    models.IntegerField,
    models.TextField,
    models.UUIDField,
)


@pytest.mark.parametrize("table", vouched_tables().values(), ids=lambda table: table.name)
def test_every_column_is_of_a_kind_that_is_read_as_the_ledger_has_it(table: VouchedTable) -> None:
    for field in table.fields.values():
        while isinstance(field, models.ForeignKey):
            field = field.target_field
        assert isinstance(field, KNOWN), f"{field}: teach audit.verifying.columns to read it"


def test_rows_are_read_as_the_ledger_has_them(one_of_each: None) -> None:
    """Exactly, so that the comparison of one column after the other is the exception."""
    for table in vouched_tables().values():
        keys = [
            int(key) for key in Entry.objects.filter(table=table.name).values_list("key", flat=True)
        ]
        columns = ", ".join(canonical_sql(field) for field in table.fields.values())
        assert columns
        assert len(table.rows(keys)) == len(keys)


# --- Columns that come and go ---------------------------------------------------------------------


def recorded_otherwise(monkeypatch: pytest.MonkeyPatch, change: Any) -> None:
    """Let the ledger record rows as an earlier version of the application would have."""
    monkeypatch.setattr(ledger, "row_values", lambda row: change(row_values(row)))


def test_a_column_that_came_later_breaks_nothing(
    cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_otherwise(
        monkeypatch, lambda values: {n: v for n, v in values.items() if n != "is_active"}
    )
    _, key = an_organisation(cso)
    assert "is_active" not in Entry.objects.get(table=HISTORY, key=str(key)).row
    assert found() == []
    tamper(f"UPDATE {HISTORY} SET name = 'Other' WHERE history_id = %s", key)
    assert found()[0] == f"{HISTORY} {key}: changed: name differs from the ledger"


def test_a_column_that_is_gone_breaks_nothing(cso: User, monkeypatch: pytest.MonkeyPatch) -> None:
    recorded_otherwise(monkeypatch, lambda values: values | {"a_former_column": "Old"})
    _, key = an_organisation(cso)
    seal_everything()
    assert found() == []
    tamper(f"UPDATE {HISTORY} SET name = 'Other' WHERE history_id = %s", key)
    assert found()[0] == f"{HISTORY} {key}: changed: name differs from the ledger"


def test_an_entry_that_names_no_columns_vouches_for_nothing(
    cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    recorded_otherwise(monkeypatch, lambda _: {})
    _, key = an_organisation(cso)
    entry = Entry.objects.get(table=HISTORY, key=str(key))
    assert found() == [f"audit_entry {entry.pk}: changed: it cannot be read as an entry"]


# --- Odd values -----------------------------------------------------------------------------------

TEXTS = ["", "“Dose” \\ /", "a\u2028b\x7f\x1f", "𝔘 \U0001f48a é é", "'; DROP TABLE x; --", "%s %%"]


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_read_as_it_was_written(product: Product, cso: User, text: str) -> None:
    an_organisation(cso, name=f"Hospital {text}")
    assert found() == []
    seal_everything()
    assert found() == []


ODD = {"bytes": "x'00ff'", "no text": "CAST(x'ff41' AS TEXT)", "a number": "7.5"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps to a column's type")
@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("value", ODD.values(), ids=ODD)
def test_what_no_column_should_hold_does_not_stop_the_check(
    cso: User, value: str, sealed: bool
) -> None:
    """SQLite keeps any value in any column, also bytes that are no text."""
    row, key = an_organisation(cso)
    if sealed:
        seal_everything()
    entry = Entry.objects.get(table=HISTORY, key=str(key)).pk
    for table, column, name, pk in [
        (HISTORY, "history_id", "name", key),
        ("products_organisation", "id", "name", row.pk),
        *[("audit_entry", "id", name, entry) for name in ("row", "sha256", "label", "at", "key")],
        *[("audit_seal", "number", name, 0) for name in ("sha256", "at", "count", "root")],
    ]:
        tamper(f'UPDATE {table} SET "{name}" = {value} WHERE {column} = %s', pk)
        assert found() != []
    if sealed:
        tamper(f"UPDATE audit_sealedentry SET leaf = {value} WHERE entry_id = %s", entry)
        assert found() != []


def test_no_line_is_broken_by_what_somebody_wrote(cso: User) -> None:
    finding = Finding("audit_entry", "7\nNothing was altered", "changed\x1b[2K\r\u2028 “é”")
    assert str(finding) == ("audit_entry 7\\nNothing was altered: changed\\x1b[2K\\r\\u2028 “é”")
    assert str(Finding("audit_entry", "\udcff", "x")).encode() == b"audit_entry \\udcff: x"


# --- Much of it -----------------------------------------------------------------------------------


def test_nothing_is_missed_where_one_chunk_ends(
    one_of_each: None, record_alone: None, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "CHUNK", 3)
    seal_everything()
    for number in range(4):
        an_organisation(cso, f"Hospital {number}")
    assert found() == []
    for entry in list(Entry.objects.filter(table=HISTORY).order_by("pk"))[-4:]:
        tamper(f"UPDATE {HISTORY} SET name = 'Other' WHERE history_id = %s", int(entry.key))
        assert f"{HISTORY} {entry.key}: changed: name differs from the ledger" in found()


def test_two_hundred_findings_of_a_check_are_told_and_the_others_counted(
    cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST", 3)
    for number in range(5):
        an_organisation(cso, f"Hospital {number}")
    tamper(f"UPDATE {HISTORY} SET name = 'Other'")
    tamper("DELETE FROM audit_pendingentry")
    told = found()
    assert len([line for line in told if "differs from the ledger" in line]) == 3
    assert len([line for line in told if "no seal covers it" in line]) == 3
    there = ask(f"SELECT COUNT(*) FROM {HISTORY}")
    assert f"rows against the ledger: {there - 3} more" in told
    entries = Entry.objects.count()
    assert f"entries and the seals that cover them: {entries - 3} more" in told
    assert f"rows against their history: {there - 3} more" in told


def test_the_check_runs_as_many_queries_for_many_rows_as_for_few(cso: User) -> None:
    def queries() -> int:
        run = []

        def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            run.append(sql)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            assert list(verify()) == []
        return len(run)

    few = queries()
    for number in range(30):
        an_organisation(cso, f"Hospital {number}")
    assert queries() == few


def test_memory_stays_flat(cso: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "CHUNK", 50)

    def peak() -> int:
        tracemalloc.start()
        try:
            assert list(verify()) == []
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    for number in range(100):
        an_organisation(cso, f"Hospital {number} {'x' * 150}")
    peak()  # what is loaded once
    before = peak()
    for number in range(100, 600):
        an_organisation(cso, f"Hospital {number} {'x' * 150}")
    seal_everything()
    # Bytes; the new entries alone have half a million. PostgreSQL's driver holds a chunk twice.
    assert peak() < before + 250_000


# --- Whose it is ----------------------------------------------------------------------------------


def test_findings_of_another_product_are_not_told(
    product: Product, other_product: Product, cso: User, stranger: User
) -> None:
    ours, theirs = a_hazard(product, cso), a_hazard(other_product, stranger)
    seal_everything()
    tamper("UPDATE hazards_historicalhazard SET name = 'x' WHERE id = %s", theirs.pk)
    assert found(product.scope) == []
    [row, live] = everything_found(other_product.scope)
    assert row.scope == live.scope == other_product.scope
    assert (row.table, live.table) == ("hazards_historicalhazard", "hazards_hazard")
    tamper("DELETE FROM hazards_hazard WHERE id = %s", ours.pk)
    assert [finding.table for finding in everything_found(product.scope)] == ["hazards_hazard"]
    assert len(everything_found()) == 3


def test_what_belongs_to_no_product_is_told_to_everybody(
    product: Product, other_product: Product, cso: User
) -> None:
    seal_everything()
    _, key = an_organisation(cso)
    entry = Entry.objects.get(table=HISTORY, key=str(key))
    tamper("DELETE FROM audit_pendingentry WHERE entry_id = %s", entry.pk)
    tamper("DELETE FROM audit_entry WHERE id = %s", entry.pk)
    tamper("UPDATE audit_seal SET root = 'x' WHERE number = 0")
    for scope in ("", product.scope, other_product.scope):
        told = found(scope)
        assert f"{HISTORY} {key}: inserted: the ledger has no entry for it" in told
        assert any("audit_seal 0" in line for line in told)


def test_nobody_hides_a_change_by_giving_it_to_another_product(
    product: Product, other_product: Product, cso: User
) -> None:
    hazard = a_hazard(product, cso)
    seal_everything()
    entry = Entry.objects.get(model="hazards.hazard", object_id=hazard.pk)
    tamper("UPDATE hazards_historicalhazard SET name = 'x' WHERE history_id = %s", int(entry.key))
    tamper("UPDATE audit_entry SET scope = %s WHERE id = %s", other_product.scope, entry.pk)
    told = found(product.scope)
    assert f"hazards_historicalhazard {entry.key}: changed: name differs from the ledger" in told
    assert f"audit_entry {entry.pk}: changed: it is not what its seal covers" in told


# --- What upper packages bring --------------------------------------------------------------------


def test_upper_packages_take_part(product: Product, cso: User, record_alone: None) -> None:
    hazard = Hazard.objects.get(pk=a_hazard(product, cso).pk)
    asked = []

    def look(scope: str) -> list[Finding]:
        asked.append(scope)
        mine = Finding("files", "1", "its file is missing", product.scope)
        return [mine, Finding("files", "2", "its file is missing", "another")]

    register_verifier("files", look)
    assert list(registered_verifiers()) == ["files"]
    tamper("UPDATE hazards_hazard SET name = 'x' WHERE id = %s", hazard.pk)
    told = found(product.scope)
    assert told[0].startswith("hazards_hazard")
    assert told[1:] == ["files 1: its file is missing"]
    assert asked == [product.scope]
    assert "files 2: its file is missing" in found()
