"""Who signed in and out stands in the record, beside what they did there."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User
from audit.access_events import record_access
from audit.models import AccessEvent


def record_sign_in(sender: object, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Signal receiver: a sign-in that cannot be recorded does not happen."""
    record_access(kind=AccessEvent.Kind.SIGNED_IN, by=user)


def record_sign_out(
    sender: object, request: HttpRequest | None, user: User | None, **kwargs: Any
) -> None:
    """Signal receiver; nobody signs out when a session had ended already."""
    if user is not None:
        record_access(kind=AccessEvent.Kind.SIGNED_OUT, by=user)
