"""Estimates that a log of objects tells as pairs, whole or by cause, with their reasons."""

import json
from typing import Any

import pytest

from accounts.models import User
from hazards.choices import Patients, Stage
from hazards.importing.apply import apply_import
from hazards.importing.findings import Level
from hazards.importing.mapping import Mapping
from hazards.importing.parsed import ParsedEstimate, ParsedHazard, ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.report import Report
from hazards.importing.words_said import AxisWords, is_turned
from hazards.models import Estimate
from products.models import Product

MATRIX = AxisWords(("Minor", "Considerable", "Major"), ("Low", "Medium", "High"))


def log_with(mapping: Mapping | None = None, **more: Any) -> ParsedLog:
    row = {"id": "H-1", "name": "A", "harm": "x", "causes": ["One", "Two", "Three"]} | more
    return read_log(name="log.json", content=json.dumps([row]).encode(), mapping=mapping)


def hazard_with(**more: Any) -> ParsedHazard:
    (hazard,) = log_with(**more).hazards
    return hazard


def words_of(estimates: list[ParsedEstimate]) -> list[tuple[str, str, str, tuple[int, ...]]]:
    return [(each.stage, each.severity, each.likelihood, each.on) for each in estimates]


def test_a_pair_is_an_estimate_of_the_whole_hazard() -> None:
    (estimate,) = hazard_with(initial=["Major", "Medium", "several"]).estimates
    assert words_of([estimate]) == [("initial", "Major", "Medium", ())]
    assert (estimate.patients, estimate.is_pair) == (Patients.SEVERAL, True)


def test_an_object_says_which_word_is_which() -> None:
    (estimate,) = hazard_with(
        residual_risk={"likelihood": "Low", "severity": "Major", "patients": "one"},
        why_residual="Rarely",
    ).estimates
    assert words_of([estimate]) == [("residual", "Major", "Low", ())]
    assert (estimate.is_pair, estimate.why_likelihood) == (False, "Rarely")


@pytest.mark.parametrize("value", [[4, 3], ["4", "S3"], ["Major"], ["a", "b", "c", "d"], [[], {}]])
def test_numbers_and_longer_lists_are_no_pair(value: object) -> None:
    log = log_with(initial=value)
    assert not log.hazards[0].estimates
    assert log.columns_not_read or value == [[], {}]


@pytest.mark.parametrize(
    ("first", "second", "turned"),
    [
        ("Major", "Low", False),
        ("Low", "Major", True),
        ("Low", "Serious", True),
        ("Serious", "Possible", False),
    ],
)
def test_the_words_tell_which_is_the_severity(first: str, second: str, turned: bool) -> None:
    assert is_turned(first, second, MATRIX) is turned


def test_words_that_fit_both_ways_tell_nothing() -> None:
    same = AxisWords(("Low", "High"), ("Low", "High"))
    assert is_turned("Low", "High", same) is None
    assert is_turned("Low", "Low", same) is False


def test_by_cause_the_others_have_that_of_the_whole_hazard() -> None:
    told = {"residual": ["Major", "Low"], "residual_by_cause": {"0": ["Major", "Very low"]}}
    assert words_of(hazard_with(**told).estimates) == [
        ("residual", "Major", "Very low", (0,)),
        ("residual", "Major", "Low", (1,)),
        ("residual", "Major", "Low", (2,)),
    ]


def test_by_cause_in_a_list_needs_no_numbers() -> None:
    by_cause = [None, {"severity": "Major", "likelihood": "Low"}, ["Low", "Minor"]]
    assert words_of(hazard_with(residual_by_cause=by_cause).estimates) == [
        ("residual", "Major", "Low", (1,)),
        ("residual", "Low", "Minor", (2,)),
    ]


def test_by_cause_is_left_where_the_numbers_do_not_tell() -> None:
    log = log_with(residual=["Major", "Low"], residual_by_cause={"1": ["Major", "Very low"]})
    assert words_of(log.hazards[0].estimates) == [("residual", "Major", "Low", ())]
    assert any("whether the first cause is 0 or 1" in each.done for each in log.findings)
    assert [name.split(" ", 1)[1] for name in log.columns_not_read] == ["residual by cause 1"]


def test_a_hazard_with_one_cause_keeps_its_estimate_whole() -> None:
    rows = [
        {"id": "1", "name": "A", "harm": "x", "causes": ["One"], "initial": ["Major", "Low"]},
        {
            "id": "2",
            "name": "B",
            "harm": "x",
            "causes": ["One", "Two"],
            "initial_by_cause": [["Major", "Low"], ["Minor", "Low"]],
        },
    ]
    first, second = read_log(name="l.json", content=json.dumps(rows).encode()).hazards
    assert [each.on for each in first.estimates] == [()]
    assert [each.on for each in second.estimates] == [(0,), (1,)]


def test_a_reason_without_its_estimate_is_named() -> None:
    log = log_with(initial=["Major", "Low"], why_residual="It is rare")
    (finding,) = (each for each in log.findings if each.found == "It is rare")
    assert finding.level is Level.PROBLEM


def test_what_a_person_said_of_the_words_tells_the_order_too() -> None:
    words = {"severity:grave": "Major", "likelihood:now and then": "Medium"}
    log = log_with(Mapping({}, words), initial=["Now and then", "Grave"])
    assert words_of(log.hazards[0].estimates) == [("initial", "Major", "Medium", ())]


def bring_in(product: Product, by: User, **more: Any) -> Report:
    return apply_import(plan=plan_import(product=product, log=log_with(**more), by=by), by=by)


def test_pairs_come_in_either_way_round_with_their_reasons(product: Product, cso: User) -> None:
    told = {
        "initial": ["Medium", "Major", "one"],
        "why_severity": "It maims",
        "why_initial": "Often",
    }
    bring_in(product, cso, **told)
    estimate = Estimate.objects.get(hazard__product=product)
    assert (estimate.stage, estimate.severity.word, estimate.likelihood.word) == (
        Stage.INITIAL,
        "Major",
        "Medium",
    )
    assert (estimate.why_severity, estimate.why_likelihood) == ("It maims", "Often")
    assert estimate.patients == Patients.ONE
    again = bring_in(product, cso, **told)
    assert not again.changed
    assert not again.problems
    other = bring_in(product, cso, **told | {"why_initial": "Seldom"})
    assert not other.changed
    assert [group.finding.found for group in other.problems] == ["It maims Seldom"]


def test_unknown_words_of_a_pair_are_never_guessed(product: Product, cso: User) -> None:
    report = bring_in(product, cso, initial=["Medium", "Ghastly"])
    assert not Estimate.objects.filter(hazard__product=product).exists()
    (problem,) = (group for group in report.problems if "Ghastly" in group.finding.done)
    assert problem.finding.done.startswith("“Ghastly” is not a word for severity")
