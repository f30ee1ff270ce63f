"""Real commits in tests: a copy of the migrated database that one test may keep what it likes in.

Ordinary tests run in a transaction that is rolled back, so what needs two connections (two people
saving at once) or a commit cannot be seen there. Emptying the tables afterwards is no way out
either: the append-only triggers refuse it. So such a test gets a database of its own, copied from
the migrated one in some milliseconds and thrown away after it::

    def test_two_people_save_at_once(cloned_database: ClonedDatabase) -> None:
        ...
        outcomes = cloned_database.at_once(first_save, second_save)
"""

import sqlite3
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from pytest_django import DjangoDbBlocker
from pytest_django import fixtures as pytest_django_fixtures

ALIAS = "default"
PATIENCE_SECONDS = 60.0


databases_for = pytest_django_fixtures._get_databases_for_test


def databases_and_clones_for(test: pytest.Item) -> tuple[Iterable[str], bool]:
    """What pytest-django makes ready for a test; a clone needs the database that it is cloned from.

    Without this a run of such tests alone would find no test database at all.
    """
    if "cloned_database" in getattr(test, "fixturenames", ()):
        return (ALIAS,), False
    return databases_for(test)


pytest_django_fixtures._get_databases_for_test = databases_and_clones_for


@dataclass(frozen=True)
class ClonedDatabase:
    """The copy that Django's default connection leads to while the test runs."""

    name: str
    """Its name, or on SQLite the path of its file."""

    vendor: str
    """'sqlite' or 'postgresql'."""

    def at_once(self, *calls: Callable[[], Any]) -> list[Any]:
        """Start the calls at the same moment, each in a thread with a connection of its own.

        Returns, in the order of the calls, what each returned or the exception that it raised.
        Raises TimeoutError when one has not ended after a minute.
        """
        outcomes: list[Any] = [None] * len(calls)
        start = threading.Barrier(len(calls))

        def run(place: int, call: Callable[[], Any]) -> None:
            try:
                start.wait(timeout=PATIENCE_SECONDS)
                outcomes[place] = call()
            except Exception as problem:  # noqa: BLE001 - handed to the test, which judges it
                outcomes[place] = problem
            finally:
                connections[ALIAS].close()

        threads = [
            threading.Thread(target=run, args=(place, call), daemon=True)
            for place, call in enumerate(calls)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=PATIENCE_SECONDS)
        if any(thread.is_alive() for thread in threads):
            raise TimeoutError("A call has not ended after a minute; do two wait for each other?")
        return outcomes


def copy_sqlite(source: BaseDatabaseWrapper, target: Path) -> str:
    """Copy the (in-memory) test database into a file; returns the file's path."""
    source.ensure_connection()
    with closing(sqlite3.connect(target)) as copy:
        source.connection.backup(copy)
    return str(target)


@contextmanager
def copy_postgresql(source: BaseDatabaseWrapper) -> Iterator[str]:
    """Copy the test database within its server; yields the copy's name, drops it at the end."""
    original = source.settings_dict["NAME"]
    name = f"{original}_{uuid.uuid4().hex[:8]}"
    # A template may have no other connection while it is copied.
    source.close()
    with source._nodb_cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{original}"')
    try:
        yield name
    finally:
        with source._nodb_cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def default_connection_to(name: str) -> Iterator[None]:
    """Lead the default connection of every thread to the named database, and back."""
    original = connections[ALIAS]
    configured = connections.settings[ALIAS]
    connections.settings[ALIAS] = configured | {"NAME": name}
    # Removed, not closed: closing an in-memory database loses it.
    del connections[ALIAS]
    try:
        yield
    finally:
        connections[ALIAS].close()
        connections.settings[ALIAS] = configured
        connections[ALIAS] = original


@pytest.fixture
def cloned_database(
    request: pytest.FixtureRequest,
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path: Path,
) -> Iterator[ClonedDatabase]:
    """The default database replaced by a copy of its own, with real commits and real locks."""
    if "db" in request.fixturenames or request.node.get_closest_marker("django_db"):
        pytest.fail(
            "Use either `db` or `cloned_database`: the second brings a database of its own, so "
            "what was prepared in the first would not be in it."
        )
    with django_db_blocker.unblock():
        source = connections[ALIAS]
        if source.vendor == "sqlite":
            name = copy_sqlite(source, tmp_path / "clone.sqlite3")
            with default_connection_to(name):
                yield ClonedDatabase(name, source.vendor)
        else:
            with copy_postgresql(source) as name, default_connection_to(name):
                yield ClonedDatabase(name, source.vendor)
