"""Every named address, for every kind of person, by GET and by POST."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from products.models import Product
from tests.audit.record import contents
from tests.laws.every_action import World
from tests.laws.every_address import ADDRESSES, DOWNLOADS, NEVER, PEOPLE, PUBLIC, Needs
from tests.laws.test_keeping import check_kept_by_nobody_else
from tests.laws.test_who_may import everybody
from tests.people import BACKEND, ClientOf

__all__ = ["everybody"]


#: The addresses of the REST API, which people do not call. Each of its routes has a row for each
#: role and scope in tests/api/test_matrix.py, which fails where one is missing.
FOR_PROGRAMS = ("api/v1/", "api")


def patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        elif (str(each.pattern), each.namespace) != FOR_PROGRAMS:
            yield from patterns(each)


ALL = list(patterns(get_resolver()))


def test_every_address_is_in_the_matrix() -> None:
    """A new page states who may see it: add it to every_address.ADDRESSES."""
    assert None not in {pattern.name for pattern in ALL}, "every address has a name"
    assert {pattern.name for pattern in ALL} == set(ADDRESSES)
    assert len(ALL) == len(ADDRESSES), "a name is given once"


def test_rows_are_whole() -> None:
    for name, address in ADDRESSES.items():
        for codes in (address.get, address.post):
            assert re.fullmatch(r"\d{3}( \d{3}){7}", codes), name


def test_what_needs_no_sign_in_is_told_twice() -> None:
    """Once in the matrix, once here: whoever opens a page to the world says so."""
    open_to_all = {
        name
        for name, address in ADDRESSES.items()
        if not address.get.startswith("302") or not address.post.startswith("302")
    }
    assert open_to_all == {
        "account_login", "account_inactive", "account_signup", "account_reset_password",
        "account_reset_password_done", "account_reset_password_from_key",
        "account_reset_password_from_key_done", "accept_invitation", "healthz", "readyz",
        "api_docs", "api_schema", "github_hook", "generic_hook",
    }  # fmt: skip
    exempt = {
        pattern.name for pattern in ALL if not getattr(pattern.callback, "login_required", True)
    }
    assert exempt == open_to_all | {"account_logout"}


@pytest.fixture
def visitors(everybody: dict[str, User]) -> dict[str, User | None]:
    """Whom each mark stands for; they have passwords, as everybody who is signed in has."""
    for person in everybody.values():
        person.set_password("correct horse battery")
        person.save()
    return {"o": None, **everybody}


@pytest.fixture
def cookies(visitors: dict[str, User | None]) -> dict[str, str]:
    """The session's cookie of each mark: everybody is signed in once, the outsider is not."""
    found = {}
    for mark, person in visitors.items():
        client = Client()
        if person is not None:
            client.force_login(person, backend=BACKEND)
            found[mark] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return found


@pytest.fixture
def place(needs: Needs, product: Product, cso: User, executive: User) -> dict[str, Any]:
    """What stands in an address, with everything made that it leads to."""
    return needs(World(product, cso, executive))


def with_cookie(cookie: str | None) -> Client:
    client = Client()
    if cookie is not None:
        client.cookies[settings.SESSION_COOKIE_NAME] = cookie
    return client


def visit(cookie: str | None, method: str, url: str) -> HttpResponse:
    """The answer, with everything that it wrote taken back."""
    with transaction.atomic():
        answer: HttpResponse = getattr(with_cookie(cookie), method)(url)
        answer.getvalue()  # read to its end, a file is closed
        transaction.set_rollback(True)
    return answer


def with_needs(names: Iterable[str]) -> pytest.MarkDecorator:
    """A test for each of these addresses."""
    each = [(name, ADDRESSES[name].needs) for name in names]
    return pytest.mark.parametrize(("name", "needs"), each, ids=[name for name, _ in each])


def whose_visits_tell(codes: dict[str, int]) -> list[str]:
    """Everybody's; on PostgreSQL those of one person for each answer, and of both outsiders.

    Who gets which was seen on SQLite. What a second database may change is the answer itself.
    """
    if connection.vendor == "sqlite":
        return list(codes)
    one_for_each = {codes[mark]: mark for mark in (*codes, "S")}
    return [mark for mark in codes if mark in {"o", "s", *one_for_each.values()}]


@with_needs(ADDRESSES)
def test_each_address_for_each_person(
    name: str, product: Product, cookies: dict[str, str], place: dict[str, Any]
) -> None:
    address = ADDRESSES[name]
    url = reverse(name, kwargs=place)
    for method, codes in (("get", address.get), ("post", address.post)):
        of_each = dict(zip(PEOPLE, map(int, codes.split()), strict=True))
        marks = whose_visits_tell(of_each)
        answers = {mark: visit(cookies.get(mark), method, url) for mark in marks}
        found = {PEOPLE[mark]: answer.status_code for mark, answer in answers.items()}
        assert found == {PEOPLE[mark]: of_each[mark] for mark in marks}, method
        check_sent_to_sign_in(name, url, answers["o"])
        check_stranger_learns_nothing(product, answers["s"])
        for answer in answers.values():
            check_kept_by_nobody_else(answer)
            if name in DOWNLOADS and answer.status_code == 200:
                assert "no-store" in answer.headers["Cache-Control"], "what leaves is kept nowhere"


def check_sent_to_sign_in(name: str, url: str, answer: HttpResponse) -> None:
    if answer.status_code == 302 and name != "account_logout":
        # After a form that was sent the page says that nothing was saved yet.
        leads_to = answer.headers["Location"].removesuffix("&unsaved=1")
        assert leads_to == f"{reverse('account_login')}?next={url}"


def check_stranger_learns_nothing(product: Product, answer: HttpResponse) -> None:
    if answer.status_code in (403, 404):
        assert product.name not in answer.content.decode()


#: What a page remembers for the next one, and that somebody is signed in.
NO_RECORD = {"cache_table", "django_session"}
THE_RECORD_OF_ACCESS = {"audit_accessevent", "audit_entry", "audit_pendingentry"}


@with_needs(name for name, each in ADDRESSES.items() if each.get not in (NEVER, PUBLIC))
def test_reading_writes_nothing(
    name: str, product: Product, cookies: dict[str, str], place: dict[str, Any]
) -> None:
    url = reverse(name, kwargs=place)
    client = with_cookie(cookies["S"])
    client.get("/")  # the session is made
    before = contents()
    client.get(url).getvalue()
    after = contents()
    recorded = THE_RECORD_OF_ACCESS if name in DOWNLOADS else set()
    for table, rows in after.items():
        if table in recorded:
            assert len(rows) == len(before[table]) + 1, f"{table}: a download is recorded, once"
        elif table not in NO_RECORD:
            assert rows == before[table], table


#: What every product has: its own sections, and the shipped library of hazards.
OF_EVERY_PRODUCT = {"key", "entry", "family"}


def test_things_are_not_reached_by_way_of_another_product(
    product: Product,
    other_product: Product,
    cso: User,
    executive: User,
    stranger: User,
    client_of: ClientOf,
) -> None:
    """A stranger's own address with our references and ids finds nothing of ours."""
    for name, address in ADDRESSES.items():
        with transaction.atomic():
            kwargs = address.needs(World(product, cso, executive))
            of_ours = set(kwargs) - {"slug"} - OF_EVERY_PRODUCT
            if kwargs.get("slug") == product.slug and of_ours:
                url = reverse(name, kwargs=kwargs | {"slug": other_product.slug})
                for method in ("get", "post"):
                    answer = getattr(client_of(stranger), method)(url)
                    assert answer.status_code in (404, 405), (name, method)
            transaction.set_rollback(True)
