"""What every page shows about the person who is signed in, and how they like pages to look."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.models import User
from accounts.queries import unread_of

SCHEMES = ("auto", "light", "dark")
DENSITIES = ("normal", "compact")


def interface(request: HttpRequest) -> dict[str, Any]:
    """Context processor: person_name, person_role on the product at hand, scheme, density, unread.

    ``unread`` is counted only where a page shows it: fragments ask for nothing.
    """
    person = getattr(request, "user", None)
    standing = getattr(request, "standing", None)
    return {
        "person_name": person.name if isinstance(person, User) else "",
        "person_role": standing.role_in_words if standing is not None else "",
        "scheme": _chosen(request, "scheme", SCHEMES),
        "density": _chosen(request, "density", DENSITIES),
        "unread": SimpleLazyObject(lambda: unread_of(person)) if isinstance(person, User) else 0,
    }


def _chosen(request: HttpRequest, cookie: str, known: tuple[str, ...]) -> str:
    value = request.COOKIES.get(cookie, "")
    return value if value in known else known[0]
