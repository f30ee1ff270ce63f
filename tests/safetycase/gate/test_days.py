"""What the gate said day by day, and which releases were blocked in their last week."""

import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from products.choices import ReleaseState
from products.models import Product, Release
from safetycase.choices import GateDecision
from safetycase.gate.last_week import (
    blocked_in_last_week,
    days_of,
    note_gate_days,
    releases_without_today,
)
from safetycase.models import GateDay
from safetycase.schedule import gates_wait_for_today
from tests.factories import make_release
from tests.safetycase.gate.factories import something_blocks

OUT = datetime.date(2026, 3, 12)


def said(release: Release, days_before: int, decision: GateDecision, reasons: int = 0) -> None:
    GateDay.objects.create(
        product=release.product,
        release=release,
        day=OUT - datetime.timedelta(days=days_before),
        decision=decision,
        reasons=reasons,
    )


@pytest.fixture
def out(product: Product) -> Release:
    return make_release(product, state=ReleaseState.RELEASED, released_on=OUT)


def test_each_release_that_is_not_out_is_written_down_once_a_day(
    product: Product, cso: User, out: Release
) -> None:
    planned = make_release(product, "1.1.0")
    something_blocks(product, cso, planned)
    assert gates_wait_for_today()
    assert note_gate_days() == 1
    assert note_gate_days() == 0
    assert not gates_wait_for_today()
    [day] = days_of(planned)
    assert (day.day, day.decision) == (timezone.localdate(), GateDecision.BLOCKED)
    assert day.reasons > 0
    assert releases_without_today() == []


def test_the_last_week_ends_before_the_day_itself(out: Release) -> None:
    said(out, 8, GateDecision.BLOCKED, 3)
    said(out, 7, GateDecision.PASS)
    said(out, 0, GateDecision.BLOCKED, 1)
    [week] = blocked_in_last_week(out.product).releases
    assert (week.known, week.blocked, week.was_blocked) == (1, 0, False)


def test_releases_blocked_in_their_last_week_and_their_trend(out: Release) -> None:
    later = make_release(
        out.product,
        "1.0.1",
        state=ReleaseState.RELEASED,
        released_on=OUT + datetime.timedelta(days=60),
    )
    said(out, 3, GateDecision.BLOCKED, 2)
    said(out, 2, GateDecision.BLOCKED, 1)
    said(out, 1, GateDecision.PASS_WITH_WAIVERS)
    said(later, -59, GateDecision.PASS)
    found = blocked_in_last_week(out.product)
    assert (found.blocked, found.of) == (1, 2)
    assert found.trend == [("1.0.0", 2), ("1.0.1", 0)]


def test_of_what_nobody_wrote_down_nothing_is_said(out: Release) -> None:
    assert blocked_in_last_week(out.product).of == 0
