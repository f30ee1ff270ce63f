"""The three samples: one as the template has it, one numbered, one with faults in it."""

from collections import Counter
from pathlib import Path

import pytest

from accounts.models import User
from hazards.choices import Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Level
from hazards.importing.mapping import AxisWords, Confidence, Mapping, Proposal, propose
from hazards.importing.parsed import ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.planned import Plan
from hazards.importing.read import read_log
from hazards.matrix_reading import read_matrix
from hazards.queries import current_matrix
from products.models import Product

SAMPLES = Path(__file__).resolve().parents[2] / "samples"
NUMBERED = SAMPLES / "digital-pharmacy-numbered.xlsx"
FAULTY = SAMPLES / "digital-pharmacy-faulty.xlsx"

WORDS = AxisWords(
    ("Minor", "Significant", "Considerable", "Major", "Catastrophic"),
    ("Very low", "Low", "Medium", "High", "Very high"),
)


def log_in(path: Path, mapping: Mapping | None = None) -> ParsedLog:
    return read_log(name=path.name, content=path.read_bytes(), mapping=mapping)


def proposed(path: Path) -> Proposal:
    return propose(name=path.name, content=path.read_bytes(), matrix=WORDS)


# --- Numbered --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def numbered() -> ParsedLog:
    return log_in(NUMBERED)


def test_the_numbered_one_has_eight_hazards_with_nineteen_causes(numbered: ParsedLog) -> None:
    assert [each.reference for each in numbered.hazards] == [str(n) for n in range(1, 9)]
    assert sum(len(each.causes) for each in numbered.hazards) == 19
    assert (numbered.rows_read, numbered.rows_taken, numbered.refused) == (36, 36, [])
    assert (numbered.columns_not_read, numbered.findings) == ([], [])


def test_its_controls_belong_to_the_cause_above_them(numbered: ParsedLog) -> None:
    first = numbered.hazards[0]
    assert [(control.column, control.on) for control in first.controls] == [
        (Field.EXISTING_DESIGN, (0,)),
        *[(Field.DESIGN, (0,))] * 2,
        *[(Field.DESIGN, (1,))] * 2,
        (Field.DESIGN, (2,)),
        (Field.BUSINESS_PROCESS, (2,)),
    ]


def test_its_estimates_stay_with_their_causes(numbered: ParsedLog) -> None:
    first = numbered.hazards[0]
    residual = [each for each in first.estimates if each.stage is Stage.RESIDUAL]
    assert [(each.likelihood, each.on) for each in residual] == [
        ("Low", (0,)),
        ("Very low", (1,)),
        ("Low", (2,)),
    ]
    assert all(estimate.on for hazard in numbered.hazards for estimate in hazard.estimates)


def test_every_column_of_it_is_certain() -> None:
    assert {each.confidence for each in proposed(NUMBERED).columns} == {Confidence.CERTAIN}
    assert proposed(NUMBERED).words == ()


# --- Faulty ----------------------------------------------------------------------------------


def test_the_faulty_one_has_eight_hazards_and_one_that_is_refused() -> None:
    log = log_in(FAULTY)
    assert [each.reference for each in log.hazards] == [f"H0{n}" for n in range(1, 9)]
    (refused,) = log.refused
    assert (refused.reference, refused.name) == ("H03", "Same number used twice")
    assert "“H03” is used twice" in refused.why or "H03 is used twice" in refused.why
    assert log.hazards[-1].name == "=cmd|calc!A1"


def test_its_numbers_are_proposed_as_words_and_its_words_are_not_guessed() -> None:
    words = {(each.axis, each.said): each for each in proposed(FAULTY).words}
    assert {key: each.level for key, each in words.items()} == {
        ("severity", "4"): "Major",
        ("severity", "3"): "Considerable",
        ("severity", "Moderate"): "",
        ("likelihood", "1"): "Very low",
        ("likelihood", "2"): "Low",
        ("likelihood", "3"): "Medium",
        ("likelihood", "4"): "High",
        ("status", "In progress"): "open",
        ("status", "With customer"): "transferred",
        ("split", "Possible Causes"): "semicolons",
        ("split", "Additional Controls"): "semicolons",
    }
    assert words[("severity", "Moderate")].confidence is Confidence.NONE
    assert words[("severity", "Moderate")].cells == ("F14",)
    assert words[("severity", "4")].count == 10
    assert {each.confidence for each in words.values()} == {Confidence.LIKELY, Confidence.NONE}


