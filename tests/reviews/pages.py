"""What the tests of pages to sign on have in common."""

import re
from typing import Any

from django.test import Client

from accounts.actions import give_password, system_person
from accounts.models import User
from tests.people import BACKEND

PASSWORD = "correct horse battery"


def signed_in(person: User) -> Client:
    """A browser in which somebody who has a password is signed in."""
    give_password(person=person, password=PASSWORD, by=system_person())
    person.refresh_from_db()
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def hidden(html: str, name: str) -> str:
    """The value of a hidden field on a page."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, f"no hidden field {name}"
    return found.group(1)


def what_signs(client: Client, url: str, **more: Any) -> dict[str, Any]:
    """What a person posts who has read the page, with the right password."""
    html = client.get(url).content.decode()
    return {
        "seen": hidden(html, "seen"),
        "has_read": "on",
        "comment": "",
        "password": PASSWORD,
    } | more
