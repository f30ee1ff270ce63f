"""The rules of signatures and acceptances, over every combination that they know of."""

import datetime
from collections.abc import Sequence
from itertools import product as every

import pytest

from hazards.choices import Acceptability
from reviews.acceptance.rules import (
    AcceptanceFacts,
    ControlNow,
    ReliedOn,
    acceptance_state,
    needs_acceptance,
    why_lapsed,
)
from reviews.choices import AcceptanceState, SignatureState
from reviews.signing.rules import registration_is_current, signature_state

TODAY = datetime.date(2026, 11, 22)
DAY = datetime.timedelta(days=1)


# --- People who sign ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days_ago", "is_current"),
    [(None, False), (-1, False), (0, True), (1, True), (366, True), (367, False)],
)
def test_a_check_of_a_registration_holds_for_twelve_months(
    days_ago: int | None, is_current: bool
) -> None:
    checked_on = None if days_ago is None else TODAY - days_ago * DAY
    assert registration_is_current(checked_on, TODAY) is is_current


# --- Signatures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("signed", "live", "is_withdrawn", "state"),
    [
        ("a", "a", False, SignatureState.CURRENT),
        ("a", "b", False, SignatureState.OUT_OF_DATE),
        ("a", "a", True, SignatureState.WITHDRAWN),
        ("a", "b", True, SignatureState.WITHDRAWN),
    ],
)
def test_a_signature_speaks_only_for_exactly_what_was_signed(
    signed: str, live: str, is_withdrawn: bool, state: SignatureState
) -> None:
    assert signature_state(signed=signed, live=live, is_withdrawn=is_withdrawn) is state


# --- Acceptance -----------------------------------------------------------------------------------

NEWER = "A newer estimate has taken the place of the one that was accepted."
UNLINKED = "CTL-001 no longer protects this hazard."
FAILED = "CTL-001 was found ineffective: evidence of it failed."
FELL = "CTL-001 was relied on and no longer stands."


def facts(
    *,
    is_withdrawn: bool = False,
    estimate_is_current: bool = True,
    relied_on: Sequence[ReliedOn] = (),
    controls: dict[int, ControlNow] | None = None,
    broken_assumptions: Sequence[str] = (),
    cause_is_withdrawn: bool = False,
) -> AcceptanceFacts:
    return AcceptanceFacts(
        is_withdrawn,
        estimate_is_current,
        relied_on,
        controls or {},
        broken_assumptions,
        cause_is_withdrawn,
    )


def test_an_acceptance_stands_while_nothing_has_happened() -> None:
    assert why_lapsed(facts()) == []
    assert acceptance_state(facts()) is AcceptanceState.STANDS


#: How a control was when the risk was accepted (stood, had failed), how it is now (stands, has
#: failed; None where it does not act on the hazard any more), and why the acceptance lapses.
CONTROLS: list[tuple[tuple[bool, bool], tuple[bool, bool] | None, list[str]]] = [
    ((False, False), (False, False), []),
    ((False, False), (False, True), [FAILED]),
    ((False, False), (True, False), []),
    ((False, False), (True, True), [FAILED]),
    ((False, False), None, [UNLINKED]),
    ((False, True), (False, False), []),
    ((False, True), (False, True), []),  # known, and accepted with it
    ((False, True), (True, False), []),
    ((False, True), (True, True), []),
    ((False, True), None, [UNLINKED]),
    ((True, False), (False, False), [FELL]),
    ((True, False), (False, True), [FAILED]),
    ((True, False), (True, False), []),
    ((True, False), (True, True), [FAILED]),
    ((True, False), None, [UNLINKED]),
    ((True, True), (False, False), [FELL]),
    ((True, True), (False, True), [FELL]),
    ((True, True), (True, False), []),
    ((True, True), (True, True), []),
    ((True, True), None, [UNLINKED]),
]


def test_the_table_of_controls_has_every_combination() -> None:
    two = list(every([False, True], repeat=2))
    assert {(then, now) for then, now, _ in CONTROLS} == set(every(two, [*two, None]))
    assert len(CONTROLS) == 20


@pytest.mark.parametrize(("then", "now", "reasons"), CONTROLS)
def test_an_acceptance_lapses_with_a_control_that_it_relied_on(
    then: tuple[bool, bool], now: tuple[bool, bool] | None, reasons: list[str]
) -> None:
    known = facts(
        relied_on=[ReliedOn(1, "CTL-001", *then)],
        controls={} if now is None else {1: ControlNow(*now)},
    )
    assert why_lapsed(known) == reasons
    lapsed = AcceptanceState.LAPSED if reasons else AcceptanceState.STANDS
    assert acceptance_state(known) is lapsed


def test_a_control_that_came_later_lets_nothing_lapse() -> None:
    """A newer one lowers the risk or does nothing; whoever relies on it estimates anew."""
    for now in every([False, True], repeat=2):
        assert why_lapsed(facts(controls={7: ControlNow(*now)})) == []


@pytest.mark.parametrize("is_withdrawn", [False, True])
@pytest.mark.parametrize("estimate_is_current", [False, True])
@pytest.mark.parametrize("fell", [False, True])
@pytest.mark.parametrize("broken", [[], ["Zinc is in stock"], ["Zinc is in stock", "Air is dry"]])
def test_every_reason_is_told_at_once_and_in_one_order(
    is_withdrawn: bool, estimate_is_current: bool, fell: bool, broken: list[str]
) -> None:
    known = facts(
        is_withdrawn=is_withdrawn,
        estimate_is_current=estimate_is_current,
        relied_on=[ReliedOn(1, "CTL-001", stood=True)],
        controls={1: ControlNow(stands=not fell, has_failed=False)},
        broken_assumptions=broken,
    )
    expected = [] if estimate_is_current else [NEWER]
    expected += [FELL] if fell else []
    expected += [f"An assumption no longer holds: {words}" for words in sorted(broken)]
    assert why_lapsed(known) == expected
    if is_withdrawn:
        assert acceptance_state(known) is AcceptanceState.WITHDRAWN
    elif expected:
        assert acceptance_state(known) is AcceptanceState.LAPSED
    else:
        assert acceptance_state(known) is AcceptanceState.STANDS


@pytest.mark.parametrize("estimate_is_current", [False, True])
def test_a_withdrawn_cause_is_told_and_not_called_a_newer_estimate(
    estimate_is_current: bool,
) -> None:
    known = facts(estimate_is_current=estimate_is_current, cause_is_withdrawn=True)
    assert why_lapsed(known) == ["The cause whose risk was accepted is no longer in the log."]
    assert acceptance_state(known) is AcceptanceState.LAPSED


def test_each_control_that_fell_is_named() -> None:
    known = facts(
        relied_on=[ReliedOn(1, "CTL-001", stood=True), ReliedOn(2, "CTL-002", stood=True)],
        controls={1: ControlNow(stands=False, has_failed=False)},
    )
    assert why_lapsed(known) == [FELL, "CTL-002 no longer protects this hazard."]


@pytest.mark.parametrize("acceptability", Acceptability)
def test_only_a_risk_that_is_acceptable_if_justified_is_accepted_by_a_record(
    acceptability: Acceptability,
) -> None:
    assert needs_acceptance(acceptability.value) is (acceptability is Acceptability.IF_JUSTIFIED)
