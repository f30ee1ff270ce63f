"""What the tests of backups share."""

from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from safetycase.backup import restoring
from safetycase.backup.making import make_backup
from safetycase.backup.schema import recorded_migrations, schema_of
from tests.cloned_database import ClonedDatabase
from tests.safetycase.backup.databases import a_record, make_tables_quickly, remember_tables

sqlite_only = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="as on SQLite, where it takes a tenth of the time"
)


@pytest.fixture
def storage(settings: Settings, tmp_path: Path) -> Path:
    """An empty folder of the test's own for the application's files."""
    folder = tmp_path / "media"
    settings.MEDIA_ROOT = folder
    return folder


@pytest.fixture
def record(cloned_database: ClonedDatabase, storage: Path) -> ClonedDatabase:
    """A database of the test's own with a small record and a file."""
    a_record()
    return cloned_database


@pytest.fixture
def archive(record: ClonedDatabase, tmp_path: Path) -> Path:
    """A backup of the record."""
    return make_backup(path=tmp_path / "backup.zip").path


@pytest.fixture
def quick_tables(
    cloned_database: ClonedDatabase,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Restores that do not run every migration: for tests that are about something else."""
    file = tmp_path_factory.mktemp("tables") / "tables.sqlite3"
    remember_tables(schema_of(recorded_migrations()), file)
    monkeypatch.setattr(restoring, "make_tables", make_tables_quickly)
