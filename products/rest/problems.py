"""Errors as RFC 9457 problem details: one shape for every error under /api/."""

import json
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError as FormError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as NotValid

from audit.errors import (
    BadText,
    ChangedMeanwhile,
    Conflict,
    NotAllowed,
    NotPossible,
    ReasonNeeded,
)
from products.rest.conflicts import colliding_fields

CONTENT_TYPE = "application/problem+json"
WHERE = "/api/v1/docs"  # each kind of problem is explained there

#: So many errors are told of one body, and so much of a name that somebody sent: an answer is never
#: much larger than what it answers.
MOST_ERRORS = 50
_LONGEST_WHERE = 200  # characters


@dataclass(frozen=True)
class Kind:
    """A kind of problem: its status, the end of its ``type`` and what it means."""

    status: int
    key: str
    title: str
    meaning: str

    @property
    def type(self) -> str:
        """The reference by which programs tell kinds apart; it leads to the explanation."""
        return f"{WHERE}#problem-{self.key}"


MALFORMED = Kind(
    400, "malformed", "The body cannot be read", "It is not JSON, or the request is broken."
)
NOT_SIGNED_IN = Kind(
    401,
    "not-signed-in",
    "No valid token",
    "The header Authorization names no token that works: none was sent, it is unknown, withdrawn "
    "or expired, its maker may not sign in any more, or it was sent in the address.",
)
NOT_ALLOWED = Kind(
    403,
    "not-allowed",
    "Not allowed",
    "The scope of the token, or the role of the person whom it acts for, does not allow it today.",
)
NOT_FOUND = Kind(
    404,
    "not-found",
    "Not found",
    "There is no such thing, or it belongs to a product that the token is not of.",
)
METHOD = Kind(
    405, "method", "Method not allowed", "The header Allow names what this address answers to."
)
NOT_POSSIBLE = Kind(
    409,
    "not-possible",
    "Not possible now",
    "A rule of the record, or what stands there now, does not let this be done by anybody.",
)
REASON_NEEDED = Kind(
    409,
    "reason-needed",
    "A reason is needed",
    "What would change stands in an issued version: say why in “reason”, in your own words.",
)
CHANGED = Kind(
    409,
    "changed-meanwhile",
    "Changed meanwhile",
    "Somebody else changed the same choice first. Read it again, then decide.",
)
STALE = Kind(
    412,
    "stale",
    "Not the version that you read",
    "If-Match names an older version. Read it again: its ETag is the version to name.",
)
TOO_LARGE = Kind(413, "too-large", "Too large", "A body may have 1 MB at most.")
MEDIA_TYPE = Kind(
    415, "media-type", "Not JSON", "Send the body as JSON, with Content-Type: application/json."
)
NOT_VALID = Kind(
    422,
    "not-valid",
    "Not valid",
    "Some of what was sent is missing, misspelt or of the wrong kind; “errors” says which.",
)
VERSION_NEEDED = Kind(
    428,
    "version-needed",
    "Say which version you change",
    "Send If-Match with the ETag that you read, so that nobody’s change is overwritten.",
)
TOO_MANY = Kind(
    429,
    "too-many",
    "Too many wrong tokens",
    "From this address came too many tokens that nobody has. Retry-After says when to come back.",
)
BROKEN = Kind(
    500,
    "broken",
    "Something went wrong here",
    "An error of ours, which is in the log of the site. Nothing was saved.",
)
BUSY = Kind(
    503,
    "busy",
    "Busy",
    "Somebody else’s large change holds the database. Nothing was saved; Retry-After says when to "
    "try again.",
)

KINDS = (
    MALFORMED,
    NOT_SIGNED_IN,
    NOT_ALLOWED,
    NOT_FOUND,
    METHOD,
    NOT_POSSIBLE,
    REASON_NEEDED,
    CHANGED,
    STALE,
    TOO_LARGE,
    MEDIA_TYPE,
    NOT_VALID,
    VERSION_NEEDED,
    TOO_MANY,
    BROKEN,
    BUSY,
)


