"""Proving who one is once more, at the moment of signing."""

import datetime
import logging
from dataclasses import dataclass

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.errors import NotAllowed, NotPossible

PASSWORD = "password"  # noqa: S105  # the name of a method, not a password

MOST_FAILURES = 5
FAILURES_KEPT = datetime.timedelta(minutes=5)
#: A proof is made for the page that is being signed; it is not kept for a later one.
HOLDS = datetime.timedelta(minutes=1)

LOGGER = logging.getLogger(__name__)


@dataclass(frozen=True)
class Confirmed:
    """The proof that a person gave their credential just now, and which kind it was."""

    person: int
    method: str
    at: datetime.datetime


def confirm_password(*, person: User, password: str) -> Confirmed:
    """Check a person's password once more.

    Raises ``NotPossible`` with a sentence when it is wrong, or after five wrong ones within five
    minutes, and ``NotAllowed`` for somebody who may not sign in.
    """
    if not person.is_active or person.is_system:
        raise NotAllowed(f"{person.name} may not sign in, so they cannot sign.")
    key = f"signing-failures:{person.pk}"
    _take_a_try(person, key)
    if not person.check_password(password):
        LOGGER.warning("A wrong password at signing, by person %s.", person.pk)
        raise NotPossible(
            "That is not your password. Nothing was signed and nothing was lost. Try again."
        )
    cache.delete(key)
    return Confirmed(person.pk, PASSWORD, timezone.now())


def _take_a_try(person: User, key: str) -> None:
    """Count a try before it is made, one after the other: many at once are as many tries.

    In a transaction of its own, so that no other one takes the count back with it. Raises
    ``NotPossible`` when there have been too many.
    """
    with transaction.atomic(durable=True):
        User.objects.select_for_update(no_key=True).get(pk=person.pk)
        tries: int = cache.get(key, 0)
        if tries < MOST_FAILURES:
            cache.set(key, tries + 1, FAILURES_KEPT.total_seconds())
            return
    raise NotPossible(
        "Too many wrong passwords. Nothing was signed and nothing was lost. "
        "Wait five minutes, then try again."
    )


def check_confirmed(by: User, confirmed: Confirmed) -> None:
    """Refuse a proof that is another person's or was made for another page.

    Raises ``NotAllowed``, also for somebody who was stopped from signing in since they gave it.
    """
    if not User.objects.filter(pk=by.pk, is_active=True, is_system=False).exists():
        raise NotAllowed(f"{by.name} may not sign in, so they cannot sign. Nothing was signed.")
    age = timezone.now() - confirmed.at
    if confirmed.person != by.pk or not datetime.timedelta(0) <= age <= HOLDS:
        raise NotAllowed("Give your password again: nothing was signed.")
