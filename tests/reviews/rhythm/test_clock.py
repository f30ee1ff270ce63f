"""The clock that both sides see, in working days."""

import datetime
from typing import Any

import pytest

from products.choices import Side
from reviews.rhythm.clock import (
    Clock,
    Wait,
    answer_within,
    due_day,
    in_days,
    median_by_month,
    wait_of,
    working_days,
)

MONDAY = datetime.date(2026, 11, 16)


def day(offset: int) -> datetime.date:
    return MONDAY + datetime.timedelta(days=offset)


def slowly(since: datetime.date, until: datetime.date) -> int:
    """Counted one by one."""
    count, at = 0, since
    while at < until:
        at += datetime.timedelta(days=1)
        count += at.weekday() < 5
    return count


@pytest.mark.parametrize("begin", range(7))
def test_working_days_are_monday_to_friday(begin: int) -> None:
    for length in range(-3, 24):
        since, until = day(begin), day(begin + length)
        assert working_days(since, until) == slowly(since, until), (since, until)


@pytest.mark.parametrize("begin", range(7))
def test_the_day_by_which_so_many_have_passed(begin: int) -> None:
    for days in range(1, 8):
        due = due_day(day(begin), days)
        assert due.weekday() < 5
        assert working_days(day(begin), due) == days


def clock(begun: datetime.date, today: datetime.date, within: int = 2) -> Clock:
    noon = datetime.datetime.combine(begun, datetime.time(12), datetime.UTC)
    return Clock(noon, today, within)


def test_what_was_asked_on_a_friday_is_due_on_tuesday() -> None:
    friday = day(4)
    assert clock(friday, friday).due == day(8)
    assert clock(friday, day(6)).days == 0
    assert clock(friday, day(7)).days == 1


def test_it_is_late_the_day_after_it_was_due() -> None:
    assert not clock(MONDAY, day(2)).is_late
    late = clock(MONDAY, day(3))
    assert late.is_late
    assert late.tone == "bad"
    assert late.words == "waiting 3 working days, 1 working day late"


def test_what_was_due_on_friday_is_late_on_monday() -> None:
    """On the Saturday it read "0 working days late"."""
    wednesday = day(2)
    for weekend in (day(5), day(6)):
        waits = clock(wednesday, weekend)
        assert not waits.is_late
        assert waits.tone == "warn"
        assert waits.words == "waiting 2 working days, due Friday 20 November"
    assert clock(wednesday, day(7)).words == "waiting 3 working days, 1 working day late"


def test_it_says_how_long_and_by_when() -> None:
    assert clock(MONDAY, MONDAY).words == "waiting since today, due Wednesday 18 November"
    assert clock(MONDAY, day(1)).words == "waiting 1 working day, due Wednesday 18 November"
    assert clock(MONDAY, day(1)).tone == "warn"


def test_the_target_is_a_setting_in_one_place(settings: Any) -> None:
    assert answer_within() == 2
    settings.ANSWER_WITHIN_WORKING_DAYS = 3
    assert answer_within() == 3


@pytest.mark.parametrize("wrong", [0, -1, "2", 1.5])
def test_a_target_that_is_none_is_refused(settings: Any, wrong: object) -> None:
    settings.ANSWER_WITHIN_WORKING_DAYS = wrong
    with pytest.raises(ValueError, match="whole number"):
        answer_within()


def test_the_median_of_each_side_and_month() -> None:
    november, december = datetime.date(2026, 11, 1), datetime.date(2026, 12, 1)
    waits = [
        Wait(Side.CLINICAL, december, 4),
        Wait(Side.CLINICAL, november, 1),
        Wait(Side.CLINICAL, november, 2),
        Wait(Side.PRODUCT, november, 3),
    ]
    found = median_by_month(waits)
    assert list(found[Side.CLINICAL].items()) == [(november, 1.5), (december, 4.0)]
    assert found[Side.PRODUCT] == {november: 3.0}
    assert median_by_month([]) == {Side.CLINICAL: {}, Side.PRODUCT: {}}


def test_what_is_not_answered_waits_until_today() -> None:
    asked = datetime.datetime.combine(MONDAY, datetime.time(12), datetime.UTC)
    answered = asked + datetime.timedelta(days=1)
    assert wait_of(Side.PRODUCT, asked, answered, day(9)).days == 1
    assert wait_of(Side.PRODUCT, asked, None, day(3)).days == 3


def test_days_in_words() -> None:
    assert [in_days(count) for count in (0, 1, 2)] == [
        "0 working days",
        "1 working day",
        "2 working days",
    ]
