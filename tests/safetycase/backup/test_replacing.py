"""The database is replaced as a whole: by itself, without a backup."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import OperationalError, connection

from audit.errors import NotPossible
from safetycase.backup.replacing import holds_a_record, replaced_database
from safetycase.backup.schema import our_tables
from tests.cloned_database import ClonedDatabase
from tests.safetycase.backup.conftest import sqlite_only
from tests.safetycase.backup.databases import no_database


def is_asked() -> None:
    """The old database may go."""


def run(sql: str) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def tables() -> list[str]:
    return sorted(connection.introspection.table_names())


@sqlite_only
@pytest.mark.parametrize("page_size", [512, 4096, 65536])
def test_a_file_with_pages_of_any_size(
    page_size: int, cloned_database: ClonedDatabase, tmp_path: Path
) -> None:
    with no_database(tmp_path):
        file = connection.settings_dict["NAME"]
        with closing(sqlite3.connect(file)) as old:
            old.execute(f"PRAGMA page_size={page_size}")
            old.execute("PRAGMA journal_mode=WAL")
            old.execute("CREATE TABLE of_before (x)")
        with replaced_database(is_asked, then=is_asked):
            run("CREATE TABLE of_after (x)")
        assert tables() == ["of_after"]
        assert run("PRAGMA page_size") == [(page_size,)]
        assert run("PRAGMA journal_mode") == [("wal",)]
        assert run("PRAGMA integrity_check") == [("ok",)]


@sqlite_only
def test_what_follows_is_told_once_it_is_replaced(
    cloned_database: ClonedDatabase, tmp_path: Path
) -> None:
    told: list[str] = []
    with no_database(tmp_path):
        with replaced_database(lambda: told.append("asked"), then=lambda: told.append("replaced")):
            assert told == []
            assert tables() == []
            run("CREATE TABLE of_after (x)")
        assert told == ["asked", "replaced"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite's file is ours alone")
def test_tables_of_others_stay(cloned_database: ClonedDatabase) -> None:
    """Ours go, those of versions that we do not know included."""
    run("CREATE TABLE somebody_elses (person integer)")
    run("CREATE TABLE hazards_of_tomorrow (id integer primary key)")
    assert "somebody_elses" not in our_tables()
    assert {"hazards_of_tomorrow", "django_migrations", "cache_table", "django_session"} <= set(
        our_tables()
    )
    with replaced_database(is_asked, then=is_asked):
        assert tables() == ["somebody_elses"]
        assert not holds_a_record()
    assert tables() == ["somebody_elses"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="as above")
def test_a_refusal_at_the_last_moment_leaves_the_tables(cloned_database: ClonedDatabase) -> None:
    before = tables()

    def refuse() -> None:
        raise KeyError("there is a record after all")

    with pytest.raises(KeyError), replaced_database(refuse, then=is_asked):
        pytest.fail("it went on")
    assert tables() == before


@pytest.mark.skipif(connection.vendor != "postgresql", reason="as above")
def test_a_server_without_room_for_the_locks_is_told_what_to_set(
    cloned_database: ClonedDatabase,
) -> None:
    """More locks than a server has is more than a test can take from one that others use too."""
    before = tables()
    full = OperationalError("out of shared memory\nHINT:  You might need to increase ...")
    with (
        pytest.raises(NotPossible, match="max_locks_per_transaction = 256"),
        replaced_database(is_asked, then=is_asked),
    ):
        raise full
    assert tables() == before
