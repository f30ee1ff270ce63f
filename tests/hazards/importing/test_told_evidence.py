"""What a log of objects tells of tests and of evidence: what came out, and whose it is."""

import json
from typing import Any

import pytest

from accounts.models import User
from hazards.choices import EvidenceOf, EvidenceResult, EvidenceState
from hazards.importing.apply import apply_import
from hazards.importing.parsed import ParsedLog, ParsedTest
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.report import Report
from hazards.models import Evidence, EvidenceLink
from products.models import Product

BLOCK = {"kind": "design", "text": "Block", "cause": 0}
WARN = {"kind": "design", "text": "Warn", "cause": 1}
TEST = {"kind": "test", "text": "Try it", "cause": 1}


def log_with(*controls: dict[str, Any]) -> ParsedLog:
    row = {"id": "H-1", "name": "A", "harm": "x", "causes": ["One", "Two"]}
    return read_log(name="log.json", content=json.dumps([row | {"controls": controls}]).encode())


def told_in(log: ParsedLog) -> dict[str, ParsedTest]:
    return {each.text: each for each in log.hazards[0].tests}


def test_a_test_is_of_the_controls_of_its_cause_and_has_its_result() -> None:
    log = log_with(BLOCK, WARN, TEST | {"result": "Passed"})
    test = told_in(log)["Try it"]
    assert (test.controls, dict(test.details)) == ((1,), {"result": EvidenceResult.PASS})
    assert not log.columns_not_read


def test_a_planned_test_has_no_result() -> None:
    assert told_in(log_with(WARN, TEST | {"result": "planned"}))["Try it"].details == ()


def test_evidence_told_within_a_control_is_of_that_control_alone() -> None:
    shown = [{"of": "implementation", "title": "Shown", "result": "fail", "release": "1.0"}]
    log = log_with(BLOCK | {"evidence": shown}, WARN)
    test = told_in(log)["Shown"]
    assert test.controls == (0,)
    assert dict(test.details) == {"result": "fail", "of": EvidenceOf.IMPLEMENTATION}
    assert [each.split(" ", 1)[1] for each in log.columns_not_read] == [
        "controls › evidence release"
    ]


def test_the_same_evidence_of_two_controls_is_of_both() -> None:
    shown = {"evidence": [{"title": "Shown", "result": "pass"}]}
    assert told_in(log_with(BLOCK | shown, WARN | shown))["Shown"].controls == (0, 1)


def test_the_same_words_with_other_results_are_named_and_not_taken() -> None:
    log = log_with(
        BLOCK | {"evidence": [{"title": "Shown", "result": "pass"}]},
        WARN | {"evidence": [{"title": "Shown", "result": "fail"}]},
    )
    assert told_in(log)["Shown"].details == ()
    assert any(each.found == "pass, fail" for each in log.findings)


@pytest.mark.parametrize("words", [{"result": "mostly"}, {"of": "beauty"}])
def test_a_word_that_is_none_is_named(words: dict[str, str]) -> None:
    log = log_with(BLOCK | {"evidence": [{"title": "Shown"} | words]})
    assert told_in(log)["Shown"].details == ()
    assert [each.found for each in log.findings if "not a word" in each.done] == [*words.values()]


def bring_in(product: Product, by: User, *controls: dict[str, Any]) -> Report:
    plan = plan_import(product=product, log=log_with(*controls), by=by)
    return apply_import(plan=plan, by=by)


def test_it_comes_in_obtained_and_changes_when_the_file_does(product: Product, cso: User) -> None:
    shown = {"evidence": [{"of": "implementation", "title": "Shown", "result": "pass"}]}
    controls = (BLOCK | shown, WARN, TEST | {"result": "planned"})
    report = bring_in(product, cso, *controls)
    assert "2 pieces of evidence created (1 planned, 1 passed)" in report.summary
    evidence = Evidence.objects.get(product=product, title="Shown")
    assert (evidence.state, evidence.result) == (EvidenceState.OBTAINED, EvidenceResult.PASS)
    assert evidence.of == EvidenceOf.IMPLEMENTATION
    assert EvidenceLink.objects.get(evidence=evidence).control.text == "Block"
    assert not bring_in(product, cso, *controls).changed
    report = bring_in(product, cso, BLOCK | shown, WARN, TEST | {"result": "fail"})
    assert report.hazards[0].changes == ["Result of evidence changed: “Try it”"]
    test = Evidence.objects.get(product=product, title="Try it")
    assert (test.state, test.result) == (EvidenceState.OBTAINED, EvidenceResult.FAIL)
