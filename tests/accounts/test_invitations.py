"""Invitations: links that work once and only for a time."""

import datetime
import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from accounts.actions import (
    accept_invitation,
    deactivate_person,
    give_password,
    invite_person,
    open_invitation,
    system_person,
    withdraw_invitation,
)
from accounts.actions.invitations import token_hash
from accounts.mail import MailNotSent
from accounts.models import Invitation, User
from audit.errors import NotAllowed, NotPossible
from tests.factories import make_person
from tests.people import ClientOf

SITE = "https://safety.example.org/"
PASSWORD = "a-long-and-fine-password"

SendTo = Callable[[User, User], str]


@pytest.fixture
def invited(db: None) -> User:
    return make_person("Nina Newell", "nina@example.org")


@pytest.fixture
def send_to(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> SendTo:
    """Invite, let the transaction commit, and take the token from the mail."""

    def send(person: User, by: User) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            invite_person(person=person, by=by, site=SITE)
        return token_in(mail.outbox[-1])

    return send


def token_in(message: EmailMessage) -> str:
    found = re.search(r"https://safety\.example\.org/invitation/([\w-]+)/", str(message.body))
    assert found, message.body
    return found[1]


def test_the_mail_says_who_invited_and_until_when(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    send_to(invited, administrator)
    (message,) = mail.outbox
    assert message.to == ["nina@example.org"]
    assert "Hello Nina Newell" in message.body
    assert "Ada Administrator has invited you" in message.body
    in_two_weeks = timezone.localdate() + datetime.timedelta(days=14)
    assert f"{in_two_weeks:%-d %B %Y}" in message.body


def test_the_token_is_stored_hashed_only(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    stored = Invitation.objects.get(user=invited)
    assert stored.token_sha256 == token_hash(token)
    assert token not in str(stored.__dict__)


def test_nothing_is_mailed_when_the_act_is_not_stored(
    invited: User,
    administrator: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks() as waiting:
        invite_person(person=invited, by=administrator, site=SITE)
    assert len(waiting) == 1
    assert mail.outbox == []


def test_a_refused_mail_says_that_everything_else_stands(
    invited: User,
    administrator: User,
    send_to: SendTo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("accounts.mail.send_mail", refuse)
    with pytest.raises(MailNotSent, match="Everything was saved, but the mail to nina"):
        send_to(invited, administrator)
    assert Invitation.objects.get(user=invited).is_open


def test_accepting_sets_the_password_and_uses_the_link_up(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    assert accept_invitation(token=token, password=PASSWORD) == invited
    assert User.objects.get(pk=invited.pk).check_password(PASSWORD)
    with pytest.raises(NotPossible, match="does not work"):
        accept_invitation(token=token, password="another-fine-password")
    assert User.objects.get(pk=invited.pk).check_password(PASSWORD)


@pytest.mark.parametrize("password", ["short", "password1234", "nina@example.org"])
def test_a_weak_password_keeps_the_link_open(
    invited: User,
    administrator: User,
    send_to: SendTo,
    password: str,
) -> None:
    token = send_to(invited, administrator)
    with pytest.raises(NotPossible):
        accept_invitation(token=token, password=password)
    assert open_invitation(token) is not None
    assert not User.objects.get(pk=invited.pk).has_usable_password()


def test_a_newer_link_ends_the_older_one(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    older = send_to(invited, administrator)
    newer = send_to(invited, administrator)
    assert open_invitation(older) is None
    assert open_invitation(newer) is not None


def test_an_old_link_has_expired(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    Invitation.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert open_invitation(token) is None
    with pytest.raises(NotPossible, match="has expired"):
        accept_invitation(token=token, password=PASSWORD)


def test_a_withdrawn_link_does_not_work(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    withdraw_invitation(person=invited, by=administrator)
    assert open_invitation(token) is None
    assert Invitation.objects.get(user=invited).withdrawn_by == administrator
    with pytest.raises(NotPossible, match="no open invitation"):
        withdraw_invitation(person=invited, by=administrator)


def test_deactivating_ends_the_link(
    invited: User,
    administrator: User,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    deactivate_person(person=invited, by=administrator, reason="Does not join after all")
    assert open_invitation(token) is None
    with pytest.raises(NotPossible, match="reactivate them first"):
        invite_person(person=invited, by=administrator, site=SITE)


def test_who_has_a_password_is_not_invited(invited: User, administrator: User) -> None:
    give_password(person=invited, password=PASSWORD, by=system_person())
    with pytest.raises(NotPossible, match="has a password already"):
        invite_person(person=invited, by=administrator, site=SITE)


def test_only_administrators_invite_and_withdraw(invited: User, cso: User) -> None:
    with pytest.raises(NotAllowed):
        invite_person(person=invited, by=cso, site=SITE)
    with pytest.raises(NotAllowed):
        withdraw_invitation(person=invited, by=cso)


@pytest.mark.parametrize("token", ["", "x", "ü" * 40, "0" * 5000])
def test_any_other_token_opens_nothing(db: None, token: str) -> None:
    assert open_invitation(token) is None


# --- the page ------------------------------------------------------------------------------------


def test_the_page_sets_the_password_and_leads_to_sign_in(
    invited: User,
    administrator: User,
    client: Client,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    address = reverse("accept_invitation", args=[token])
    shown = client.get(address)
    assert shown.status_code == 200
    assert "Welcome, Nina Newell" in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    answer = client.post(address, {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 302
    assert answer["Location"] == reverse("account_login")
    signed_in = client.post(
        reverse("account_login"), {"login": "nina@example.org", "password": PASSWORD}
    )
    assert signed_in["Location"] == reverse("my_work")
    assert client.get(address).status_code == 404


def test_whoever_was_signed_in_is_signed_out(
    invited: User,
    administrator: User,
    client_of: ClientOf,
    send_to: SendTo,
) -> None:
    token = send_to(invited, administrator)
    browser = client_of(administrator)
    browser.post(
        reverse("accept_invitation", args=[token]), {"password": PASSWORD, "again": PASSWORD}
    )
    assert "_auth_user_id" not in browser.session


@pytest.mark.parametrize(
    ("password", "again", "sentence"),
    [
        (PASSWORD, "something else", "not the same"),
        ("short", "short", "too short"),
        ("", "", "This cannot be empty."),
    ],
)
def test_the_page_says_what_is_wrong_with_a_password(
    invited: User,
    administrator: User,
    client: Client,
    send_to: SendTo,
    password: str,
    again: str,
    sentence: str,
) -> None:
    token = send_to(invited, administrator)
    answer = client.post(
        reverse("accept_invitation", args=[token]), {"password": password, "again": again}
    )
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not User.objects.get(pk=invited.pk).has_usable_password()


def test_a_link_that_opens_nothing_says_what_to_do(db: None, client: Client) -> None:
    answer = client.get(reverse("accept_invitation", args=["nothing"]))
    assert answer.status_code == 404
    assert "Ask the person who invited you to send a new one" in answer.content.decode()
