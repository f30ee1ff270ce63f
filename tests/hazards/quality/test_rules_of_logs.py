"""Rules that look at a whole log: a case that triggers each, and a near miss that does not."""

import datetime
from typing import Any

import pytest

from hazards.quality.catalogue import WAITING, every_rule, known, rule_of
from hazards.quality.facts import AssumptionInQuestion, CopiedControl, SharedControl
from hazards.quality.rule import FAMILIES, Rule, register
from hazards.quality.thresholds import Thresholds, thresholds
from tests.hazards.quality.facts import TODAY, found, log

Case = dict[str, Any]

STATED = log().intended_use or {}
COPY = CopiedControl("Staff training", ("CTRL-001", "CTRL-002", "CTRL-003"), 3, hazards=3)
SHARED = SharedControl("control-1", "CTRL-001", ("HAZ-001", "HAZ-002", "HAZ-003"))

TRIGGERS: dict[str, list[Case]] = {
    "HZ08": [{"copied": (COPY,)}],
    "SC08": [{"residual_classes": {2: 8, 3: 2}}, {"residual_classes": {1: 40}}],
    "SC09": [
        {"estimates_before_approval": 1},
        {"estimates_before_approval": 40, "matrix_is_approved": False},
    ],
    "CE09": [{"shared": (SHARED,)}],
    "PE04": [{"families": 2, "families_open": ("Identity",)}],
    "PE07": [{"intended_use": None}, {"intended_use": STATED | {"patient_groups": "n/a"}}],
    "DO02": [
        {"intended_use": None},
        {"intended_use": STATED | {"exclusions": ""}},
        {"intended_use": STATED | {"device_statement": "TBC"}},
        {"phases": None},
        {"phases": ""},
    ],
    "TR04": [{"assumptions": (AssumptionInQuestion(is_broken=True),)}],
}
NEAR_MISSES: dict[str, list[Case]] = {
    "HZ08": [
        {"copied": (COPY._replace(hazards=2),)},
        {"copied": (COPY._replace(references=("CTRL-001",), controls=1),)},
        {"copied": (COPY._replace(text="n/a"),)},
    ],
    "SC08": [
        {"residual_classes": {2: 9}},
        {"residual_classes": {2: 79, 3: 21}},
    ],
    "SC09": [{"matrix_is_approved": False}],
    "CE09": [{"shared": (SHARED._replace(hazards=("HAZ-001", "HAZ-002")),)}],
    "PE04": [
        {},
        {"families": 2},
    ],
    "PE07": [{"hazards": 0, "intended_use": None}],
    "DO02": [{}],
    "TR04": [{"assumptions": (AssumptionInQuestion(valid_until=TODAY),)}],
}
OF_LOGS = [rule.id for rule in every_rule() if rule.look_at_log is not None]


@pytest.mark.parametrize("rule_id", OF_LOGS)
def test_a_rule_finds_what_it_is_for(rule_id: str) -> None:
    for case in TRIGGERS[rule_id]:
        findings = found(rule_id, log(**case))
        assert findings, case
        for each in findings:
            assert each.message.endswith(".")
            assert each.field
            assert len(each.subject) <= 60


@pytest.mark.parametrize("rule_id", OF_LOGS)
def test_a_near_miss_is_in_order(rule_id: str) -> None:
    for case in NEAR_MISSES[rule_id]:
        assert found(rule_id, log(**case)) == [], case


def test_the_estimates_before_the_approval_are_one_finding() -> None:
    assert len(found("SC09", log(estimates_before_approval=300))) == 1


def test_copies_that_are_not_named_are_counted() -> None:
    [finding] = found("HZ08", log(copied=(COPY._replace(controls=1_200),)))
    assert "1,200 controls (CTRL-001, CTRL-002, CTRL-003 and 1,197 more)" in finding.message


def test_the_coverage_of_the_library_is_one_finding() -> None:
    not_looked_at = tuple(f"Family {number}" for number in range(1, 15))
    [finding] = found("PE04", log(families=15, families_open=not_looked_at))
    assert finding.message.startswith("1 of 15 families")
    assert "Family 14" in finding.message


def test_each_part_of_the_scope_that_is_empty_is_named() -> None:
    subjects = [each.subject for each in found("DO02", log(intended_use=None, phases=None))]
    assert subjects == ["purpose", "exclusions", "device_statement", "phases"]


# --- The catalogue --------------------------------------------------------------------------------


def test_every_rule_explains_itself() -> None:
    for rule in every_rule():
        assert rule.family == FAMILIES[rule.id[:2]]
        for words in (rule.title, rule.why, rule.good, rule.bad):
            assert words.strip(), rule.id
        assert rule.question.endswith("?"), rule.id
        assert not rule.title.endswith("."), rule.id
        assert rule.why.endswith("."), rule.id


def test_a_rule_that_waits_for_its_subject_is_not_in_force() -> None:
    whole = {rule_id for rule_id, what in WAITING.items() if not what.startswith("the part")}
    assert known(whole) == []
    assert whole.isdisjoint(rule.id for rule in every_rule())


def test_the_question_names_the_hazard() -> None:
    assert "HAZ-004 {x}" in rule_of("HZ01").question_about("HAZ-004 {x}")


def test_an_id_stands_for_one_rule() -> None:
    taken = rule_of("HZ01")
    with pytest.raises(ValueError, match="two quality rules HZ01"):
        register(Rule("HZ01", taken.level, "Another one", "", "", "", ""))
    assert rule_of("HZ01") is taken


def test_an_assumption_of_the_product_is_looked_at_too() -> None:
    past = AssumptionInQuestion(valid_until=TODAY - datetime.timedelta(days=1))
    [finding] = found("TR04", log(assumptions=(past,)))
    assert "2 May 2026" in finding.message


# --- Thresholds -----------------------------------------------------------------------------------


def test_a_setting_changes_a_threshold(settings: Any) -> None:
    settings.QUALITY_THRESHOLDS = {"longest_waiver": 60}
    assert thresholds() == Thresholds(longest_waiver=60)


@pytest.mark.parametrize("wrong", [{"longest_wavier": 60}, {"copies": 0}, {"copies": "3"}])
def test_a_setting_that_means_nothing_is_refused(settings: Any, wrong: dict[str, object]) -> None:
    settings.QUALITY_THRESHOLDS = wrong
    with pytest.raises(ValueError, match="QUALITY_THRESHOLDS"):
        thresholds()
