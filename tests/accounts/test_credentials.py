"""Giving one's password once more: what proves it, how long it holds, and how often it may fail."""

import datetime
import logging
from unittest import mock

import pytest
from django.utils import timezone

from accounts.actions import deactivate_person, give_password, system_person
from accounts.credentials import (
    FAILURES_KEPT,
    HOLDS,
    MOST_FAILURES,
    PASSWORD,
    Confirmed,
    check_confirmed,
    confirm_password,
)
from accounts.models import User
from audit.errors import NotAllowed, NotPossible
from tests.factories import make_person

RIGHT = "a long enough password"
WRONG = "a wrong password"
SECOND = datetime.timedelta(seconds=1)


def somebody(name: str) -> User:
    return give_password(person=make_person(name), password=RIGHT, by=system_person())


@pytest.fixture
def person(db: None) -> User:
    return somebody("Sam Signer")


def fail(person: User, times: int) -> None:
    for _ in range(times):
        with pytest.raises(NotPossible, match="That is not your password"):
            confirm_password(person=person, password=WRONG)


# --- Giving it ------------------------------------------------------------------------------------


def test_the_password_makes_a_proof_of_this_person_now(person: User) -> None:
    before = timezone.now()
    confirmed = confirm_password(person=person, password=RIGHT)
    assert (confirmed.person, confirmed.method) == (person.pk, PASSWORD)
    assert before <= confirmed.at <= timezone.now()
    check_confirmed(person, confirmed)


@pytest.mark.parametrize("password", ["", " ", RIGHT.upper(), f" {RIGHT}", f"{RIGHT} ", "\x00"])
def test_nothing_else_is_the_password(person: User, password: str) -> None:
    with pytest.raises(NotPossible) as refused:
        confirm_password(person=person, password=password)
    assert refused.value.sentence == (
        "That is not your password. Nothing was signed and nothing was lost. Try again."
    )


def test_somebody_elses_password_is_not_ones_own(person: User) -> None:
    other = make_person("Olive Other")
    give_password(person=other, password="quite another password", by=system_person())
    with pytest.raises(NotPossible, match="not your password"):
        confirm_password(person=person, password="quite another password")


def test_a_person_without_a_password_proves_nothing(db: None) -> None:
    invited = make_person("Ina Invited")
    for password in ("", "!", invited.password):
        with pytest.raises(NotPossible, match="not your password"):
            confirm_password(person=invited, password=password)


def test_a_deactivated_person_cannot_sign_even_with_the_right_password(
    person: User, administrator: User
) -> None:
    deactivate_person(person=person, by=administrator, reason="She left")
    person.refresh_from_db()
    with pytest.raises(NotAllowed, match="Sam Signer may not sign in, so they cannot sign"):
        confirm_password(person=person, password=RIGHT)


def test_the_system_person_never_signs(db: None) -> None:
    system = system_person()
    system.is_active = True  # whatever somebody makes of it
    with pytest.raises(NotAllowed, match="may not sign in"):
        confirm_password(person=system, password="")


def test_a_wrong_password_is_logged_without_the_password(
    person: User, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="accounts.credentials"):
        fail(person, 1)
    assert caplog.messages == [f"A wrong password at signing, by person {person.pk}."]


# --- Too often ------------------------------------------------------------------------------------


def test_after_five_wrong_ones_the_right_one_is_not_tried_any_more(person: User) -> None:
    assert MOST_FAILURES == 5
    fail(person, 5)
    with mock.patch.object(User, "check_password") as tried:
        for password in (RIGHT, WRONG):
            with pytest.raises(NotPossible) as refused:
                confirm_password(person=person, password=password)
    tried.assert_not_called()
    assert refused.value.sentence == (
        "Too many wrong passwords. Nothing was signed and nothing was lost. "
        "Wait five minutes, then try again."
    )


def test_the_fifth_try_may_still_be_right(person: User) -> None:
    fail(person, 4)
    assert confirm_password(person=person, password=RIGHT).person == person.pk


def test_the_right_one_forgives_the_wrong_ones(person: User) -> None:
    fail(person, 4)
    confirm_password(person=person, password=RIGHT)
    fail(person, 4)
    confirm_password(person=person, password=RIGHT)


def test_one_persons_wrong_ones_are_not_anothers(person: User) -> None:
    other = somebody("Olive Other")
    fail(person, 5)
    assert confirm_password(person=other, password=RIGHT).person == other.pk


def test_five_minutes_later_they_may_try_again(person: User) -> None:
    fail(person, 5)
    later = timezone.now() + FAILURES_KEPT + SECOND
    with mock.patch("django.core.cache.backends.db.tz_now", return_value=later):
        assert confirm_password(person=person, password=RIGHT).person == person.pk


def test_waiting_less_is_not_enough(person: User) -> None:
    fail(person, 5)
    sooner = timezone.now() + FAILURES_KEPT - 10 * SECOND
    with (
        mock.patch("django.core.cache.backends.db.tz_now", return_value=sooner),
        pytest.raises(NotPossible, match="Too many wrong passwords"),
    ):
        confirm_password(person=person, password=RIGHT)


# --- Using it -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "holds"),
    [(0 * SECOND, True), (HOLDS - SECOND, True), (HOLDS + SECOND, False), (-5 * SECOND, False)],
    ids=str,
)
def test_a_proof_is_for_the_page_that_is_being_signed(
    person: User, age: datetime.timedelta, holds: bool
) -> None:
    now = timezone.now()
    proof = Confirmed(person.pk, PASSWORD, now - age)
    with mock.patch("accounts.credentials.timezone.now", return_value=now):
        if holds:
            check_confirmed(person, proof)
            return
        with pytest.raises(NotAllowed, match="Give your password again: nothing was signed"):
            check_confirmed(person, proof)


def test_a_proof_of_one_person_is_none_of_another(person: User) -> None:
    other = somebody("Olive Other")
    with pytest.raises(NotAllowed, match="Give your password again"):
        check_confirmed(person, confirm_password(person=other, password=RIGHT))


def test_a_proof_is_worth_nothing_once_the_person_is_deactivated(
    person: User, administrator: User
) -> None:
    """Whoever holds the person in memory: it is asked anew."""
    confirmed = confirm_password(person=person, password=RIGHT)
    deactivate_person(person=User.objects.get(pk=person.pk), by=administrator, reason="She left")
    assert person.is_active, "what a request read before"
    with pytest.raises(NotAllowed, match="may not sign in, so they cannot sign"):
        check_confirmed(person, confirmed)
