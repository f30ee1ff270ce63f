"""Pages about people: who may open them, and what they save."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import Profile, User
from tests.factories import make_person
from tests.people import ClientOf


def page_of(name: str, person: User) -> str:
    return reverse(name, args=[person.profile.public_id])


def test_signed_out_people_are_sent_to_sign_in(client: Client, engineer: User) -> None:
    for address in (reverse("people"), page_of("person", engineer)):
        assert client.get(address)["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize(
    "name",
    ["registration_check", "person_administrator", "person_deactivate", "person_reactivate"],
)
def test_pages_of_administrators_are_theirs(
    name: str, engineer: User, cso: User, administrator: User, client_of: ClientOf
) -> None:
    assert client_of(administrator).get(page_of(name, engineer)).status_code == 200
    assert client_of(cso).get(page_of(name, engineer)).status_code == 403
    assert client_of(administrator).get(page_of(name, administrator)).status_code == 403


def test_the_list_of_people_is_for_administrators(
    cso: User, administrator: User, client_of: ClientOf
) -> None:
    answer = client_of(administrator).get(reverse("people"))
    assert "Clara Officer" in answer.content.decode()
    assert "System" not in answer.content.decode()
    refused = client_of(cso).get(reverse("people"))
    assert refused.status_code == 403
    assert "Only administrators manage people" in refused.content.decode()


def test_colleagues_see_each_other_and_strangers_do_not(
    engineer: User, cso: User, stranger: User, client_of: ClientOf
) -> None:
    assert client_of(engineer).get(page_of("person", cso)).status_code == 200
    assert client_of(stranger).get(page_of("person", cso)).status_code == 404
    assert client_of(stranger).get(page_of("person_history", cso)).status_code == 404
    assert client_of(engineer).get(page_of("person_edit", cso)).status_code == 403


def test_people_edit_their_profile_on_its_page(engineer: User, client_of: ClientOf) -> None:
    browser = client_of(engineer)
    mine = browser.get(reverse("my_profile"))
    assert mine["Location"] == page_of("person", engineer)
    answer = browser.post(
        page_of("person_edit", engineer),
        {"name": "Edward Engineer", "job_title": "Engineer", "base_version": "1", "reason": ""},
    )
    assert answer["Location"] == page_of("person", engineer)
    history = browser.get(page_of("person_history", engineer)).content.decode()
    assert "Edward" in history
    assert "Changed the profile" in history


def test_a_posted_field_that_is_not_on_the_form_changes_nothing(
    engineer: User, client_of: ClientOf
) -> None:
    client_of(engineer).post(
        page_of("person_edit", engineer),
        {"name": "Ed Engineer", "is_administrator": "on", "base_version": "1"},
    )
    assert not Profile.objects.get(user=engineer).is_administrator


def test_an_administrator_adds_somebody_and_the_page_says_so(
    administrator: User, client_of: ClientOf
) -> None:
    answer = client_of(administrator).post(
        reverse("person_new"), {"email": "nina@example.org", "name": "Nina Newell"}, follow=True
    )
    assert "Their invitation is on its way" in answer.content.decode()
    assert "invited" in answer.content.decode()


def test_what_is_refused_stays_on_the_page_with_what_was_typed(
    administrator: User, client_of: ClientOf
) -> None:
    make_person("Sam Example", "sam@example.org")
    answer = client_of(administrator).post(
        reverse("person_new"), {"email": "sam@example.org", "name": "Nina Newell"}
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "belongs to somebody who is here already" in text
    assert "Nina Newell" in text
    assert "<title>Error: " in text


def test_an_administrator_checks_a_registration_on_its_page(
    cso: User, administrator: User, client_of: ClientOf
) -> None:
    client_of(administrator).post(
        page_of("registration_check", cso),
        {"registration_checked_on": "2026-05-03", "reason": "GMC register", "base_version": "1"},
    )
    text = client_of(cso).get(page_of("person", cso)).content.decode()
    assert "Looked up on 3 May 2026 by Ada Administrator" in text


def test_deactivating_and_reactivating_on_their_pages(
    engineer: User, administrator: User, client_of: ClientOf
) -> None:
    browser = client_of(administrator)
    browser.post(page_of("person_deactivate", engineer), {"reason": "Left the company"})
    assert not User.objects.get(pk=engineer.pk).is_active
    browser.post(page_of("person_reactivate", engineer), {"reason": "Came back"})
    assert User.objects.get(pk=engineer.pk).is_active


def test_sending_and_withdrawing_an_invitation(administrator: User, client_of: ClientOf) -> None:
    person = make_person("Nina Newell", "nina@example.org")
    browser = client_of(administrator)
    assert browser.get(page_of("person_invite", person)).status_code == 405
    sent = browser.post(page_of("person_invite", person), follow=True)
    assert "An invitation is on its way to nina@example.org" in sent.content.decode()
    withdrawn = browser.post(page_of("person_withdraw_invitation", person), follow=True)
    assert "is withdrawn" in withdrawn.content.decode()
    again = browser.post(page_of("person_withdraw_invitation", person), follow=True)
    assert "has no open invitation" in again.content.decode()


@pytest.mark.parametrize("more", [10, 40])
def test_the_list_of_people_runs_the_same_queries(
    more: int,
    administrator: User,
    client_of: ClientOf,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(more):
        make_person(f"Person {number}")
    browser = client_of(administrator)
    with django_assert_max_num_queries(6):
        assert browser.get(reverse("people")).status_code == 200
