"""While somebody's large change holds the database: a page with a sentence, nothing half-saved."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection, connections, transaction
from django.test import Client
from django.urls import reverse

from accounts.busy import is_busy
from accounts.models import User
from hazards.models import Hazard
from products.choices import Role
from products.models import Product
from tests.cloned_database import ClonedDatabase
from tests.factories import join, make_person, make_product
from tests.hazards.factories import a_hazard
from tests.people import ClientOf

PATIENCE_SECONDS = 20


@contextmanager
def somebody_elses_import(product: Product) -> Iterator[None]:
    """A second connection that has locked what an import locks, until the block ends."""
    locked, may_end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                Product.objects.select_for_update().get(pk=product.pk)
                locked.set()
                may_end.wait(PATIENCE_SECONDS)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=hold, daemon=True)
    thread.start()
    assert locked.wait(PATIENCE_SECONDS)
    try:
        yield
    finally:
        may_end.set()
        thread.join(PATIENCE_SECONDS)


def wait_only_a_moment() -> None:
    """Let this connection wait a tenth of a second for a lock, not half a minute."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA busy_timeout = 100")
        else:
            cursor.execute("SET lock_timeout = '100ms'")


@pytest.fixture
def ward(cloned_database: ClonedDatabase) -> Product:
    return make_product()


@pytest.fixture
def officer(ward: Product) -> User:
    person = make_person("Clara Officer")
    join(ward, person, Role.CLINICAL_SAFETY_OFFICER)
    return person


@pytest.fixture
def browser(officer: User) -> Client:
    client = Client()
    client.force_login(officer)
    return client


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}], ids=["page", "htmx"])
def test_a_save_that_waits_for_too_long_is_answered_with_a_sentence(
    ward: Product, browser: Client, headers: dict[str, str]
) -> None:
    address = reverse("hazard_new", args=[ward.slug])
    with somebody_elses_import(ward):
        wait_only_a_moment()
        answer = browser.post(address, {"name": "A new one"}, headers=headers)
        reading = browser.get(reverse("hazard_log", args=[ward.slug]))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    page = answer.content.decode()
    assert "Nothing of yours was saved or changed. Wait a minute, then save again." in page
    assert 'data-page="refusal"' in page, "or the script would not find the sentence"
    assert "data-refusal" in page
    assert reading.status_code == 200, "reading goes on meanwhile"
    assert not Hazard.objects.exists()


def test_the_same_save_goes_through_afterwards(ward: Product, browser: Client) -> None:
    address = reverse("hazard_new", args=[ward.slug])
    with somebody_elses_import(ward):
        wait_only_a_moment()
        assert browser.post(address, {"name": "A new one"}).status_code == 503
    assert browser.post(address, {"name": "A new one"}).status_code == 302
    assert [hazard.name for hazard in Hazard.objects.all()] == ["A new one"]


@pytest.fixture
def busy_sessions(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever writes a session after the view finds the database locked."""
    save = SessionStore.save

    def locked(self: SessionStore, must_create: bool = False) -> None:
        if not must_create:
            raise raised(sqlite_error(sqlite3.SQLITE_BUSY))
        save(self, must_create)

    monkeypatch.setattr(SessionStore, "save", locked)


def test_what_was_saved_is_said_so_though_the_session_cannot_be_written(
    product: Product, cso: User, client_of: ClientOf, request: pytest.FixtureRequest
) -> None:
    browser, hazard = client_of(cso), a_hazard(product, cso)
    request.getfixturevalue("busy_sessions")
    address = reverse("hazard_edit", args=[product.slug, hazard.reference, "words"])
    answer = browser.post(address, {"name": "Another name", "reason": "It was wrong"})
    assert answer.status_code == 302
    assert Hazard.objects.get().name == "Another name"


def test_nobody_is_signed_in_by_a_session_that_cannot_be_written(
    cso: User, request: pytest.FixtureRequest
) -> None:
    cso.set_password("a long and quiet river")
    cso.save()
    request.getfixturevalue("busy_sessions")
    browser = Client()
    said = {"login": cso.email, "password": "a long and quiet river"}
    answer = browser.post(reverse("account_login"), said)
    assert answer.status_code == 503
    assert settings.SESSION_COOKIE_NAME not in browser.cookies


def raised(cause: Exception | None) -> OperationalError:
    error = OperationalError("no")
    error.__cause__ = cause
    return error


def sqlite_error(code: int) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("no")
    error.sqlite_errorcode = code
    return error


class StateError(Exception):
    """As psycopg's errors carry their state."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("cause", "busy"),
    [
        (sqlite_error(sqlite3.SQLITE_BUSY), True),
        (sqlite_error(sqlite3.SQLITE_BUSY_SNAPSHOT), True),
        (sqlite_error(sqlite3.SQLITE_LOCKED), True),
        (sqlite_error(sqlite3.SQLITE_FULL), False),
        (sqlite_error(sqlite3.SQLITE_IOERR), False),
        (StateError("55P03"), True),
        (StateError("40P01"), True),
        (StateError("08006"), False),
        (None, False),
    ],
)
def test_only_waiting_for_another_change_is_busy(cause: Exception | None, busy: bool) -> None:
    assert is_busy(raised(cause)) is busy


def test_any_other_error_is_not_busy() -> None:
    assert not is_busy(ValueError("database is locked"))
