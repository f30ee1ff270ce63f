"""The check of the record names every row that somebody altered past the application.

Each attack is plain SQL by somebody who may do everything. Where it says *sealed* the entries were
under seals before, otherwise they waited for one: it is found either way.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from audit import triggers
from audit.canonical import sha256_of
from audit.models import Entry, Seal
from audit.sealing import seal_everything, seal_pending
from audit.verifying import Tally, verify
from hazards.models import Estimate, Hazard
from products.models import Product
from tests.audit.record import versions_of
from tests.audit.tampering import ask, found, nothing_guards, tamper
from tests.hazards.factories import a_harm, a_hazard, an_estimate

pytestmark = pytest.mark.usefixtures("after_tampering")

HISTORY, LIVE, FACTS = "hazards_historicalhazard", "hazards_hazard", "hazards_estimate"


@dataclass
class Record:
    """A small record: a hazard with two versions, one fact, and whether it is sealed."""

    hazard: Hazard
    version: Any
    estimate: Estimate
    sealed: bool

    def entry_of(self, table: str, key: int) -> Entry:
        return Entry.objects.get(table=table, key=str(key))

    @property
    def entry(self) -> Entry:
        return self.entry_of(HISTORY, self.version.pk)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    """A hazard with two versions and an estimate; some of the record is sealed."""
    hazard = a_hazard(product, cso, "Dose is doubled")
    a_harm(hazard, cso)
    an_estimate(hazard, cso)
    seal_pending(most=5)
    return Hazard.objects.get(pk=hazard.pk)


@pytest.fixture(params=[False, True], ids=["pending", "sealed"])
def record(request: pytest.FixtureRequest, hazard: Hazard) -> Record:
    if request.param:
        seal_everything()
    assert found() == []
    return Record(hazard, versions_of(hazard)[-1], hazard.estimates.get(), bool(request.param))


# --- Nothing altered ------------------------------------------------------------------------------


def test_a_record_of_every_table_is_as_it_was_written(
    one_of_each: None, record_alone: None
) -> None:
    assert found() == []
    seal_everything()
    tally = Tally()
    assert list(verify(tally=tally)) == []
    assert tally.rows == tally.entries == Entry.objects.count()
    newest = Seal.objects.latest("number")
    assert tally.seals == Seal.objects.count()
    assert (tally.newest_seal, tally.newest_hash) == (newest.number, newest.sha256)


# --- Rows -----------------------------------------------------------------------------------------


def test_a_changed_history_row(record: Record) -> None:
    key = record.version.pk
    tamper(f"UPDATE {HISTORY} SET name = 'Dose is right' WHERE history_id = %s", key)
    told = found()
    assert told[0] == f"{HISTORY} {key}: changed: name differs from the ledger"
    assert f"{LIVE} {record.hazard.pk}: changed without history: name differs" in told[1]
    assert len(told) == 2


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("public_id", "00000000000000000000000000000001"),
        ("version", 77),
        ("history_date", "2020-01-01 00:00:00+00:00"),
        ("history_change_reason", "Because"),
        ("history_type", "+"),
        ("product_id", 99),
    ],
)
def test_any_column_of_a_history_row(record: Record, column: str, value: Any) -> None:
    if column == "history_date" and connection.vendor == "sqlite":
        value = "2020-01-01 00:00:00"
    if column == "history_type":
        record.version = versions_of(record.hazard)[-1]
        value = "-"
    key = record.version.pk
    tamper(f"UPDATE {HISTORY} SET {column} = %s WHERE history_id = %s", value, key)
    assert found()[0] == f"{HISTORY} {key}: changed: {column} differs from the ledger"


def test_a_yes_that_became_a_no(record: Record) -> None:
    harm = ask("SELECT MAX(history_id) FROM hazards_historicalharm")
    no = "FALSE" if connection.vendor == "postgresql" else "0"
    tamper(f"UPDATE hazards_historicalharm SET is_active = {no} WHERE history_id = %s", harm)
    assert (
        found()[0] == f"hazards_historicalharm {harm}: changed: is_active differs from the ledger"
    )


def test_a_deleted_history_row(record: Record) -> None:
    key = record.version.pk
    tamper(f"DELETE FROM {HISTORY} WHERE history_id = %s", key)
    told = found()
    assert told[0] == (
        f"{HISTORY} {key}: missing: entry {record.entry.pk} of the ledger vouches for it"
    )


def test_an_inserted_history_row(record: Record) -> None:
    columns = [field.column for field in type(record.version)._meta.concrete_fields]
    others = ", ".join(f'"{name}"' for name in columns if name != "history_id")
    tamper(
        f"INSERT INTO {HISTORY} (history_id, {others}) SELECT 987654, {others} FROM {HISTORY} "
        "WHERE history_id = %s",
        record.version.pk,
    )
    assert f"{HISTORY} 987654: inserted: the ledger has no entry for it" in found()


def test_a_changed_fact(record: Record) -> None:
    key = record.estimate.pk
    tamper(f"UPDATE {FACTS} SET why_likelihood = 'Never happens' WHERE id = %s", key)
    assert found() == [f"{FACTS} {key}: changed: why_likelihood differs from the ledger"]


def test_a_deleted_fact(record: Record) -> None:
    entry = record.entry_of(FACTS, record.estimate.pk)
    tamper(f"DELETE FROM {FACTS} WHERE id = %s", record.estimate.pk)
    assert found() == [
        f"{FACTS} {record.estimate.pk}: missing: entry {entry.pk} of the ledger vouches for it"
    ]


def test_a_live_row_that_changed_without_history(record: Record) -> None:
    tamper(
        f"UPDATE {LIVE} SET name = 'All is well', reference = 'HAZ-777' WHERE id = %s",
        record.hazard.pk,
    )
    assert found() == [
        f"{LIVE} {record.hazard.pk}: changed without history: reference and name differ "
        "from its newest version"
    ] or found() == [
        f"{LIVE} {record.hazard.pk}: changed without history: name and reference differ "
        "from its newest version"
    ]


def test_a_live_row_that_nobody_made(record: Record) -> None:
    columns = [field.column for field in Hazard._meta.concrete_fields]
    fresh = {
        "id": "-5",
        "number": "777",
        "public_id": "'0000000000000000000000000000abcd'",
        "reference": "'X-1'",
    }
    values = ", ".join(fresh.get(name, f'"{name}"') for name in columns)
    if connection.vendor == "postgresql":
        values = values.replace("abcd'", "abcd'::uuid")
    names = ", ".join(f'"{name}"' for name in columns)
    tamper(f"INSERT INTO {LIVE} ({names}) SELECT {values} FROM {LIVE} LIMIT 1")
    assert found() == [f"{LIVE} -5: inserted: it has no history"]


def test_a_live_row_that_is_gone(record: Record) -> None:
    tamper(f"DELETE FROM {LIVE} WHERE id = %s", record.hazard.pk)
    assert found() == [f"{LIVE} {record.hazard.pk}: missing: its history stands"]


def test_a_row_history_and_entries_all_rewritten_shows_in_its_seal(record: Record) -> None:
    """The most that can be done to a sealed row short of making every later seal again."""
    if not record.sealed:
        pytest.skip("what no seal covers can be rewritten whole")
    text = record.entry.row.replace("Dose is doubled", "Dose is right")
    change = "UPDATE {} SET name = 'Dose is right' WHERE {} = %s"
    tamper(change.format(HISTORY, "history_id"), record.version.pk)
    tamper(change.format(LIVE, "id"), record.hazard.pk)
    rewrite = 'UPDATE audit_entry SET "row" = %s, sha256 = %s WHERE id = %s'
    tamper(rewrite, text, sha256_of(text), record.entry.pk)
    assert found() == [f"audit_entry {record.entry.pk}: changed: it is not what its seal covers"]


# --- Entries --------------------------------------------------------------------------------------

CHANGES: dict[str, Any] = {
    "act": "00000000000000000000000000000001",
    "scope": "another",
    "table": "hazards_historicalcause",
    "key": "424242",
    "model": "hazards.cause",
    "object_id": 424242,
    "label": "Another label",
    "kind": "-",
    "row": "{}",
    "sha256": "0" * 64,
    "person_id": 424242,
    "reason": "Another reason",
    "at": "2020-01-01 00:00:00",
}

#: What only the seal vouches for: nothing else in the record says it a second time.
SEAL_ALONE = {"act", "scope", "label"}


@pytest.mark.parametrize("column", CHANGES)
def test_any_column_of_an_entry(record: Record, column: str) -> None:
    entry = record.entry
    value = CHANGES[column]
    tamper(f'UPDATE audit_entry SET "{column}" = %s WHERE id = %s', value, entry.pk)
    told = found()
    if record.sealed and column != "row":
        assert f"audit_entry {entry.pk}: changed: it is not what its seal covers" in told
    elif column in SEAL_ALONE:
        assert told == []
    elif column in ("row", "sha256"):
        assert told == [f"audit_entry {entry.pk}: changed: its row text is not that of its hash"]
    else:
        assert any(f"audit_entry {entry.pk}: changed: " in line for line in told), told


def test_a_row_text_rewritten_with_its_hash(record: Record) -> None:
    text = record.entry.row.replace("Dose is doubled", "Dose is right")
    rewrite = 'UPDATE audit_entry SET "row" = %s, sha256 = %s WHERE id = %s'
    tamper(rewrite, text, sha256_of(text), record.entry.pk)
    told = found()
    assert told[0] == f"{HISTORY} {record.version.pk}: changed: name differs from the ledger"
    if record.sealed:
        assert told[1] == f"audit_entry {record.entry.pk}: changed: it is not what its seal covers"


@pytest.mark.parametrize("text", ["[]", "7", "{", "[" * 5_000, '"x"', '{"id": 1e999}'])
def test_a_row_text_that_is_no_row(record: Record, text: str) -> None:
    rewrite = 'UPDATE audit_entry SET "row" = %s, sha256 = %s WHERE id = %s'
    tamper(rewrite, text, sha256_of(text), record.entry.pk)
    assert f"audit_entry {record.entry.pk}: changed: it cannot be read as an entry" in found()


def test_a_deleted_entry(record: Record) -> None:
    entry = record.entry.pk
    tamper("DELETE FROM audit_entry WHERE id = %s", entry)
    told = found()
    assert told[0] == f"{HISTORY} {record.version.pk}: inserted: the ledger has no entry for it"
    if record.sealed:
        assert told[1] == f"audit_entry {entry}: missing: a seal covers it"
    else:
        assert told[1] == f"audit_pendingentry {entry}: waits for a seal and its entry is missing"


def test_the_last_entry_of_all_deleted(record: Record) -> None:
    last = Entry.objects.latest("pk")
    tamper("DELETE FROM audit_entry WHERE id = %s", last.pk)
    assert any("missing" in line and str(last.pk) in line for line in found())


def test_an_inserted_entry(record: Record) -> None:
    copy_entry(record.entry.pk, 987_654, "778899")
    told = found()
    assert f"{HISTORY} 778899: missing: entry 987654 of the ledger vouches for it" in told
    assert "audit_entry 987654: no seal covers it and it waits for none" in told


def test_an_entry_before_all_others_is_met_too(record: Record) -> None:
    """No sequence gives out such an id, and still the walk begins before it."""
    smallest = -(2**63)
    tamper("UPDATE audit_entry SET id = %s WHERE id = %s", smallest, record.entry.pk)
    assert f"audit_entry {smallest}: no seal covers it and it waits for none" in found()


def copy_entry(pk: int, new_pk: int, key: str) -> None:
    names = [field.column for field in Entry._meta.concrete_fields]
    fresh = {"id": str(new_pk), "key": f"'{key}'"}
    values = ", ".join(fresh.get(name, f'"{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    tamper(
        f"INSERT INTO audit_entry ({columns}) SELECT {values} FROM audit_entry WHERE id = %s", pk
    )


def test_a_key_that_is_no_key(record: Record) -> None:
    entry = record.entry.pk
    for key in ("x\ny", "-1", "9" * 18, "9" * 40, "٣", "01", ""):
        tamper('UPDATE audit_entry SET "key" = %s WHERE id = %s', key, entry)
        told = found()
        assert any("missing: entry" in line for line in told), told
        assert all("\n" not in line for line in told)


def test_an_entry_that_waits_no_longer_and_is_not_sealed(record: Record) -> None:
    table = "audit_sealedentry" if record.sealed else "audit_pendingentry"
    tamper(f"DELETE FROM {table} WHERE entry_id = %s", record.entry.pk)
    told = found()
    assert told[0] == f"audit_entry {record.entry.pk}: no seal covers it and it waits for none"
    assert any("audit_seal" in line for line in told[1:]) is record.sealed


# --- Triggers -------------------------------------------------------------------------------------


def test_missing_triggers_come_last(record: Record) -> None:
    tamper(f"UPDATE {LIVE} SET name = 'All is well' WHERE id = %s", record.hazard.pk)
    name = "audit_refuse_delete_audit_seal"
    with connection.cursor() as cursor:
        on = " ON audit_seal" if connection.vendor == "postgresql" else ""
        cursor.execute(f"DROP TRIGGER {name}{on}")
    told = found()
    assert told[-1] == f"{name}: the trigger is missing; run: manage.py migrate"
    assert len(told) == 2
    triggers.create_after_migrating(connection.alias)
    assert len(found()) == 1


def test_everything_is_named_and_not_only_the_first(record: Record) -> None:
    attacks: list[Callable[[], None]] = [
        lambda: tamper(f"UPDATE {HISTORY} SET name = 'x' WHERE history_id = %s", record.version.pk),
        lambda: tamper(
            f"UPDATE {FACTS} SET why_likelihood = 'x' WHERE id = %s", record.estimate.pk
        ),
        lambda: tamper("UPDATE audit_seal SET root = 'x' WHERE number = 1"),
        lambda: tamper("DELETE FROM audit_entry WHERE id = %s", Entry.objects.earliest("pk").pk),
    ]
    for attack in attacks:
        attack()
    told = "\n".join(found())
    for name in (HISTORY, FACTS, "audit_seal 1", "the ledger has no entry for it", LIVE):
        assert name in told


def test_the_guards_stand_again_after_an_attack(db: None) -> None:
    with nothing_guards():
        pass
    assert triggers.missing_triggers(connection) == []
