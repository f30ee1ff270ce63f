"""People as a record writes them (name and e-mail address), and as one text where no account is.

``Name <address>``, as mail programs write it, with what else is said in brackets behind it.
"""

import re
from typing import TypedDict

from accounts.models import User

_WITH_ADDRESS = re.compile(r"(?P<name>.+?) <(?P<email>[^<>\s]*)>(?: \((?P<more>.*)\))?", re.DOTALL)


class Person(TypedDict):
    """A person by name and e-mail address; the address is '' where only a name is known."""

    name: str
    email: str


def person_of(user: User) -> Person:
    """Somebody with an account."""
    return {"name": user.name, "email": user.email}


def person_as_text(person: Person, more: str = "") -> str:
    """A person as one text; ``person_in_text`` reads exactly this back."""
    name, email = person["name"], person["email"]
    if not more and not email and _WITH_ADDRESS.fullmatch(name) is None:
        return name
    return f"{name} <{email}>{f' ({more})' if more else ''}"


def person_in_text(text: str) -> tuple[Person, str]:
    """The person that a text names, and what else it says of them."""
    found = _WITH_ADDRESS.fullmatch(text)
    if found is None:
        return {"name": text, "email": ""}, ""
    return {"name": found["name"], "email": found["email"]}, found["more"] or ""


def names_a_person(text: str) -> bool:
    """Whether a text is a person's name with an address, and not a role in words."""
    found = _WITH_ADDRESS.fullmatch(text)
    return found is not None and "@" in found["email"]
