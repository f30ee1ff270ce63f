"""Who may sign in, and the pages around it."""

from collections.abc import Iterator

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts.actions import (
    deactivate_person,
    give_password,
    reactivate_person,
    system_person,
)
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from audit.tracked import history_of
from tests.factories import make_person
from tests.people import ClientOf

PASSWORD = "a-long-and-fine-password"


@pytest.fixture(autouse=True)
def _no_limits_from_other_tests(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def person(db: None) -> User:
    made = make_person("Sam Example", "sam@example.org")
    return give_password(person=made, password=PASSWORD, by=system_person())


def test_people_sign_in_with_their_address_in_any_case(person: User, client: Client) -> None:
    answer = client.post(
        reverse("account_login"), {"login": "SAM@example.org", "password": PASSWORD}
    )
    assert answer["Location"] == reverse("my_work")


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example", "https://evil.example/", "javascript:alert(1)", "\\\\evil"]
)
def test_signing_in_never_leads_to_another_site(
    person: User, client: Client, elsewhere: str
) -> None:
    answer = client.post(
        f"{reverse('account_login')}?next={elsewhere}",
        {"login": "sam@example.org", "password": PASSWORD, "next": elsewhere},
    )
    assert answer["Location"] == reverse("my_work")


def test_signing_in_leads_back_to_the_page_that_was_asked_for(person: User, client: Client) -> None:
    asked = client.get(reverse("my_profile"))
    assert asked["Location"] == f"{reverse('account_login')}?next={reverse('my_profile')}"
    answer = client.post(asked["Location"], {"login": "sam@example.org", "password": PASSWORD})
    assert answer["Location"] == reverse("my_profile")


def test_after_a_form_was_sent_the_sign_in_page_says_that_nothing_was_saved(
    client: Client, db: None
) -> None:
    said = "nothing was saved yet"
    asked = client.get(reverse("my_profile"), follow=True)
    assert said not in asked.content.decode()
    sent = client.post(reverse("product_new"), {"name": "Sam"}, follow=True)
    assert said in sent.content.decode()


def test_a_wrong_password_says_nothing_about_the_address(person: User, client: Client) -> None:
    texts = []
    for login in ("sam@example.org", "nobody@example.org"):
        answer = client.post(reverse("account_login"), {"login": login, "password": "wrong"})
        assert answer.status_code == 200
        texts.append(str(answer.context["form"].errors))
    assert texts[0] == texts[1]


def test_sign_up_is_closed(client: Client, db: None) -> None:
    values = {"email": "me@example.org", "password1": PASSWORD, "password2": PASSWORD}
    for answer in (
        client.get(reverse("account_signup")),
        client.post(reverse("account_signup"), values),
    ):
        assert "People come by invitation" in answer.content.decode()
    assert not User.objects.filter(email="me@example.org").exists()


def test_a_reset_goes_to_who_has_a_password(person: User, client: Client) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "sam@example.org"})
    assert answer["Location"] == reverse("account_reset_password_done")
    (message,) = mail.outbox
    link = next(word for word in str(message.body).split() if "/password/reset/key/" in word)
    client.get(link, follow=True)
    chosen = "quite-another-password"
    form = client.get(link)["Location"]
    done = client.post(form, {"password1": chosen, "password2": chosen})
    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert User.objects.get(pk=person.pk).check_password(chosen)


def test_a_reset_lets_nobody_in_who_has_not_accepted_their_invitation(client: Client) -> None:
    make_person("Nina Newell", "nina@example.org")
    client.post(reverse("account_reset_password"), {"email": "nina@example.org"})
    (message,) = mail.outbox
    assert "/password/reset/key/" not in message.body
    assert "through the link in your invitation" in message.body


def test_a_reset_answers_the_same_for_an_unknown_address(client: Client, db: None) -> None:
    answer = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert answer["Location"] == reverse("account_reset_password_done")


def test_a_deactivated_person_is_out_at_once(
    person: User, administrator: User, client_of: ClientOf, client: Client
) -> None:
    browser = client_of(person)
    assert browser.get(reverse("my_work")).status_code == 200
    deactivate_person(person=person, by=administrator, reason="Left")
    assert browser.get(reverse("my_work")).status_code == 302
    answer = client.post(
        reverse("account_login"), {"login": "sam@example.org", "password": PASSWORD}
    )
    assert "_auth_user_id" not in client.session
    assert answer.status_code in (200, 302)
    reactivate_person(person=person, by=administrator, reason="Came back")
    client.post(reverse("account_login"), {"login": "sam@example.org", "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(person.pk)


def test_administrators_deactivate_others_only(person: User, administrator: User) -> None:
    with pytest.raises(NotAllowed, match="nobody for themselves"):
        deactivate_person(person=administrator, by=administrator, reason="Leaving")
    with pytest.raises(NotAllowed):
        deactivate_person(person=administrator, by=person, reason="No")
    with pytest.raises(NotAllowed):
        deactivate_person(person=system_person(), by=administrator, reason="No")


def test_who_may_sign_in_is_in_the_record(person: User, administrator: User) -> None:
    deactivate_person(person=person, by=administrator, reason="Left the company")
    reactivate_person(person=person, by=administrator, reason="Came back")
    back, left = history_of(person.profile)[:2]
    assert (left.may_sign_in, left.history_user, left.history_change_reason) == (
        False,
        administrator,
        "Left the company",
    )
    assert (back.may_sign_in, back.history_change_reason) == (True, "Came back")


def test_deactivating_needs_a_reason_and_an_active_person(
    person: User, administrator: User
) -> None:
    with pytest.raises(NotPossible, match="Say why"):
        deactivate_person(person=person, by=administrator, reason=" ")
    deactivate_person(person=person, by=administrator, reason="Left")
    with pytest.raises(NotPossible, match="cannot sign in already"):
        deactivate_person(person=person, by=administrator, reason="Left")
    reactivate_person(person=person, by=administrator, reason="Back")
    with pytest.raises(NotPossible, match="may sign in already"):
        reactivate_person(person=person, by=administrator, reason="Back")


def test_a_command_alone_gives_passwords(person: User, administrator: User) -> None:
    with pytest.raises(NotAllowed):
        give_password(person=person, password="chosen-for-somebody", by=administrator)
    with pytest.raises(NotPossible, match="too short"):
        give_password(person=person, password="short", by=system_person())