class Problem(Exception):
    """A request that is answered with a problem; ``more`` are further members of it."""

    def __init__(self, kind: Kind, detail: str = "", **more: Any) -> None:
        super().__init__(detail or kind.meaning)
        self.kind, self.detail, self.more = kind, detail or kind.meaning, more


def problem_response(kind: Kind, detail: str = "", **more: Any) -> HttpResponse:
    """The problem as an answer."""
    body = {
        "type": kind.type,
        "title": kind.title,
        "status": kind.status,
        "detail": detail or kind.meaning,
        **more,
    }
    response = HttpResponse(json.dumps(body), status=kind.status, content_type=CONTENT_TYPE)
    if kind.status == NOT_SIGNED_IN.status:
        response.headers["WWW-Authenticate"] = 'Bearer realm="safety case"'
    return response


def answer_problems(api: NinjaAPI) -> None:
    """Let the API answer everything that is refused with a problem.

    What is not named here is an error of ours: Django logs it, and the middleware answers.
    """
    for kind, refusals in _REFUSALS.items():
        for refusal in refusals:
            api.add_exception_handler(refusal, _answer_with(kind))
    api.add_exception_handler(Problem, _answer_problem)
    api.add_exception_handler(Conflict, _answer_conflict)
    api.add_exception_handler(NotValid, _answer_not_valid)
    api.add_exception_handler(FormError, _answer_form_error)
    api.add_exception_handler(HttpError, _answer_http_error)
    api.add_exception_handler(Http404, _answer_not_found)
    api.add_exception_handler(Exception, _pass_on)


_REFUSALS: dict[Kind, tuple[type[Exception], ...]] = {
    NOT_ALLOWED: (NotAllowed,),
    REASON_NEEDED: (ReasonNeeded,),
    CHANGED: (ChangedMeanwhile,),
    NOT_POSSIBLE: (NotPossible,),
    NOT_VALID: (BadText,),
}


def _answer_with(kind: Kind) -> Any:
    def answer(request: HttpRequest, error: Any) -> HttpResponse:
        return problem_response(kind, error.sentence)

    return answer


def _answer_problem(request: HttpRequest, error: Any) -> HttpResponse:
    response = problem_response(error.kind, error.detail, **error.more)
    if "retry_after" in error.more:
        response.headers["Retry-After"] = str(error.more["retry_after"])
    return response


def _answer_conflict(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(
        STALE,
        error.sentence,
        current_version=error.current_version,
        conflicts=colliding_fields(error),
    )


def _answer_not_valid(request: HttpRequest, error: Any) -> HttpResponse:
    errors = [
        {"where": _where(each["loc"]), "message": each["msg"]}
        for each in error.errors[:MOST_ERRORS]
    ]
    sentence = "Nothing was saved. " + NOT_VALID.meaning
    if len(error.errors) > MOST_ERRORS:
        sentence += f" These are the first {MOST_ERRORS} of {len(error.errors):,}."
    return problem_response(NOT_VALID, sentence, errors=errors)


def _where(location: tuple[int | str, ...]) -> str:
    """Where it is in what was sent, like ``body.causes.0`` or ``query.limit``."""
    first, *rest = location
    # The body is an argument of ours that is called body.
    inside = rest[1:] if first == "body" and rest[:1] == ["body"] else rest
    whole = ".".join(str(part) for part in (first, *inside))
    return whole if len(whole) <= _LONGEST_WHERE else f"{whole[:_LONGEST_WHERE]}…"


def _answer_form_error(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(NOT_VALID, f"{' '.join(error.messages)} Nothing was saved.")


def _answer_not_found(request: HttpRequest, error: Any) -> HttpResponse:
    return problem_response(NOT_FOUND)


def _answer_http_error(request: HttpRequest, error: Any) -> HttpResponse:
    by_status = {each.status: each for each in KINDS}
    return problem_response(by_status.get(error.status_code, MALFORMED))


def _pass_on(request: HttpRequest, error: Any) -> HttpResponse:
    raise error
