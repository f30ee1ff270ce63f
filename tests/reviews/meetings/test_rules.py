"""Rules of sessions, checkpoints and actions, on plain values."""

import datetime

import pytest

from products.choices import Role
from reviews.choices import Prompt
from reviews.meetings.rules import (
    SessionFacts,
    coming_days,
    is_late,
    listed,
    next_on,
    sessions_lacking,
    weeks_in_words,
    who_lacked,
    why_session_not_closed,
)
from reviews.meetings.session_page import coming_square, square_after

S, C, E, P = (
    Role.CLINICAL_SAFETY_OFFICER,
    Role.CLINICIAN,
    Role.CONTRIBUTOR,
    Role.PRODUCT_MANAGER,
)
FRIDAY = datetime.date(2026, 11, 27)
WEEK = datetime.timedelta(weeks=1)


@pytest.mark.parametrize(
    ("roles", "lacked"),
    [
        ({S, C, E}, []),
        ({S, C, E, P}, []),
        ({S, C}, ["an engineer"]),
        ({S, E, P}, ["a clinician"]),
        ({C, E, P}, ["a clinical safety officer"]),
        (set(), ["a clinical safety officer", "a clinician", "an engineer"]),
    ],
)
def test_who_was_missing(roles: set[Role], lacked: list[str]) -> None:
    assert who_lacked(roles) == lacked


def session(number: int, *roles: Role, release: int | None = 1, over: bool = True) -> SessionFacts:
    return SessionFacts(number, release, over, frozenset(roles))


def test_a_later_session_for_the_same_release_makes_an_earlier_one_good() -> None:
    poor, open_one, good = session(1, S), session(2, S, over=False), session(3, S, C, E)
    assert sessions_lacking([poor]) == {1: ["a clinician", "an engineer"]}
    assert sessions_lacking([poor, good]) == {}
    assert set(sessions_lacking([good, poor])) == {1}
    assert sessions_lacking([open_one]) == {}, "people may still come"
    assert set(sessions_lacking([poor, session(4, S, C, E, release=2)])) == {1}


def test_words_in_a_sentence() -> None:
    assert [listed(["a"]), listed(["a", "b", "c"])] == ["a", "a, b and c"]
    assert [weeks_in_words(1), weeks_in_words(2)] == ["every week", "every 2 weeks"]


@pytest.mark.parametrize(
    ("days_ahead", "summary", "people", "unsettled", "words"),
    [
        (0, "Found two", 3, 0, ""),
        (-9, "Found two", 3, 0, ""),
        (1, "Found two", 3, 0, "The session is for 24 November 2026"),
        (0, "Found two", 0, 0, "who took part"),
        (0, "Found two", 3, 1, "1 entry has come to nothing"),
        (0, "Found two", 3, 2, "2 entries have come to nothing"),
        (0, " ", 3, 0, "what came of the session"),
    ],
)
def test_what_keeps_a_session_open(
    days_ahead: int, summary: str, people: int, unsettled: int, words: str
) -> None:
    today = datetime.date(2026, 11, 23)
    refusal = why_session_not_closed(
        summary=summary,
        people=people,
        unsettled=unsettled,
        held_on=today + datetime.timedelta(days=days_ahead),
        today=today,
    )
    assert words in refusal
    assert bool(refusal) is bool(words)


@pytest.mark.parametrize(
    ("after", "day"),
    [
        (FRIDAY - WEEK, FRIDAY),
        (FRIDAY, FRIDAY + 2 * WEEK),
        (FRIDAY + WEEK, FRIDAY + 2 * WEEK),
        (FRIDAY + 2 * WEEK, FRIDAY + 4 * WEEK),
    ],
)
def test_the_next_day_of_a_rhythm(after: datetime.date, day: datetime.date) -> None:
    assert next_on(FRIDAY, 2, after) == day


def test_the_days_to_come_begin_with_today() -> None:
    assert coming_days(FRIDAY, 1, FRIDAY, 3) == [FRIDAY, FRIDAY + WEEK, FRIDAY + 2 * WEEK]


def test_what_is_due_today_is_not_late_yet() -> None:
    assert [is_late(FRIDAY, FRIDAY), is_late(FRIDAY, FRIDAY + WEEK)] == [False, True]


@pytest.mark.parametrize(
    ("asked", "square"),
    [
        (("7", "late"), (7, "late")),
        (("7", "sometimes"), (7, "no")),
        (("9", "late"), (5, "no")),
        (("", ""), (5, "no")),
    ],
)
def test_the_square_that_an_address_names(asked: tuple[str, str], square: tuple[int, str]) -> None:
    assert coming_square([5, 7], *asked) == square


def test_the_square_after_goes_right_then_down_then_round() -> None:
    assert square_after([5, 7], 5, Prompt.NO) == (5, "wrong")
    assert square_after([5, 7], 5, Prompt.MISUSED) == (7, "no")
    assert square_after([5, 7], 7, Prompt.MISUSED) == (5, "no")
    assert square_after([5, 7], None, None) == (None, "")
