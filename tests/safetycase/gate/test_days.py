"""What the gate said day by day, and which releases were blocked in their last week."""

import datetime

import pytest
from django.utils import timezone

from accounts.actions import system_person
from accounts.models import User
from audit.acts import act
from products.choices import ReleaseState
from products.models import Product, Release
from safetycase.choices import GateDecision
from safetycase.gate.last_week import (
    LastWeek,
    days_of,
    last_weeks,
    note_gate_days,
    releases_without_today,
)
from safetycase.models import GateDay, GateResult
from safetycase.schedule import gates_wait_for_today
from tests.factories import LONG_AGO, make_release
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


def went_out(product: Product, on: datetime.date, label: str = "1.0.0") -> Release:
    """A release whose gate's answer was frozen on a day; the day that people wrote is another."""
    early = on - datetime.timedelta(days=30)
    release = make_release(product, label, state=ReleaseState.RELEASED, released_on=early)
    with act(by=system_person(), reason="Went out", scope=product.scope):
        GateResult(
            product=product,
            release=release,
            decision=GateDecision.PASS,
            content="{}",
            fingerprint="0" * 64,
            frozen_at=timezone.make_aware(datetime.datetime.combine(on, datetime.time(9))),
            frozen_by=system_person(),
        ).save()
    return release


@pytest.fixture
def out(product: Product) -> Release:
    return went_out(product, OUT)


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
    assert last_weeks(out.product) == [LastWeek("1.0.0", 1, 0)]


def test_the_last_week_is_that_before_the_gate_let_it_out_whatever_day_was_written(
    out: Release,
) -> None:
    later = went_out(out.product, OUT + datetime.timedelta(days=60), "1.0.1")
    went_out(out.product, OUT + datetime.timedelta(days=90), "1.0.2")
    make_release(out.product, "0.9.0", state=ReleaseState.RELEASED, released_on=LONG_AGO)
    said(out, 3, GateDecision.BLOCKED, 2)
    said(out, 2, GateDecision.BLOCKED, 1)
    said(out, 1, GateDecision.PASS_WITH_WAIVERS)
    said(later, -59, GateDecision.PASS)
    assert last_weeks(out.product) == [
        LastWeek("1.0.0", 3, 2),
        LastWeek("1.0.1", 1, 0),
        LastWeek("1.0.2", 0, 0),
    ]
