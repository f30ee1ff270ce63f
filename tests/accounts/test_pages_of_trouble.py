"""Where allauth would answer with a page of its own, or none: ours, with a sentence."""

import smtplib
from unittest import mock

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User

PASSWORD = "correct horse battery"


@pytest.fixture
def member(cso: User) -> User:
    cso.set_password(PASSWORD)
    cso.save()
    return cso


@pytest.mark.parametrize("problem", [smtplib.SMTPServerDisconnected("down"), OSError("refused")])
@pytest.mark.parametrize("known", [True, False])
def test_a_reset_while_the_mail_server_is_down_says_so_to_everybody_alike(
    member: User, problem: Exception, known: bool
) -> None:
    address = member.email if known else "nobody@example.org"
    with mock.patch("django.core.mail.message.EmailMessage.send", side_effect=problem):
        answer = Client().post(reverse("account_reset_password"), {"email": address})
    assert answer.status_code == 503
    page = answer.content.decode()
    assert "The mail could not be sent" in page
    assert "Your password is as it was." in page
    assert address not in page
    assert "no-" in answer.headers["Cache-Control"]


def test_a_reset_works_again_when_the_mail_server_does(member: User) -> None:
    answer = Client().post(reverse("account_reset_password"), {"email": member.email})
    assert answer.status_code == 302
    assert [message.to for message in mail.outbox] == [[member.email]]


def test_too_many_tries_get_a_page_of_our_own(member: User) -> None:
    client = Client()
    answers = [
        client.post(reverse("account_reset_password"), {"email": member.email}) for _ in range(7)
    ]
    last = answers[-1]
    assert last.status_code == 429
    page = last.content.decode()
    assert "Too many tries in a short time" in page
    assert "Safety Case" in page
    assert "Wait five minutes" in page
