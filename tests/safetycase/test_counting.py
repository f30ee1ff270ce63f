"""Every hazard is counted once, somewhere, and nowhere twice."""

import pytest

from safetycase.counting import HazardRisk, Risk, count_initial, count_residual, place

MATRIX, OTHER = 7, 8


def risk(number: int = 3, *, matrix: int = MATRIX) -> Risk:
    return Risk(matrix=matrix, severity=4, likelihood=2, class_number=number)


def hazard(**more: object) -> HazardRisk:
    values: dict[str, object] = {
        "id": 1,
        "state": "live",
        "status": "open",
        "scope": 1,
        "initial": risk(),
        "residual": risk(2),
        "residual_is_needed": True,
        "is_provisional": False,
    }
    return HazardRisk(**(values | more))  # type: ignore[arg-type]


def test_classes_without_hazards_are_counted_as_none() -> None:
    counted = count_initial([], MATRIX, [1, 2, 3])
    assert {each.number: each.hazards for each in counted.classes.values()} == {1: 0, 2: 0, 3: 0}


def test_provisional_and_confirmed_are_told_apart() -> None:
    counted = count_residual([hazard(), hazard(is_provisional=True)], MATRIX, [1, 2, 3])
    assert (counted.classes[2].hazards, counted.classes[2].provisional) == (2, 1)
    assert (counted.confirmed, counted.provisional) == (1, 1)


def test_an_initial_risk_is_never_provisional() -> None:
    counted = count_initial([hazard(is_provisional=True)], MATRIX, [3])
    assert counted.provisional == 0


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"residual": None}, "not_estimated"),
        ({"residual": None, "residual_is_needed": False}, "not_needed"),
        # Nobody can say that it is not needed before the initial risk is known.
        ({"residual": None, "residual_is_needed": False, "initial": None}, "not_estimated"),
        ({"residual": risk(matrix=OTHER)}, "other_matrix"),
        ({}, "estimated"),
    ],
)
def test_each_hazard_is_counted_once(more: dict[str, object], where: str) -> None:
    counted = count_residual([hazard(**more)], MATRIX, [1, 2, 3])
    told = {
        name: getattr(counted, name)
        for name in ("not_estimated", "not_needed", "other_matrix", "estimated")
    }
    assert told == dict.fromkeys(told, 0) | {where: 1}
    assert sum(counted.squares.values()) == counted.estimated


def test_hazards_are_placed_by_the_release() -> None:
    log = [hazard(id=1, scope=1), hazard(id=2, scope=3), hazard(id=3, scope=None)]
    placed = place(log, 2)
    assert [each.id for each in placed.in_scope] == [1]
    assert [each.id for each in placed.later] == [2]
    assert [each.id for each in placed.unplaced] == [3]


def test_without_a_release_the_whole_log_is_in_scope() -> None:
    placed = place([hazard(scope=None), hazard(scope=4)], None)
    assert len(placed.in_scope) == 2
