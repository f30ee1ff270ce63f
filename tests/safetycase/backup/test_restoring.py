"""What restore refuses, and that whatever goes wrong leaves everything as it was."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, OperationalError, connection, transaction

from accounts.models import User
from audit.errors import NotPossible
from audit.triggers import missing_triggers, remove_before_migrating
from audit.verifying import Finding, verify
from hazards.models import EvidenceFile, Hazard
from products.models import Product
from safetycase.backup import replacing, restoring, schema, stored_files
from safetycase.backup.archive import Archive
from safetycase.backup.making import make_backup
from safetycase.backup.restoring import RecordNotWhole, restore_backup
from safetycase.backup.tables import Table
from tests.audit.record import contents
from tests.cloned_database import ClonedDatabase
from tests.factories import make_feature
from tests.hazards.factories import a_hazard
from tests.safetycase.backup.conftest import sqlite_only
from tests.safetycase.backup.databases import a_file, files_there, no_database, tables_of

on_sqlite = connection.vendor == "sqlite"


def go_on() -> None:
    """Work goes on after the backup: a hazard, a file; and the file of before is damaged."""
    product, by = Product.objects.get(), User.objects.get(is_system=False)
    a_hazard(product, by, "Found after the backup")
    a_file(product, by, b"It failed.\n")
    with Path(EvidenceFile.objects.earliest("pk").file.path).open("ab") as file:
        file.write(b"changed on the disk")


# --- Refusals -------------------------------------------------------------------------------------


def test_a_record_is_not_replaced_unless_told_to(archive: Path) -> None:
    go_on()
    before, files = contents(), files_there()
    with pytest.raises(NotPossible, match="There is a record in this database already"):
        restore_backup(path=archive)
    assert (contents(), files_there()) == (before, files)


def test_over_a_record_everything_that_is_not_in_the_backup_goes(
    archive: Path, quick_tables: None, tmp_path: Path
) -> None:
    default_storage.save("drafts/x.pdf", ContentFile(b"%PDF-1.7"))
    go_on()
    assert Hazard.objects.count() == 2
    done = restore_backup(path=archive, overwrite=True)
    assert done.replaced
    assert (done.files_written, done.files_left) == (1, [])
    assert Hazard.objects.count() == 1
    names = sorted(files_there())
    assert [name.split("/")[0] for name in names] == ["drafts", "evidence"]  # no leftovers
    assert files_there()[names[1]] == b"It passed.\n"
    assert list(verify()) == []
    assert missing_triggers(connection) == []
    again = make_backup(path=tmp_path / "again.zip").path
    assert tables_of(again) == tables_of(archive)
    make_feature(Product.objects.get(), "Work goes on")


@sqlite_only
def test_files_that_differ_are_not_replaced_unless_told_to(
    archive: Path, quick_tables: None, tmp_path: Path
) -> None:
    go_on()
    before = files_there()
    with no_database(tmp_path):
        with pytest.raises(NotPossible, match="files in the storage that differ"):
            restore_backup(path=archive)
        assert files_there() == before
        assert not Path(connection.settings_dict["NAME"]).exists()


@sqlite_only
def test_files_that_are_there_already_are_kept(
    archive: Path, quick_tables: None, tmp_path: Path
) -> None:
    """The database was lost and its files were not."""
    with no_database(tmp_path):
        assert restore_backup(path=archive).files_written == 0
        assert list(verify()) == []


@sqlite_only
def test_a_damaged_database_file_is_named(archive: Path, tmp_path: Path) -> None:
    with no_database(tmp_path):
        file = Path(connection.settings_dict["NAME"])
        file.write_bytes(b"This is no database. " * 500)
        with pytest.raises(NotPossible, match="move it away and restore again"):
            restore_backup(path=archive, overwrite=True)
        assert file.read_bytes().startswith(b"This is no database.")


def test_somebody_who_holds_the_database_is_asked_to_let_go(
    archive: Path, quick_tables: None, monkeypatch: pytest.MonkeyPatch, record: ClonedDatabase
) -> None:
    monkeypatch.setattr(replacing, "PATIENCE", 1.0)
    if on_sqlite:
        connection.close()
        monkeypatch.setitem(connection.settings_dict["OPTIONS"], "timeout", 1)
    person = User.objects.get(is_system=False)

    def hold_and_restore() -> Any:
        from django.db import connections

        other: Any = connections.create_connection("default")
        try:
            with other.cursor() as cursor:
                cursor.execute("BEGIN IMMEDIATE" if on_sqlite else "BEGIN")
                cursor.execute("UPDATE accounts_user SET email = email WHERE id = %s", [person.pk])
                with pytest.raises(NotPossible, match="Stop the web server and the task runner"):
                    restore_backup(path=archive, overwrite=True)
                cursor.execute("ROLLBACK")
        finally:
            other.close()

    hold_and_restore()
    assert Hazard.objects.count() == 1


# --- Readers while the database is replaced -------------------------------------------------------


@sqlite_only
def test_who_reads_meanwhile_sees_the_old_record_and_then_the_new(
    archive: Path, quick_tables: None
) -> None:
    import sqlite3

    go_on()
    count = "SELECT count(*) FROM hazards_hazard"
    reader = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    reader.execute("BEGIN")
    assert reader.execute(count).fetchone() == (2,)
    restore_backup(path=archive, overwrite=True)
    assert reader.execute(count).fetchone() == (2,)  # its moment lasts
    reader.execute("COMMIT")
    assert reader.execute(count).fetchone() == (1,)
    assert reader.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert reader.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    reader.close()


# --- Whatever goes wrong --------------------------------------------------------------------------


class Broken(Exception):
    """Something that nobody thought of."""


def breaks(*args: Any, **kwargs: Any) -> Any:
    raise Broken


def breaks_when_it_is_committed() -> list[Finding]:
    """Nothing to find; but an entry that is not there waits for its seal."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO audit_pendingentry (entry_id) VALUES (-1)")
    return []


