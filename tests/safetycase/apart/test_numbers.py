"""The three honest numbers, each with what it is of."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from products.choices import Side
from reviews.rhythm.clock import Wait
from safetycase.apart.drawing import HEIGHT, WIDTH, bars_of
from safetycase.apart.numbers import (
    Built,
    Figure,
    Point,
    blocked,
    first_look,
    months_until,
    waits,
)
from safetycase.gate.last_week import LastWeek

TODAY = datetime.date(2026, 3, 15)


def day(month: int, number: int = 10) -> datetime.date:
    return datetime.date(2026, month, number)


def test_months_go_back_over_the_turn_of_the_year() -> None:
    assert [f"{each:%Y-%m}" for each in months_until(TODAY)] == [
        "2025-10", "2025-11", "2025-12", "2026-01", "2026-02", "2026-03",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("looked", "counts"),
    [(None, False), (day(2, 9), True), (day(2, 10), True), (day(2, 11), False)],
    ids=["never", "the day before", "the same day", "the day after"],
)
def test_a_look_counts_until_the_day_on_which_build_began(
    looked: datetime.date | None, counts: bool
) -> None:
    assert Built(day(2, 10), looked).was_seen_before is counts


def test_the_share_says_of_how_many() -> None:
    built = [Built(day(2), day(1)), Built(day(2), None), Built(day(3), day(3))]
    figure = first_look(built, TODAY)
    assert (figure.figure, figure.of) == ("67 %", "2 of 3 features whose build has begun")
    assert figure.points[-2:] == [Point("Feb", 0.5, "1 of 2"), Point("Mar", 1.0, "1 of 1")]
    assert figure.points[0] == Point("Oct", None, "nothing began")


def test_without_anything_built_there_is_no_share_and_no_hundred_per_cent() -> None:
    figure = first_look([], TODAY)
    assert (figure.figure, figure.of) == ("–", "No feature’s build has begun yet")
    assert {each.value for each in figure.points} == {None}


def test_waits_are_of_one_side_and_say_how_many() -> None:
    found = [
        Wait(Side.CLINICAL, day(2, 1), 1),
        Wait(Side.CLINICAL, day(2, 1), 4),
        Wait(Side.CLINICAL, day(3, 1), 2),
        Wait(Side.PRODUCT, day(3, 1), 9),
    ]
    figure = waits(found, Side.CLINICAL, TODAY)
    assert (figure.figure, figure.of) == ("2 days", "median of 3 questions, in working days")
    assert figure.points[-2:] == [
        Point("Feb", 2.5, "2.5 days (2 questions)"),
        Point("Mar", 2.0, "2 days (1 question)"),
    ]
    assert waits(found, Side.PRODUCT, TODAY).figure == "9 days"
    assert waits([], Side.PRODUCT, TODAY).of == "Nothing was asked yet"


def test_releases_that_were_blocked_in_their_last_week() -> None:
    figure = blocked([LastWeek("1.0.0", 1, 0), LastWeek("1.1.0", 7, 3)])
    assert (figure.figure, figure.of) == ("1 of 2", "releases that went out")
    assert figure.points == [
        Point("1.0.0", 0.0, "0 of 1 noted day"),
        Point("1.1.0", 3.0, "3 of 7 noted days"),
    ]
    assert (blocked([]).figure, blocked([]).of) == (
        "–",
        "No release has gone out under the gate yet",
    )


def test_a_release_of_which_no_day_was_noted_did_go_out() -> None:
    unknown = LastWeek("1.0.0", 0, 0)
    figure = blocked([unknown])
    assert figure.figure == "–"
    assert figure.of == "No day was noted in the last week of the release that went out"
    assert figure.points == [Point("1.0.0", None, "no day was noted")]
    some = blocked([unknown, LastWeek("1.1.0", 2, 1)])
    assert some.figure == "1 of 1"
    assert some.of.endswith("; in the last week of 1 more no day was noted")


@given(st.lists(st.none() | st.floats(0, 1000), max_size=12), st.none() | st.floats(1, 100))
def test_no_column_leaves_the_picture(values: list[float | None], most: float | None) -> None:
    points = [Point("x", value, "") for value in values]
    for bar, value in zip(bars_of(Figure("", "", "", points, most=most)).bars, values, strict=True):
        assert 0 <= bar.x <= bar.x + bar.width <= WIDTH
        assert bar.y >= 0
        assert bar.y + bar.height == pytest.approx(HEIGHT)
        assert (bar.height == 0) is (value is None)
