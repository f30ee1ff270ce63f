"""The safety case's rules, case by case."""

import datetime

import pytest

from products.choices import ReleaseState
from reviews.signing.rules import registration_is_current
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.rules import Delivery, is_delivered_by, usual_phase

TODAY = datetime.date(2026, 5, 3)


def test_the_sections_are_the_eleven_of_the_standard_in_order() -> None:
    assert [key.number for key in SectionKey] == list(range(1, 12))
    assert SectionKey.HAZARD_LOG.number == 7


@pytest.mark.parametrize(
    ("delivery", "position", "counts"),
    [
        (None, 2, True),
        (Delivery(1, ReleaseState.RELEASED, True), 2, True),
        (Delivery(2, ReleaseState.IN_WORK, False), 2, True),
        (Delivery(3, ReleaseState.PLANNED, False), 2, False),
        (Delivery(1, ReleaseState.WITHDRAWN, False), 2, False),  # it never came
        (Delivery(1, ReleaseState.WITHDRAWN, True), 2, True),  # it was out
        (Delivery(3, ReleaseState.PLANNED, False), None, True),
        (Delivery(3, ReleaseState.WITHDRAWN, False), None, False),
    ],
)
def test_which_controls_count(
    delivery: Delivery | None, position: int | None, counts: bool
) -> None:
    assert is_delivered_by(delivery, position) is counts


@pytest.mark.parametrize(
    ("checked_on", "is_current"),
    [
        (None, False),
        (TODAY, True),
        (datetime.date(2025, 5, 3), True),
        (datetime.date(2025, 5, 1), False),
    ],
)
def test_a_registration_check_holds_for_twelve_months(
    checked_on: datetime.date | None, is_current: bool
) -> None:
    assert registration_is_current(checked_on, TODAY) is is_current


def test_the_usual_phase() -> None:
    assert usual_phase(something_is_released=False) is LifecyclePhase.FIRST_DEPLOYMENT
    assert usual_phase(something_is_released=True) is LifecyclePhase.MODIFICATION
