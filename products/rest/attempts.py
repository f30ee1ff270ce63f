"""How often an address may send a token that nobody has."""

import datetime
import logging

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from products.rest.problems import TOO_MANY, Problem

MOST_FAILURES = 20
KEPT = datetime.timedelta(minutes=5)

LOGGER = logging.getLogger(__name__)


def check_may_try(request: HttpRequest) -> None:
    """Raise ``Problem`` (429) where too many unknown tokens came from this address lately."""
    if cache.get(_key(request), 0) >= MOST_FAILURES:
        wait = int(KEPT.total_seconds())
        raise Problem(TOO_MANY, retry_after=wait)


def count_failure(request: HttpRequest) -> None:
    """Count an unknown token. One that was withdrawn or is expired is no guess, so it counts not:
    a pipeline that nobody told of it locks out nobody else behind the same address.
    """
    key = _key(request)
    LOGGER.warning("An unknown token was sent to the API.")
    cache.add(key, 0, KEPT.total_seconds())
    try:
        cache.incr(key)
    except ValueError:  # its time ended in between, so this is the first again
        cache.set(key, 1, KEPT.total_seconds())


def _key(request: HttpRequest) -> str:
    # The address that sign-in counts by too: behind a proxy, the one that the proxy saw.
    try:
        address = get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # none: a socket of this machine
        address = "unknown"
    return f"token-failures:{address}"
