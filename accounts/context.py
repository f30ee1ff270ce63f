"""What every page shows about the person who is signed in, and how they like pages to look."""

from typing import Any

from django.http import HttpRequest

from accounts.models import User

SCHEMES = ("auto", "light", "dark")
DENSITIES = ("normal", "compact")


def interface(request: HttpRequest) -> dict[str, Any]:
    """Context processor: person_name, person_role on the product at hand, scheme, density."""
    person = getattr(request, "user", None)
    standing = getattr(request, "standing", None)
    return {
        "person_name": person.name if isinstance(person, User) else "",
        "person_role": standing.role_in_words if standing is not None else "",
        "scheme": _chosen(request, "scheme", SCHEMES),
        "density": _chosen(request, "density", DENSITIES),
    }


def _chosen(request: HttpRequest, cookie: str, known: tuple[str, ...]) -> str:
    value = request.COOKIES.get(cookie, "")
    return value if value in known else known[0]
