"""When the database is busy with somebody else's change: a page that says so, and what to do."""

import logging
import sqlite3

from django.conf import settings
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from accounts.middleware import GetResponse

logger = logging.getLogger(__name__)

#: SQLite: another connection holds the lock, of the file or of a table.
_SQLITE_CODES = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
#: PostgreSQL: a lock was not to be had in time; two waited for each other; another came first.
_POSTGRESQL_STATES = frozenset({"55P03", "40P01", "40001"})

RETRY_AFTER = 60  # seconds; a large import holds the one lock of SQLite about that long


class BusyMiddleware:
    """Answers 503 with a sentence where a change had to wait for another one for too long.

    SQLite lets one connection write at a time, and a large import writes for a minute: others wait
    (``timeout`` of the database) and then get this page. Nothing of theirs was saved, since what a
    person does is one transaction.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a lock that was not to be had; leave every other exception to Django."""
        return _said_so(request) if is_busy(exception) else None


class PatientSessionMiddleware(SessionMiddleware):
    """Sessions that lose no answer while somebody else's change holds the database.

    A session is written after the view, beyond the reach of every other middleware. What the person
    did is saved by then, so they are told of that, and only what the session would have remembered
    is lost (a reason to offer again, say). A session that is new is another matter: without it
    nobody is signed in.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """Write the session and set its cookie, or go without."""
        try:
            answer: HttpResponse = super().process_response(request, response)
        except OperationalError as error:
            if not is_busy(error):
                raise
            known = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
            if known is None or known != request.session.session_key:
                return _said_so(request)
            logger.warning("A session was not written: the database was busy.")
            patch_vary_headers(response, ("Cookie",))
            return response
        return answer


def _said_so(request: HttpRequest) -> HttpResponse:
    response = render(request, "503.html", status=503)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def is_busy(exception: BaseException) -> bool:
    """Whether a database refused a change only because another one is under way."""
    if not isinstance(exception, OperationalError):
        return False
    cause = exception.__cause__
    if isinstance(cause, sqlite3.OperationalError):
        # The lowest byte; the rest says more closely why.
        return cause.sqlite_errorcode & 0xFF in _SQLITE_CODES
    return getattr(cause, "sqlstate", None) in _POSTGRESQL_STATES
