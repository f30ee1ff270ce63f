"""What the gate says of findings, whatever they are."""

from itertools import product as every

import pytest

from hazards.choices import FindingLevel
from hazards.quality.marks import Mark
from safetycase.choices import GateDecision
from safetycase.gate.findings import GateFinding
from safetycase.gate.judging import judge

BLOCKS, WARNS, INFORMS = FindingLevel.BLOCKS, FindingLevel.WARNS, FindingLevel.INFORMS

UNFINISHED = GateFinding("HZ06", "Write it", hazard="HAZ-001")
NOT_ESTIMATED = GateFinding("SC02", "Estimate it", hazard="HAZ-001", subject="residual")
MOVED = GateFinding("SC01", "Estimate again", hazard="HAZ-001", subject="estimate:1")
UNVERIFIED = GateFinding("SC03", "Verify it", hazard="HAZ-002", subject="control:1")
UNACCEPTABLE = GateFinding("SC07", "Reduce it", hazard="HAZ-003", subject="unacceptable")
UNAPPROVED = GateFinding("DO01", "Have it approved", subject="report")
NO_PLAN = GateFinding("DO01", "Have the plan approved", subject="plan")
NO_OFFICER = GateFinding("PE01", "Appoint one")
NOT_REVIEWED = GateFinding("PE02", "Have it reviewed")
GONE_RULE = GateFinding("XX99", "A rule that is in force no more")

NEVER_BROKEN = (
    *(UNACCEPTABLE, NOT_ESTIMATED, MOVED, UNAPPROVED, NO_PLAN, NO_OFFICER, NOT_REVIEWED, GONE_RULE),
)


@pytest.mark.parametrize(("level", "mark"), list(every(FindingLevel, Mark)))
def test_only_what_blocks_and_counts_keeps_a_release(level: FindingLevel, mark: Mark) -> None:
    verdict = judge([UNFINISHED._replace(level=level, mark=mark)])
    if level is not BLOCKS:
        assert verdict.decision is GateDecision.PASS
    elif mark is Mark.COUNTS:
        assert verdict.decision is GateDecision.BLOCKED
    else:
        assert verdict.decision is GateDecision.PASS_WITH_WAIVERS
    assert verdict.passes is (verdict.decision is not GateDecision.BLOCKED)
    assert verdict.warnings == (level is WARNS and mark is Mark.COUNTS)


def test_nothing_found_passes() -> None:
    assert judge([]).decision is GateDecision.PASS


def test_one_reason_is_enough_beside_everything_that_is_let_stand() -> None:
    waived = UNVERIFIED._replace(mark=Mark.WAIVED)
    legacy = UNVERIFIED._replace(mark=Mark.LEGACY, subject="control:2")
    verdict = judge([waived, legacy, UNFINISHED])
    assert verdict.decision is GateDecision.BLOCKED
    assert (verdict.reasons, verdict.waived, verdict.legacy) == ([UNFINISHED], [waived], [legacy])


def test_a_broken_glass_lets_what_it_names_go() -> None:
    verdict = judge([UNFINISHED, UNVERIFIED], {UNFINISHED.told_by, UNVERIFIED.told_by})
    assert verdict.decision is GateDecision.PASS_WITH_WAIVERS
    assert verdict.broken == [UNFINISHED, UNVERIFIED]
    assert not verdict.reasons


def test_what_came_after_the_glass_blocks() -> None:
    verdict = judge([UNFINISHED, UNVERIFIED], {UNFINISHED.told_by})
    assert verdict.decision is GateDecision.BLOCKED
    assert verdict.reasons == [UNFINISHED, UNVERIFIED]
    assert not verdict.broken


def test_the_same_rule_elsewhere_is_another_reason() -> None:
    elsewhere = UNFINISHED._replace(hazard="HAZ-009")
    assert not judge([elsewhere], {UNFINISHED.told_by}).passes


@pytest.mark.parametrize("found", NEVER_BROKEN, ids=lambda found: f"{found.rule}:{found.subject}")
def test_some_things_nobody_breaks(found: GateFinding) -> None:
    assert not found.may_be_broken
    assert not judge([found], {found.told_by}).passes
    assert not judge([UNFINISHED, found], {UNFINISHED.told_by, found.told_by}).passes


def test_a_glass_over_nothing_is_no_waiver() -> None:
    assert judge([], {UNFINISHED.told_by}).decision is GateDecision.PASS


@pytest.mark.parametrize(
    ("found", "waits"),
    [(UNAPPROVED, True), (NOT_REVIEWED, True), (NO_PLAN, False), (UNFINISHED, False)],
)
def test_what_waits_for_the_version_itself(found: GateFinding, waits: bool) -> None:
    assert found.waits_for_version is waits
