"""Rules of products, on plain values."""

import datetime
from itertools import product as every

import pytest

from products.choices import ReleaseState
from products.rules import (
    RELEASE_MOVES,
    fits_an_address,
    next_feature_reference,
    periods_overlap,
    why_release_date_is_wrong,
    why_release_date_may_not_change,
    why_release_may_not_move,
)

PLANNED, IN_WORK, RELEASED, WITHDRAWN = ReleaseState
TODAY = datetime.date(2026, 5, 3)
TOMORROW = TODAY + datetime.timedelta(days=1)

ALLOWED = {
    (PLANNED, IN_WORK),
    (PLANNED, WITHDRAWN),
    (IN_WORK, PLANNED),
    (IN_WORK, RELEASED),
    (IN_WORK, WITHDRAWN),
    (RELEASED, WITHDRAWN),
    (WITHDRAWN, PLANNED),
}


@pytest.mark.parametrize(("now", "to"), list(every(ReleaseState, ReleaseState)))
def test_every_move_of_a_release(now: ReleaseState, to: ReleaseState) -> None:
    problem = why_release_may_not_move(now, to, was_released=False)
    if now == to or (now, to) in ALLOWED:
        assert problem is None
    else:
        assert problem is not None
        assert now.label.lower() in problem


@pytest.mark.parametrize("to", [state for state in ReleaseState if state is not WITHDRAWN])
def test_what_was_out_and_withdrawn_stays_withdrawn(to: ReleaseState) -> None:
    problem = why_release_may_not_move(WITHDRAWN, to, was_released=True)
    assert problem is not None
    assert "stays withdrawn" in problem


def test_the_table_names_every_state() -> None:
    assert set(RELEASE_MOVES) == set(ReleaseState)


@pytest.mark.parametrize(
    ("state", "released_on", "sentence"),
    [
        (PLANNED, None, None),
        (PLANNED, TODAY, "has no date of release yet"),
        (IN_WORK, None, None),
        (IN_WORK, TODAY, "has no date of release yet"),
        (RELEASED, None, "needs the date"),
        (RELEASED, TODAY, None),
        (RELEASED, TOMORROW, "has not come yet"),
        (WITHDRAWN, None, None),
        (WITHDRAWN, TODAY, None),
        (WITHDRAWN, TOMORROW, "has not come yet"),
    ],
)
def test_the_date_of_release(
    state: ReleaseState, released_on: datetime.date | None, sentence: str | None
) -> None:
    problem = why_release_date_is_wrong(state, released_on, TODAY)
    if sentence is None:
        assert problem is None
    else:
        assert problem is not None
        assert sentence in problem


@pytest.mark.parametrize("state", list(ReleaseState))
@pytest.mark.parametrize(("before", "after"), [(None, TODAY), (TODAY, None), (TODAY, TODAY)])
def test_a_withdrawn_release_keeps_its_date(
    state: ReleaseState, before: datetime.date | None, after: datetime.date | None
) -> None:
    problem = why_release_date_may_not_change(state, before, after)
    assert (problem is not None) == (state is WITHDRAWN and before != after)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ((1, 5), (5, 9), True),
        ((1, 5), (6, 9), False),
        ((1, None), (9, None), True),
        ((9, None), (1, 5), False),
        ((3, 4), (1, None), True),
        ((1, 9), (3, 4), True),
    ],
)
def test_periods_overlap_when_they_share_a_day(
    one: tuple[int, int | None], other: tuple[int, int | None], overlap: bool
) -> None:
    def day(number: int | None) -> datetime.date | None:
        return None if number is None else datetime.date(2026, 5, number)

    first, second = (day(one[0]), day(one[1])), (day(other[0]), day(other[1]))
    assert first[0] is not None
    assert second[0] is not None
    assert periods_overlap(first[0], first[1], second[0], second[1]) is overlap
    assert periods_overlap(second[0], second[1], first[0], first[1]) is overlap


@pytest.mark.parametrize("text", ["FEAT-1", "2.4.0", "A_b", "1", "2.0.0-rc.1"])
def test_what_fits_an_address(text: str) -> None:
    assert fits_an_address(text)


@pytest.mark.parametrize(
    "text", ["", "a b", "../x", ".", "-1", "a/b", "é", "a?b", "new", "NEW", "a\n"]
)
def test_what_does_not_fit_an_address(text: str) -> None:
    assert not fits_an_address(text)


def test_the_next_reference_is_the_first_free_one() -> None:
    assert next_feature_reference(set(), 1) == "FEAT-1"
    assert next_feature_reference({"feat-3", "feat-4"}, 3) == "FEAT-5"
    assert next_feature_reference({"feat-4"}, 3) == "FEAT-3"
