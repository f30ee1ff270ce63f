"""The shortest way to green: grouped by what a person does once, the quickest first."""

import pytest

from hazards.choices import FindingLevel
from hazards.quality.catalogue import every_rule
from hazards.quality.rule import RULES
from safetycase.gate.effort import KINDS, UNKNOWN, Effort, kind_of
from safetycase.gate.findings import GateFinding
from safetycase.gate.steps import NAMED, Move, steps_of


def move(rule: str, thing: str = "HAZ-001", who: str = "Clara", **more: object) -> Move:
    feature = str(more.pop("feature", ""))
    found = GateFinding(rule, f"{rule} says so", hazard=thing, **more)  # type: ignore[arg-type]
    return Move(found, thing, f"/{thing}", who, feature=feature)


def unverified(control: str, who: str = "Ed", feature: str = "FEAT-6") -> Move:
    return move("SC03", control, who, feature=feature, subject=f"control:{control}")


def sentences(moves: list[Move]) -> list[str]:
    return [each.sentence for each in steps_of(moves)]


def test_the_quickest_comes_first_and_the_version_last() -> None:
    moves = [
        move("PE02", "", field="version"),
        unverified("CTL-001"),
        move("SC07", "HAZ-002", "Executive", subject="justified:1"),
        move("SC02", "HAZ-007", field="residual"),
        move("DO01", "", field="version", subject="report"),
        move("SC07", "HAZ-003", "Clara", subject="unacceptable"),
    ]
    efforts = [each.effort for each in steps_of(moves)]
    assert efforts == sorted(efforts)
    assert sentences(moves) == [
        "Estimate the residual risk of HAZ-007",
        "Accept the residual risk of HAZ-002",
        "Verify CTL-001 of FEAT-6",
        "Reduce the residual risk of HAZ-003",
        "Freeze the report and its hazard log, have them reviewed and approved",
    ]


def test_one_step_for_what_one_person_does_in_one_go() -> None:
    moves = [unverified("CTL-001"), unverified("CTL-002"), unverified("CTL-003", who="Rita")]
    assert sentences(moves) == [
        "Verify 2 controls of FEAT-6: CTL-001 and CTL-002",
        "Verify CTL-003 of FEAT-6",
    ]


def test_features_are_told_apart_and_a_shared_control_is_named_once() -> None:
    moves = [unverified("CTL-001", feature="FEAT-5"), unverified("CTL-001", feature="FEAT-6")]
    [step] = steps_of(moves)
    assert step.sentence == "Verify CTL-001 of FEAT-5"
    assert len(step.findings) == 2
    other = [*moves, unverified("CTL-002", feature="FEAT-6")]
    assert len(steps_of(other)) == 2


def test_of_many_things_the_first_are_named_and_linked() -> None:
    moves = [move("SC02", f"HAZ-{n:03}", field="initial") for n in range(1, NAMED + 4)]
    [step] = steps_of(moves)
    assert step.sentence.endswith("HAZ-006 and 3 more")
    assert (len(step.shown), step.more) == (NAMED, 3)
    assert (step.before, step.after) == ("Estimate the initial risk of ", "")


def test_a_rule_that_the_table_does_not_know_says_what_it_found() -> None:
    [step] = steps_of([move("XX99", "HAZ-004")])
    assert step.sentence == "HAZ-004: XX99 says so"
    assert step.effort is UNKNOWN.effort


def blocking_rules() -> list[str]:
    return [rule.id for rule in every_rule() if rule.level is FindingLevel.BLOCKS]


@pytest.mark.parametrize("rule", sorted(blocking_rules()))
def test_every_blocking_rule_has_its_effort(rule: str) -> None:
    assert any(key.partition(":")[0] == rule for key in KINDS) or rule in ("DO01", "PE02")


def test_the_table_names_rules_and_ends_with_the_version() -> None:
    assert KINDS["version"].effort is Effort.AT_THE_END
    known = set(RULES) | {"version", "CE06", "LC02", "LC03", "PE06"}
    assert {key.partition(":")[0] for key in KINDS} <= known
    assert all(kind.why and kind.one for kind in KINDS.values())


def test_what_a_finding_is_about_decides_before_its_rule() -> None:
    failed = GateFinding("CE03", "It failed", subject="failed:1")
    assert kind_of(failed) is KINDS["CE03:failed"]
    assert kind_of(failed._replace(subject="control:1")) is KINDS["CE03"]
