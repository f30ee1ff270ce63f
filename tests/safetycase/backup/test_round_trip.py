"""Out and in again, on each database and from one kind to the other: the same, and proved."""

import datetime
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from pytest_django import Settings

from accounts.models import User
from audit.models import Entry, PendingEntry, Seal
from audit.sealing import seal_everything
from audit.triggers import missing_triggers
from audit.verifying import verify
from hazards.models import Hazard
from products.models import Product
from safetycase.backup.making import make_backup
from safetycase.backup.restoring import restore_backup
from tests.cloned_database import ClonedDatabase
from tests.factories import make_feature
from tests.laws.source import ROOT
from tests.safetycase.backup.conftest import sqlite_only
from tests.safetycase.backup.databases import (
    a_record,
    empty_postgresql,
    files_there,
    manifest_of,
    no_database,
    no_sqlite_database,
    settings_of_database,
    tables_of,
)

BEFORE_SEALS = ROOT / "tests" / "samples" / "backup-before-seals.zip"


def check_is_alive() -> None:
    """The record is whole, protected, and goes on."""
    assert list(verify()) == []
    assert missing_triggers(connection) == []
    by = User.objects.get(is_system=True)
    newest = Entry.objects.latest("pk").pk
    make_feature(Product.objects.get(), "Added after restoring")
    assert Entry.objects.latest("pk").pk > newest
    assert by.pk
    seal_everything()
    assert list(verify()) == []


def test_everything_comes_back_as_it_was(
    record: ClonedDatabase, storage: Path, tmp_path: Path
) -> None:
    seal_everything()
    make_feature(Product.objects.get(), "Not sealed yet")
    first = make_backup(path=tmp_path / "first.zip")
    before = files_there()
    assert len(before) == 1
    assert first.path.stat().st_mode & 0o777 == 0o600

    with no_database(tmp_path):
        storage.rename(tmp_path / "gone")
        done = restore_backup(path=first.path)
        assert (done.findings, done.replaced, done.files_written) == ([], False, 1)
        second = make_backup(path=tmp_path / "second.zip")
        assert tables_of(second.path) == tables_of(first.path)
        assert files_there() == before
        newest = Seal.objects.latest("number")
        assert manifest_of(second.path)["newest_seal"] == {
            "number": newest.number,
            "sha256": newest.sha256,
        }
        assert newest.number > 0
        assert PendingEntry.objects.exists()
        check_is_alive()


@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs a PostgreSQL beside")
def test_from_one_kind_of_database_to_the_other_and_back(
    record: ClonedDatabase, tmp_path: Path
) -> None:
    seal_everything()
    postgresql = make_backup(path=tmp_path / "postgresql.zip").path
    with no_sqlite_database(tmp_path / "other.sqlite3"):
        restore_backup(path=postgresql)
        assert connection.vendor == "sqlite"
        check_is_alive()
        sqlite = make_backup(path=tmp_path / "sqlite.zip").path
    with empty_postgresql() as name, settings_of_database(NAME=name):
        restore_backup(path=sqlite)
        assert connection.vendor == "postgresql"
        back = make_backup(path=tmp_path / "back.zip").path
        assert tables_of(back) == tables_of(sqlite)
        assert manifest_of(back)["files"] == manifest_of(postgresql)["files"]
        check_is_alive()


def test_a_backup_of_an_earlier_version_is_brought_to_the_present(
    cloned_database: ClonedDatabase, storage: Path, tmp_path: Path
) -> None:
    """This one was made before there were seals; its entries wait for their first seal."""
    with no_database(tmp_path):
        done = restore_backup(path=BEFORE_SEALS)
        assert done.migrations_applied > 0
        assert done.manifest.newest_seal is None
        assert Hazard.objects.count() == 8
        assert PendingEntry.objects.count() == Entry.objects.count() > 100
        assert len(files_there()) == 1
        check_is_alive()


@sqlite_only
def test_a_database_that_is_not_migrated_yet_can_be_backed_up(
    cloned_database: ClonedDatabase, storage: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one does with a new version installed, before ``migrate``."""
    monkeypatch.setattr("safetycase.backup.restoring.migrate_to_the_present", lambda: 0)
    monkeypatch.setattr("safetycase.backup.restoring.take_back_tasks", lambda **_: [])
    monkeypatch.setattr("safetycase.backup.restoring.verify", list)
    with no_database(tmp_path):
        restore_backup(path=BEFORE_SEALS)
        again = make_backup(path=tmp_path / "again.zip")
        assert tables_of(again.path) == tables_of(BEFORE_SEALS)
        assert manifest_of(again.path)["migrations"] == manifest_of(BEFORE_SEALS)["migrations"]


@sqlite_only
def test_tasks_under_way_go_back_to_the_queue(
    archive: Path, quick_tables: None, tmp_path: Path
) -> None:
    """Their worker belonged to the old database, perhaps on another machine."""
    DBTaskResult.objects.create(
        status=TaskResultStatus.RUNNING,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="safetycase.tasks.seal_record",
        worker_ids=["elsewhere:1:abc"],
        run_after=timezone.now() + datetime.timedelta(days=1),
        started_at=timezone.now(),
        backend_name="default",
        exception_class_path="",
        traceback="",
    )
    make_backup(path=archive)
    restore_backup(path=archive, overwrite=True)
    assert DBTaskResult.objects.get().status == TaskResultStatus.READY


@sqlite_only
def test_sessions_the_cache_drafts_and_uploads_that_wait_are_left_out(
    record: ClonedDatabase, tmp_path: Path
) -> None:
    for folder in ("drafts", "imports"):
        default_storage.save(f"{folder}/x.pdf", ContentFile(b"%PDF-1.7"))
    backup = make_backup(path=tmp_path / "backup.zip")
    assert not {"django_session", "cache_table"} & set(tables_of(backup.path))
    assert [part["file"].split("/")[0] for part in manifest_of(backup.path)["files"]] == [
        "evidence"
    ]


@sqlite_only
def test_files_may_be_stored_elsewhere_than_on_our_disk(
    cloned_database: ClonedDatabase, quick_tables: None, settings: Settings, tmp_path: Path
) -> None:
    elsewhere = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = {**settings.STORAGES, "default": elsewhere}
    file = a_record()
    backup = make_backup(path=tmp_path / "backup.zip")
    default_storage.delete(file.file.name)
    default_storage.save("evidence/2020/01/old.txt", ContentFile(b"of the old record"))
    done = restore_backup(path=backup.path, overwrite=True)
    assert done.files_written == 1
    assert files_there() == {file.file.name: b"It passed.\n"}
