"""Replacing the database as a whole: what is there stays until its successor stands complete.

On SQLite the successor is built in a file of its own and then copied over page by page in one
transaction of the old file, so that whoever has that file open sees the old state or the new one.
On PostgreSQL everything happens in one transaction: tables are dropped, made and filled in it.
"""

import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import (
    DEFAULT_DB_ALIAS,
    DatabaseError,
    OperationalError,
    connection,
    connections,
    transaction,
)

from audit.errors import NotPossible
from safetycase.backup.schema import our_tables, tables_there

#: Any row in one of these, and somebody has begun to work.
_PEOPLE_AND_ENTRIES = ("accounts_user", "audit_entry")

PATIENCE = 30.0  # seconds that we wait for others to let go of the database

Call = Callable[[], object]


@contextmanager
def replaced_database(check: Call, *, then: Call) -> Iterator[None]:
    """The default database is empty in this block, and what is made of it replaces the old one.

    It does when the block ends well; otherwise everything is as it was. ``check`` looks at the old
    database and raises when it is not to be replaced; ``then`` is called as soon as it is replaced.
    Raises ``NotPossible`` when others hold it.
    """
    replacing = _on_sqlite if connection.vendor == "sqlite" else _on_postgresql
    try:
        with replacing(check, then):
            yield
    finally:
        ContentType.objects.clear_cache()  # it may be of the other database


def holds_a_record() -> bool:
    """Whether anybody is in the database, or anything is in its ledger.

    Raises ``NotPossible`` when it cannot be read.
    """
    if not database_is_there():
        return False
    try:
        there = tables_there()
        with connection.cursor() as cursor:
            for table in _PEOPLE_AND_ENTRIES:
                if table in there:
                    cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")  # noqa: S608 - our own names
                    if cursor.fetchone():
                        return True
    except DatabaseError as problem:
        raise NotPossible(
            f"The database that is to be replaced cannot be read ({_why(problem)}). Nothing was "
            "changed. If its file is damaged, move it away and restore again."
        ) from problem
    return False


# --- SQLite ---------------------------------------------------------------------------------------


@contextmanager
def _on_sqlite(check: Call, then: Call) -> Iterator[None]:
    was_there = _file_is_there()
    in_memory = _is_in_memory()
    beside = None if in_memory else Path(connection.settings_dict["NAME"]).resolve().parent
    # What cannot be cleaned up afterwards is no reason to say that it failed.
    with tempfile.TemporaryDirectory(
        prefix=".restoring-", dir=beside, ignore_cleanup_errors=True
    ) as folder:
        successor = Path(folder) / "successor.sqlite3"
        _begin_file(successor, page_size=_page_size() if was_there else 0)
        with _default_connection_to(str(successor)):
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA synchronous=OFF")  # it is copied, and that is made durable
            yield
        check()
        try:
            _copy_over(successor)
        except BaseException:
            if not was_there and not in_memory:
                _remove_file()
            raise
        then()


def _is_in_memory() -> bool:
    name = str(connection.settings_dict["NAME"])
    return name == ":memory:" or "mode=memory" in name


def database_is_there() -> bool:
    """Whether there is a database to connect to: SQLite would make an empty file by doing so."""
    return connection.vendor != "sqlite" or _file_is_there()


def _file_is_there() -> bool:
    return _is_in_memory() or Path(connection.settings_dict["NAME"]).exists()


def _page_size() -> int:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_size")
        return int(cursor.fetchone()[0])


def _begin_file(path: Path, page_size: int) -> None:
    """An empty database with the pages of the old one, whose size cannot change in the copying."""
    with closing(sqlite3.connect(path)) as begun:
        if page_size:
            begun.execute(f"PRAGMA page_size={page_size}")
        begun.execute("PRAGMA journal_mode=WAL")


@contextmanager
def _default_connection_to(name: str) -> Iterator[None]:
    """Lead the default connection to another file, and back."""
    original: Any = connections[DEFAULT_DB_ALIAS]
    configured = connections.settings[DEFAULT_DB_ALIAS]
    connections.settings[DEFAULT_DB_ALIAS] = configured | {"NAME": name}
    del connections[DEFAULT_DB_ALIAS]  # not closed: a database in memory would be lost
    try:
        yield
    finally:
        connections[DEFAULT_DB_ALIAS].close()
        connections.settings[DEFAULT_DB_ALIAS] = configured
        connections[DEFAULT_DB_ALIAS] = original


def _copy_over(successor: Path) -> None:
    connection.ensure_connection()
    until = time.monotonic() + PATIENCE

    def look(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
            raise NotPossible(
                "Somebody kept the database locked. Stop the web server and "
                "the task runner, then restore again."
            )

    with closing(sqlite3.connect(successor)) as source:
        # All pages in one step, so in one transaction.
        source.backup(connection.connection, pages=-1, progress=look)


def _remove_file() -> None:
    connection.close()
    name = str(connection.settings_dict["NAME"])
    for ending in ("", "-wal", "-shm"):
        Path(name + ending).unlink(missing_ok=True)


# --- PostgreSQL -----------------------------------------------------------------------------------


@contextmanager
def _on_postgresql(check: Call, then: Call) -> Iterator[None]:
    with _enough_locks(), transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{int(PATIENCE)}s'")
        ours = [connection.ops.quote_name(table) for table in our_tables()]
        if ours:
            _lock(ours)
        check()
        if ours:
            with connection.cursor() as cursor:
                cursor.execute(f"DROP TABLE {', '.join(ours)} CASCADE")
        yield
        transaction.on_commit(then)


@contextmanager
def _enough_locks() -> Iterator[None]:
    """One transaction that drops and makes all tables holds about ten thousand locks: as many as a
    server has room for as it is installed, where nobody else needs any."""
    try:
        yield
    except OperationalError as problem:
        if "out of shared memory" not in str(problem):
            raise
        raise NotPossible(
            "PostgreSQL has no room for the locks of a restore. Nothing was changed. Set "
            "max_locks_per_transaction = 256 in its configuration, restart it, then restore again."
        ) from problem


def _lock(tables: list[str]) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE")
    except DatabaseError as problem:
        raise NotPossible(
            f"Somebody is using the database ({_why(problem)}). Stop the web "
            "server and the task runner, then restore again."
        ) from problem


def _why(problem: Exception) -> str:
    return (str(problem).strip().splitlines() or [type(problem).__name__])[0]