def test_the_reviewer_is_a_column_that_nobody_reads() -> None:
    reviewer = proposed(FAULTY).columns[-1]
    assert (reviewer.column, reviewer.heading, reviewer.field) == ("N", "Reviewer", None)
    assert log_in(FAULTY).columns_not_read == ["N Reviewer"]


def test_what_is_packed_with_semicolons_is_taken_apart_when_that_is_confirmed() -> None:
    kept = log_in(FAULTY)
    assert sum(len(each.causes) for each in kept.hazards) == 8
    apart = log_in(FAULTY, proposed(FAULTY).mapping)
    assert sum(len(each.causes) for each in apart.hazards) == 18
    third = next(each for each in apart.hazards if each.reference == "H03")
    assert third.controls[0].text.endswith(
        "; in the monthly tier nothing is dispatched after the limit without a clinician's "
        "recorded decision"
    )
    assert len(third.controls) == 3


def plan_of(product: Product, cso: User, mapping: Mapping | None) -> Plan:
    return plan_import(product=product, log=log_in(FAULTY, mapping), by=cso)


def test_unconfirmed_numbers_stay_without_an_estimate(product: Product, cso: User) -> None:
    plan = plan_of(product, cso, None)
    estimated = {h.reference for h in plan.hazards if h.estimates}
    assert estimated == {"H08"}  # the only one with words
    unconfirmed = [each for each in plan.findings if "was not confirmed" in each.done]
    assert len(unconfirmed) == 13  # 7 initial ones and 6 residual ones


def test_confirmed_numbers_are_words(product: Product, cso: User) -> None:
    plan = plan_of(product, cso, proposed(FAULTY).mapping)
    first = next(each for each in plan.hazards if each.reference == "H01")
    assert [(e.square.severity.word, e.square.likelihood.word) for e in first.estimates] == [
        ("Major", "Medium"),
        ("Major", "Low"),
    ]
    assert any("was read as “Major”, as you confirmed" in each.done for each in plan.findings)


def test_every_planted_fault_is_named(product: Product, cso: User) -> None:
    plan = plan_of(product, cso, None)
    said = [(each.cell, f"{each.found} {each.done}") for each in plan.findings]

    def named(cell: str, words: str) -> bool:
        return any(words in text and cell in place.split(", ") for place, text in said)

    assert named("A14", "H03 is used twice")
    assert named("F14", "“Moderate” is not a word for severity")
    assert named("C14", "still to come")
    assert named("D14", "still to come")
    assert named("B15", "It was not calculated; its text was kept")
    assert named("G15", "The file says class 5")  # low and minor are class 1
    assert named("K12", "The estimate is still to come")
    assert named("column N", "This column is not one that is read")
    assert named("M6", "The status of a hazard is open, transferred or closed")
    assert named("M9", "The status of a hazard is open, transferred or closed")
    assert named("C6", "with semicolons between them")
    assert named("I6", "with semicolons between them")
    assert named("E6", "The matrix has words for severity and likelihood, and the file has numbers")
    products = [each for each in plan.findings if "severity times likelihood" in each.done]
    assert len(products) == 13
    assert {each.level for each in products} == {Level.NOTE}


def test_the_words_of_the_tests_are_those_of_the_matrix(product: Product) -> None:
    matrix = current_matrix(product)
    assert matrix is not None
    assert AxisWords.of(read_matrix(matrix)) == WORDS


def test_all_findings_say_where_and_what(product: Product, cso: User) -> None:
    findings = plan_of(product, cso, None).findings
    assert all(each.sheet and each.done for each in findings)
    levels = Counter(each.level for each in findings)
    assert levels[Level.REFUSED] == 1
    assert all(each.todo for each in findings if each.level is Level.PROBLEM)