def after(call: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """The call, which breaks when it has been done so many times."""
    done = 0

    def then_break(*args: Any, **kwargs: Any) -> Any:
        nonlocal done
        result = call(*args, **kwargs)
        done += 1
        if done >= times:
            raise Broken
        return result

    return then_break


#: Where it breaks, from the beginning to the end.
POINTS: dict[str, Callable[[pytest.MonkeyPatch], None]] = {
    "the tables are made": lambda m: m.setattr(restoring, "make_tables", breaks),
    "some tables are filled": lambda m: m.setattr(Table, "fill", after(Table.fill, 20)),
    "rows are compared": lambda m: m.setattr(restoring, "digest_of", lambda _: "another"),
    "it is migrated": lambda m: m.setattr(
        restoring, "migrate_to_the_present", after(schema.migrate_to_the_present)
    ),
    "an old file was set aside": lambda m: m.setattr(
        stored_files.Placing, "_set_aside", after(stored_files.Placing._set_aside)
    ),
    "a file is unpacked": lambda m: m.setattr(Archive, "pieces", breaks),
    "files are in place": lambda m: m.setattr(
        stored_files.Placing, "put_back", after(stored_files.Placing.put_back)
    ),
    "the record is checked": lambda m: m.setattr(
        restoring, "verify", lambda: iter([Finding("audit_entry", "1", "changed")])
    ),
    "the database is exchanged": lambda m: (
        m.setattr(replacing, "_copy_over", breaks)
        if on_sqlite
        else m.setattr(restoring, "verify", breaks_when_it_is_committed)
    ),
}
FEW_ON_POSTGRESQL = {"files are in place", "the database is exchanged"}


@pytest.mark.parametrize("point", [p for p in POINTS if on_sqlite or p in FEW_ON_POSTGRESQL])
def test_a_restore_that_fails_leaves_everything_as_it_was(
    point: str, archive: Path, quick_tables: None, monkeypatch: pytest.MonkeyPatch, storage: Path
) -> None:
    go_on()
    before, files = contents(), files_there()
    with monkeypatch.context() as broken:
        POINTS[point](broken)
        with pytest.raises((Broken, NotPossible, IntegrityError)):
            restore_backup(path=archive, overwrite=True)
    assert contents() == before
    assert files_there() == files
    assert missing_triggers(connection) == []
    left = (*storage.iterdir(), *storage.parent.iterdir())
    assert not [path for path in left if path.name.startswith(".restoring-")]
    make_feature(Product.objects.get(), "Work goes on")


@sqlite_only
@pytest.mark.parametrize("point", ["some tables are filled", "the database is exchanged"])
def test_where_nothing_was_nothing_is_left(
    point: str,
    archive: Path,
    quick_tables: None,
    monkeypatch: pytest.MonkeyPatch,
    storage: Path,
    tmp_path: Path,
) -> None:
    storage.rename(tmp_path / "gone")
    with no_database(tmp_path / "empty"):
        folder = Path(connection.settings_dict["NAME"]).parent
        folder.mkdir()
        POINTS[point](monkeypatch)
        with pytest.raises(Broken):
            restore_backup(path=archive)
        assert list(folder.iterdir()) == []
        assert list(storage.rglob("*")) == []


@sqlite_only
def test_a_full_disk_is_told_and_changes_nothing(
    archive: Path, quick_tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on()
    before = contents()

    def full(successor: Path) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr(replacing, "_copy_over", full)
    with pytest.raises(OperationalError):
        restore_backup(path=archive, overwrite=True)
    assert contents() == before


# --- A record that was altered before it was backed up --------------------------------------------


def alter_a_hazard() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        remove_before_migrating(using="default")
        cursor.execute("UPDATE hazards_hazard SET name = 'Altered by SQL'")


@sqlite_only
def test_an_altered_record_is_named_and_not_restored_unless_told_to(
    archive: Path, quick_tables: None, tmp_path: Path
) -> None:
    alter_a_hazard()
    altered = make_backup(path=tmp_path / "altered.zip").path
    restore_backup(path=archive, overwrite=True)
    before = contents()
    with pytest.raises(RecordNotWhole, match="hazards_hazard 1") as refused:
        restore_backup(path=altered, overwrite=True)
    assert len(refused.value.findings) == 1
    assert contents() == before

    done = restore_backup(path=altered, overwrite=True, despite_findings=True)
    assert [finding.table for finding in done.findings] == ["hazards_hazard"]
    assert Hazard.objects.get().name == "Altered by SQL"
    assert missing_triggers(connection) == []


@sqlite_only
def test_a_file_that_is_missing_or_altered_does_not_stop_a_backup(
    record: ClonedDatabase, storage: Path, tmp_path: Path
) -> None:
    go_on()
    damaged, whole = EvidenceFile.objects.order_by("pk")
    backup = make_backup(path=tmp_path / "backup.zip")
    assert backup.manifest.problems == [
        f"{damaged.file.name}, of hazards_evidencefile {damaged.pk}, is not what was stored: "
        "it was altered"
    ]
    assert {part.file for part in backup.manifest.files} == {damaged.file.name, whole.file.name}
    Path(damaged.file.path).unlink()
    backup = make_backup(path=tmp_path / "backup.zip")
    assert backup.manifest.problems == [
        f"{damaged.file.name}, of hazards_evidencefile {damaged.pk}, is missing"
    ]
    kept = Path(whole.file.path).read_bytes()
    [part] = backup.manifest.files
    assert part.sha256 == hashlib.sha256(kept).hexdigest()


@sqlite_only
def test_what_cannot_be_removed_afterwards_is_told_and_no_failure(
    archive: Path, quick_tables: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on()
    old = EvidenceFile.objects.latest("pk").file.name
    monkeypatch.setattr(stored_files, "_remove", breaks)
    done = restore_backup(path=archive, overwrite=True)
    assert done.files_left == [old]
    assert Hazard.objects.count() == 1
