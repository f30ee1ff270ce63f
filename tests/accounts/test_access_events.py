"""Sign-ins, sign-outs and downloads are in the record, and shown to those who may see them."""

from unittest import mock

import pytest
from django.core.files.base import ContentFile
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.downloads import export_download, file_download
from accounts.models import User
from audit.models import AccessEvent, Entry
from products.models import Product
from tests.people import BACKEND, ClientOf, QueriesOf

PASSWORD = "correct horse battery"


@pytest.fixture
def visitor(cso: User) -> User:
    cso.set_password(PASSWORD)
    cso.save()
    return cso


def events() -> list[tuple[str, str, str]]:
    return list(AccessEvent.objects.order_by("pk").values_list("kind", "what", "scope"))


def sign_in(client: Client, person: User, password: str = PASSWORD) -> int:
    answer = client.post(reverse("account_login"), {"login": person.email, "password": password})
    return answer.status_code


def test_signing_in_and_out_is_recorded(visitor: User) -> None:
    client = Client()
    assert sign_in(client, visitor) == 302
    client.post(reverse("account_logout"))
    assert events() == [("signed_in", "", ""), ("signed_out", "", "")]
    newest = Entry.objects.filter(model="audit.accessevent").latest("pk")
    assert (newest.person, newest.reason, newest.scope) == (visitor, "Signed out", "")


def test_a_wrong_password_is_no_sign_in(visitor: User) -> None:
    assert sign_in(Client(), visitor, "another password") == 200
    assert events() == []


def test_signing_out_of_a_session_that_ended_records_nothing(visitor: User) -> None:
    Client().post(reverse("account_logout"))
    assert events() == []


def test_nobody_is_signed_in_whose_sign_in_cannot_be_recorded(visitor: User) -> None:
    client = Client(raise_request_exception=False)
    with mock.patch("accounts.sign_ins.record_access", side_effect=RuntimeError("disk full")):
        assert sign_in(client, visitor) == 500
    assert client.get(reverse("my_work")).status_code == 302


def history(client: Client, person: User) -> str:
    url = reverse("person_history", args=[person.profile.public_id])
    return client.get(url).content.decode()


def test_sign_ins_are_shown_to_administrators_and_to_oneself(
    cso: User, engineer: User, administrator: User, client_of: ClientOf
) -> None:
    officer = client_of(cso)
    assert history(officer, cso).count("Signed in") == 1, "what happened is said once"
    assert "Signed in" in history(client_of(administrator), cso)
    assert "Signed in" not in history(client_of(engineer), cso)
    assert "Signed in" not in history(client_of(cso), engineer), "colleagues see none"


def test_a_persons_history_does_not_grow_in_queries(
    cso: User, administrator: User, client_of: ClientOf, queries_of: QueriesOf
) -> None:
    client = client_of(administrator)
    url = reverse("person_history", args=[cso.profile.public_id])
    counted = []
    for _ in range(2):
        for _ in range(10):
            Client().force_login(cso, backend=BACKEND)
        counted.append(queries_of(client, url))
    assert counted[0] == counted[1]


def test_an_export_is_recorded_before_it_goes_out(product: Product, cso: User) -> None:
    request = RequestFactory().get("/")
    request.user = cso
    answer = export_download(
        request,
        (piece for piece in (b"a", b"b")),
        name="log.csv",
        content_type="text/csv",
        what="everything",
        scope=product.scope,
    )
    assert events() == [("exported", "everything", product.scope)]
    assert b"".join(answer) == b"ab"
    assert answer["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert answer["Cache-Control"] == "private, no-store"


def test_who_only_asks_for_the_headers_takes_nothing(product: Product, cso: User) -> None:
    request = RequestFactory().head("/")
    request.user = cso
    export_download(
        request, iter(()), name="x", content_type="text/csv", what="x", scope=product.scope
    )
    file_download(
        request,
        ContentFile(b"x"),
        name="x",
        content_type="text/plain",
        what="x",
        scope=product.scope,
    )
    assert events() == []
