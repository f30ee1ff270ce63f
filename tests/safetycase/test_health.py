"""What machines ask: alive, and ready."""

import pytest
from django.db import DatabaseError, connection
from django.test import Client

from audit import triggers
from safetycase import readiness


def test_alive_without_signing_in() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")


def test_ready(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "problems": []})
    assert "no-store" in answer["Cache-Control"]


def test_not_ready_without_the_guards_of_the_record(db: None) -> None:
    triggers.remove_before_migrating("default")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    [problem] = answer.json()["problems"]
    assert "triggers that guard the record are missing" in problem


def test_not_ready_before_migrating(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'safetycase'")
    assert Client().get("/readyz").json()["problems"] == [
        "Migrations are not applied; run: manage.py migrate"
    ]


def test_not_ready_without_a_database(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_connection: object) -> list[str]:
        raise DatabaseError("password for user 'x' was refused")

    monkeypatch.setattr(readiness, "missing_triggers", fail)
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == ["The database does not answer."]


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_nothing_is_posted_there(db: None, url: str) -> None:
    assert Client().post(url).status_code == 405
