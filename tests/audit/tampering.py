"""What somebody with the database can do: SQL past every trigger and every foreign key."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction

from audit import triggers
from audit.verifying import Finding, verify


@pytest.fixture
def after_tampering(db: None) -> Iterator[None]:
    """Roll back at once when the test ends: no check of foreign keys would let it pass."""
    yield
    transaction.set_rollback(True)


@pytest.fixture
def record_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Check what is in the database and no files: those of ``one_of_each`` are names alone."""
    monkeypatch.setattr("audit.verifying.registry._verifiers", {})


@contextmanager
def nothing_guards() -> Iterator[None]:
    """No trigger and no foreign key is checked; afterwards they stand again.

    For tests that use ``after_tampering``.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = 'replica'")
            yield
            cursor.execute("SET LOCAL session_replication_role = 'origin'")
    else:
        # Inside a transaction SQLite looks at foreign keys when it is committed.
        triggers.remove_before_migrating(connection.alias)
        yield
        triggers.create_after_migrating(connection.alias)


def tamper(sql: str, *params: Any) -> None:
    """Run one statement as the owner of the database; it has to hit at least one row."""
    with nothing_guards(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        assert cursor.rowcount > 0, "the attack hit nothing"


def ask(sql: str, *params: Any) -> Any:
    """One value."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        [[value]] = cursor.fetchall()
        return value


def found(scope: str = "") -> list[str]:
    """What the check of the record says, a line each."""
    return [str(finding) for finding in verify(scope=scope)]


def findings(scope: str = "") -> list[Finding]:
    """What the check of the record finds."""
    return list(verify(scope=scope))
