"""The door of the API: a bearer token, and nothing else. A session's cookie opens nothing here."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer

from accounts.busy import is_busy
from audit.acts import acting_through
from products.actions.tokens import note_use
from products.choices import TokenScope
from products.models import ApiToken
from products.permissions import Standing, standing_of
from products.rest.attempts import check_may_try, count_failure
from products.rest.paging import FromCursor
from products.rest.problems import (
    MEDIA_TYPE,
    NOT_ALLOWED,
    NOT_SIGNED_IN,
    NOT_VALID,
    TOO_LARGE,
    Problem,
)
from products.tokens.reading import token_of_secret
from products.tokens.rules import BEGINS, allows

LARGEST_BODY = 1_000_000  # bytes
_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})
_IN_ADDRESSES = frozenset({"token", "access_token", "api_key", "bearer"})
_NOTED_EVERY = timedelta(minutes=1)

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Caller:
    """The token behind a request, and the standing today of the person whom it acts for."""

    token: ApiToken
    standing: Standing


class TokenAuth(HttpBearer):
    """Lets a token in whose scope allows this use, on its own product, for a person who may today.

    The request is then that person's, so that everything behind the door asks what they may do, as
    it does for a page. Another product than the token's is not found, whoever asks.
    """

    openapi_description = (
        "A token of one product, made under Team, Tokens. Send it as Authorization: Bearer sct_…"
    )

    def __init__(self, use: TokenScope) -> None:
        self.use = use
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller:
        """The caller. Raises ``Problem`` and ``Http404``."""
        caller = self.authenticate(request, _secret_in(request))
        slug = _slug_in(request)
        if slug is not None and slug != caller.token.product.slug:
            raise Http404
        _check_may_use(caller, self.use)
        _check_body(request)
        _note_use(caller.token)
        request.user = caller.token.made_by
        return caller

    def authenticate(self, request: HttpRequest, token: str) -> Caller:
        """The caller whose token works; raises ``Problem``."""
        check_may_try(request)
        found = token_of_secret(token)
        if found is None:
            count_failure(request)
            raise Problem(NOT_SIGNED_IN, "This token is not known here. Check that it is whole.")
        sentence = _why_not(found)
        if sentence:
            raise Problem(NOT_SIGNED_IN, sentence)
        return Caller(found, standing_of(found.made_by, found.product))


reads = TokenAuth(TokenScope.READ)
writes = TokenAuth(TokenScope.WRITE)
asks_the_gate = TokenAuth(TokenScope.GATE)


def caller_of(request: HttpRequest) -> Caller:
    """Who was let in."""
    caller = getattr(request, "auth", None)
    if not isinstance(caller, Caller):
        raise Problem(NOT_SIGNED_IN)
    return caller


def by_token(view: Callable[..., Any]) -> Callable[..., Any]:
    """A decorator of every operation: the record says through which token its acts were done."""

    @wraps(view)
    def through(request: HttpRequest, *args: Any, **values: Any) -> Any:
        _check_query(request, values)
        with acting_through(f"the token “{caller_of(request).token.name}”"):
            return view(request, *args, **values)

    return through


def _secret_in(request: HttpRequest) -> str:
    if any(
        name.lower() in _IN_ADDRESSES or any(value.startswith(BEGINS) for value in values)
        for name, values in request.GET.lists()
    ):
        raise Problem(
            NOT_SIGNED_IN,
            "A token in an address is refused: addresses end up in logs. Send it in the header "
            "Authorization; and if it was a real one, withdraw it now and make another.",
        )
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        raise Problem(
            NOT_SIGNED_IN,
            "Send a token in the header, as Authorization: Bearer sct_… Somebody on the team makes "
            "one under Team, Tokens.",
        )
    return secret.strip()


def _why_not(token: ApiToken) -> str:
    if not token.is_active:
        return "This token was withdrawn. Use the one that replaces it, or make another."
    if token.expires_on < timezone.localdate():
        return f"This token ended on {token.expires_on:%-d %B %Y}. Make another under Team, Tokens."
    if not token.made_by.is_active:
        return "Whoever made this token may not sign in any more. Somebody else makes another."
    return ""


def _slug_in(request: HttpRequest) -> str | None:
    match = request.resolver_match
    slug: str | None = match.kwargs.get("slug") if match else None
    return slug


def _check_may_use(caller: Caller, use: TokenScope) -> None:
    token = caller.token
    if not caller.standing.is_on_team:
        raise Problem(
            NOT_ALLOWED,
            f"{token.made_by.name}, for whom this token acts, has no role on "
            f"{token.product.name} today. Somebody with a role makes another token.",
        )
    if not allows(TokenScope(token.scope), use):
        raise Problem(
            NOT_ALLOWED,
            f"This token may only do this: {token.get_scope_display().lower()}. Make one with the "
            f"scope “{use.label.lower()}” for that.",
        )


def _check_body(request: HttpRequest) -> None:
    """Refuse a body that is too large, unread, or that is no JSON; raises ``Problem``."""
    if request.method not in _WITH_BODY:
        return
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > LARGEST_BODY:
        raise Problem(TOO_LARGE)
    if int(length) and request.content_type != "application/json":
        raise Problem(MEDIA_TYPE)


def _check_query(request: HttpRequest, values: Mapping[str, Any]) -> None:
    """Refuse a parameter that we do not know; raises ``Problem``.

    A misspelt filter that is left out answers with everything, and a program takes that for what it
    asked for.
    """
    known = {
        name
        for asked in values.values()
        if isinstance(asked, FromCursor)
        for name in type(asked).model_fields
    }
    errors = [
        {"where": f"query.{name}", "message": "This address has no such parameter."}
        for name in request.GET
        if name not in known
    ]
    if errors:
        raise Problem(NOT_VALID, errors=errors)


def _note_use(token: ApiToken) -> None:
    """Note that it was used, once a minute; not at the price of the answer."""
    used = token.secret.last_used
    if used is not None and timezone.now() - used < _NOTED_EVERY:
        return
    try:
        note_use(token=token)
    except OperationalError as error:
        if not is_busy(error):
            raise
        LOGGER.warning("The use of a token was not noted: the database was busy.")
