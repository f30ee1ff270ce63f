"""Layouts that people really keep: each comes out as its author meant it."""

import datetime
from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from accounts.models import User
from hazards.choices import Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Finding, Level
from hazards.importing.mapping import Mapping, propose
from hazards.importing.parsed import ParsedHazard, ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from products.models import Product
from tests.hazards.importing.workbooks import a_row, read, saved, table, template, write


def only(content: bytes) -> ParsedHazard:
    (hazard,) = read(content).hazards
    return hazard


def estimates(hazard: ParsedHazard) -> list[tuple[Stage, str, str, str]]:
    return [(e.stage, e.severity, e.likelihood, e.risk_class) for e in hazard.estimates]


def done(log: ParsedLog, level: Level) -> list[str]:
    return [each.done for each in log.findings if each.level is level]


def merged_table(rows: Sequence[Sequence[Any]], *merges: str) -> bytes:
    book = Workbook()
    write(book.worksheets[0], rows)
    for each in merges:
        book.worksheets[0].merge_cells(each)
    return saved(book)


# --- Headings ------------------------------------------------------------------------------------

_INITIAL_AND_RESIDUAL = [
    (Stage.INITIAL, "Major", "Low", "3"),
    (Stage.RESIDUAL, "Minor", "Very low", "1"),
]


@pytest.mark.parametrize(
    "headings",
    [
        ("I. Severity", "I. Likelihood", "I. Score", "R. Severity", "R. Likelihood", "R. Score"),
        ("Init S", "Init L", "Init Risk", "Res S", "Res L", "Res Risk"),
        (
            *("Initial Consequence", "Initial Probability", "Initial acceptability"),
            *("Residual Consequence", "Residual Probability", "Residual acceptability"),
        ),
        (
            *("Severity (pre mitigation)", "Likelihood (pre mitigation)", "Pre-mitigation risk"),
            *("Severity (post mitigation)", "Likelihood (post mitigation)", "Post-mitigation risk"),
        ),
        ("Severity", "Likelihood", "Rating", "Severity", "Likelihood", "Rating"),
        (
            *("Inherent severity", "Inherent likelihood", "Inherent risk rating"),
            *("Residual severity", "Residual likelihood", "Residual risk rating"),
        ),
    ],
)
def test_the_axes_are_called_many_things(headings: Sequence[str]) -> None:
    levels = ("Major", "Low", 3, "Minor", "Very low", 1)
    content = table(["ID", "Hazard", "Cause", "Harm", *headings], ["1", "A", "b", "c", *levels])
    assert estimates(only(content)) == _INITIAL_AND_RESIDUAL


def test_the_likelihood_may_stand_before_the_severity() -> None:
    headings = ["ID", "Hazard", "Cause", "Effect", "Init L", "Init S", "Res L", "Res S"]
    content = table(headings, ["1", "A", "b", "c", "Low", "Major", "Very low", "Minor"])
    assert [e[1:3] for e in estimates(only(content))] == [("Major", "Low"), ("Minor", "Very low")]


def test_an_impact_beside_the_likelihood_is_an_axis() -> None:
    content = table(
        ["ID", "Hazard", "Cause", "Harm", "Impact", "Likelihood", "Risk"],
        ["1", "A", "b", "A bleed, perhaps fatal", "Major", "Low", 3],
    )
    hazard = only(content)
    assert hazard.harms[0].text == "A bleed, perhaps fatal"
    assert estimates(hazard) == [(Stage.INITIAL, "Major", "Low", "3")]


def test_a_risk_in_sentences_is_the_hazard() -> None:
    content = table(
        ["ID", "Risk", "Cause", "Harm"],
        ["1", "A dose is shown wrong to the person who gives it", "b", "c"],
    )
    assert only(content).name.startswith("A dose is shown wrong")


@pytest.mark.parametrize("merges", [(), ("E1:F1", "G1:H1")])
def test_groups_stand_over_the_axes(merges: tuple[str, ...]) -> None:
    content = merged_table(
        [
            ["", "", "", "", "Before controls", "", "After controls", ""],
            ["No", "Hazard", "Cause", "Harm", "S", "L", "S", "L"],
            ["1", "A", "b", "c", "Major", "Low", "Minor", "Low"],
        ],
        *merges,
    )
    assert [e[:2] for e in estimates(only(content))] == [
        (Stage.INITIAL, "Major"),
        (Stage.RESIDUAL, "Minor"),
    ]


def test_a_title_that_is_not_merged_is_no_group() -> None:
    content = table(
        ["Residual risk log of the ward"],
        ["Hazard", "Cause", "Harm", "Severity", "Likelihood"],
        ["A", "b", "c", "Major", "Low"],
    )
    assert estimates(only(content)) == [(Stage.INITIAL, "Major", "Low", "")]


def test_a_row_of_data_is_never_the_heading() -> None:
    content = table(
        ["Hazard", "Cause", "Harm", "Design"],
        ["Training is missing", "Test of the cause", "Harm to a patient", "Description of design"],
    )
    assert only(content).name == "Training is missing"


# --- Rows ----------------------------------------------------------------------------------------


def test_cells_merged_down_over_the_causes() -> None:
    content = merged_table(
        [
            ["ID", "Hazard", "Harm", "Cause", "Existing controls", "Design"],
            ["1", "A", "x", "One", "Of all", "Of one"],
            ["", "", "", "Two", "", "Of two"],
            ["", "", "", "Three", "", ""],
        ],
        *("A2:A4", "B2:B4", "C2:C4", "E2:E4"),
    )
    hazard = only(content)
    assert [each.text for each in hazard.causes] == ["One", "Two", "Three"]
    assert {each.text: each.on for each in hazard.controls} == {
        "Of all": (),
        "Of one": (0,),
        "Of two": (1,),
    }


def test_controls_in_rows_of_their_own_are_of_the_cause_above() -> None:
    content = table(
        ["Hazard", "Harm", "Cause", "Design"],
        ["A", "x", "One", "First"],
        ["", "", "", "Second"],
        ["", "", "Two", "Third"],
        ["", "", "", "Fourth"],
    )
    assert {each.text: each.on for each in only(content).controls} == {
        "First": (0,),
        "Second": (0,),
        "Third": (1,),
        "Fourth": (1,),
    }


def test_a_second_estimate_beside_the_same_cause_is_reported() -> None:
    content = table(
        ["Hazard", "Harm", "Cause", "Design", "Severity", "Likelihood"],
        ["A", "x", "One", "First", "Major", "Low"],
        ["", "", "", "Second", "Minor", "Low"],
        ["", "", "Two", "Third", "Minor", "Low"],
    )
    log = read(content)
    assert [(e.severity, e.on) for e in log.hazards[0].estimates] == [
        ("Major", (0,)),
        ("Minor", (1,)),
    ]
    (problem,) = done(log, Level.PROBLEM)
    assert "the first, in E2, F2, was taken" in problem


def test_numbers_of_hazard_cause_and_control_in_columns_of_their_own() -> None:
    content = table(
        ["Hazard #", "Hazard", "Harm", "Cause #", "Cause", "Control #", "Design"],
        ["1", "A", "x", "1.01", "One", "1.01.01", "First"],
        ["", "", "", "1.02", "Two", "1.02.01", "Second"],
        ["2", "B", "y", "2.01", "Three", "2.01.01", "Third"],
    )
    log = read(content)
    assert [each.reference for each in log.hazards] == ["1", "2"]
    assert [each.on for each in log.hazards[0].controls] == [(0,), (1,)]
    assert [each.on for each in log.hazards[1].controls] == [(0,)]
    assert (log.columns_not_read, log.findings) == ([], [])


def test_one_column_of_numbers_for_hazard_cause_and_control() -> None:
    content = table(
        ["Number", "Hazard", "Cause", "Effect", "Design"],
        ["1.01.01", "A", "One", "x", "First"],
        ["1.01.02", "", "", "", "Second"],
        ["1.02.01", "", "Two", "", "Third"],
        ["2.01.01", "B", "Three", "y", "Fourth"],
    )
    log = read(content)
    assert [(each.reference, each.name) for each in log.hazards] == [("1", "A"), ("2", "B")]
    assert {each.text: each.on for each in log.hazards[0].controls} == {
        "First": (0,),
        "Second": (0,),
        "Third": (1,),
    }
    (note,) = done(log, Level.NOTE)
    assert "hazard.cause.control" in note


def test_an_outline_of_hazards_causes_and_controls() -> None:
    content = table(
        ["No", "Description", "Effect", "Severity", "Likelihood"],
        ["1", "A", "x", "Major", "Low"],
        ["1.1", "One"],
        ["1.1.1", "First"],
        ["1.2", "Two"],
        ["2", "B", "y", "Minor", "Low"],
    )
    first, second = read(content).hazards
    assert [each.text for each in first.causes] == ["One", "Two"]
    assert [(each.text, each.on, each.cell) for each in first.controls] == [("First", (0,), "B4")]
    assert (second.name, second.causes) == ("B", [])


def test_hazards_that_are_numbered_with_points_stay_themselves() -> None:
    content = table(
        ["No", "Hazard", "Cause", "Harm"],
        ["1.1", "A", "b", "c"],
        ["1.2", "B", "b", "c"],
        ["2.1", "C", "b", "c"],
    )
    assert [each.reference for each in read(content).hazards] == ["1.1", "1.2", "2.1"]


# --- Cells ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("First\nSecond", ["First", "Second"]),
        ("• First • Second", ["First", "Second"]),
        ("1. First\n2. Second", ["First", "Second"]),
        ("1) First; 2) Second", ["First", "Second"]),
        ("- First\n  goes on\n- Second", ["First goes on", "Second"]),
        ("(1) First\n(2) Second\nAnother", ["First", "Second", "Another"]),
        ("Give 1. 5 mg or 2. none", ["Give 1. 5 mg or 2. none"]),
        ("2. Second only", ["2. Second only"]),
    ],
)
def test_controls_packed_into_one_cell_are_taken_apart(cell: str, items: list[str]) -> None:
    log = read(template(a_row(design=cell)))
    assert [each.text for each in log.hazards[0].controls] == items
    said = [each for each in log.findings if "Several things stood in one cell" in each.done]
    assert len(said) == (1 if len(items) > 1 else 0)


@pytest.mark.parametrize(
    ("cell", "items"),
    [
        ("The unit is wrong\nThe record is wrong", 2),
        ("• the unit\n• the record", 2),
        ("The unit is wrong\nwhen the record is old", 1),
        ("The unit is wrong and\nThe record is old", 1),
        ("The unit is wrong; the record is old", 1),
    ],
)
def test_causes_packed_into_one_cell(cell: str, items: int) -> None:
    assert len(only(template(a_row(cause=cell))).causes) == items


def test_semicolons_take_nothing_apart_and_are_reported() -> None:
    log = read(template(a_row(cause="One thing; Another thing", design="This; and that")))
    assert [each.text for each in log.hazards[0].causes] == ["One thing; Another thing"]
    (problem,) = done(log, Level.PROBLEM)
    assert "with semicolons between them" in problem


def test_evidence_beside_each_kind_of_control() -> None:
    content = table(
        ["Hazard", "Cause", "Harm", "Design", "Evidence", "Training", "Evidence"],
        ["A", "b", "c", "One\nTwo", "TR-1\nTR-2", "Taught", "Register"],
    )
    hazard = only(content)
    assert [(each.text, each.controls, each.column) for each in hazard.tests] == [
        ("TR-1", (0,), Field.DESIGN_EVIDENCE),
        ("TR-2", (1,), Field.DESIGN_EVIDENCE),
        ("Register", (2,), Field.TRAINING_EVIDENCE),
    ]


def test_evidence_of_existing_controls() -> None:
    content = table(
        ["Hazard", "Cause", "Harm", "Existing controls", "Evidence of existing controls"],
        ["A", "b", "c", "One\nTwo", "Seen in an audit"],
    )
    assert [(each.text, each.controls) for each in only(content).tests] == [
        ("Seen in an audit", (0, 1))
    ]


def test_evidence_without_a_control_is_kept_among_the_actions() -> None:
    content = table(["Hazard", "Cause", "Harm", "Design", "Evidence"], ["A", "b", "c", "", "TR-1"])
    log = read(content)
    assert log.hazards[0].words[Field.ACTION_SUMMARY] == (
        "Evidence of Design with no control beside it: TR-1"
    )
    assert "there is none in these rows" in done(log, Level.PROBLEM)[0]


@pytest.mark.parametrize(
    ("written", "note"),
    [
        (datetime.date(2026, 5, 3), ""),
        ("2026-05-03", ""),
        ("3 May 2026", ""),
        ("3rd May 2026", ""),
        ("May 3, 2026", ""),
        ("03-May-26", ""),
        ("2026-05-03 09:30", ""),
        ("03/05/2026", "Read with the day first, as 3 May 2026."),
        ("3.5.26", "Read with the day first, as 3 May 2026."),
        ("46145", "Read as the number under which Excel keeps 3 May 2026."),
    ],
)
def test_dates_in_many_forms(written: object, note: str) -> None:
    log = read(table(["Hazard", "Cause", "Harm", "Next review"], ["A", "b", "c", written]))
    assert log.hazards[0].review_date == datetime.date(2026, 5, 3)
    assert [each.done for each in log.findings] == ([note] if note else [])


@pytest.mark.parametrize("written", ["next spring", "31/02/2026", "Q3"])
def test_what_is_no_date_is_reported(written: str) -> None:
    log = read(table(["Hazard", "Cause", "Harm", "Review date"], ["A", "b", "c", written]))
    assert log.hazards[0].review_date is None
    (finding,) = log.findings
    assert (finding.cell, finding.level) == ("D2", Level.PROBLEM)
    assert "write it like 3 May 2026" in finding.todo


def test_the_effect_in_care_is_not_the_harm() -> None:
    content = table(
        ["Hazard", "Effect in care", "Harm"], ["A", "The wrong dose is given", "A bleed"]
    )
    hazard = only(content)
    assert hazard.words[Field.EFFECT] == "The wrong dose is given"
    assert hazard.harms[0].text == "A bleed"


@pytest.mark.parametrize("harm", ["Harm", "Potential clinical impact", "Patient harm"])
def test_an_effect_beside_a_harm_is_what_happens_in_care(harm: str) -> None:
    content = table(["Hazard", "Cause", "Effect", harm], ["A", "b", "Wrong dose", "A bleed"])
    hazard = only(content)
    assert hazard.words[Field.EFFECT] == "Wrong dose"
    assert [each.text for each in hazard.harms] == ["A bleed"]


# --- Classes -------------------------------------------------------------------------------------


def findings_of(product: Product, cso: User, content: bytes) -> list[Finding]:
    log = read_log(name="log.xlsx", content=content)
    return plan_import(product=product, log=log, by=cso).findings


def rated(*rows: tuple[object, object, object]) -> bytes:
    return table(
        ["ID", "Hazard", "Cause", "Harm", "Severity", "Likelihood", "Rating"],
        *([f"H{n}", f"Name {n}", "b", "c", *levels] for n, levels in enumerate(rows)),
    )


@pytest.mark.parametrize(
    "rating",
    [
        3,
        "3",
        "Class 3",
        "3 - Undesirable",
        "High (3)",
        "Acceptable if justified",
        "acceptable if  JUSTIFIED",
    ],
)
def test_a_class_that_agrees_is_no_matter(product: Product, cso: User, rating: object) -> None:
    assert findings_of(product, cso, rated(("Major", "Medium", rating))) == []


@pytest.mark.parametrize("rating", [2, "Class 4", "1 (low)", "Unacceptable"])
def test_a_class_that_disagrees_is_computed_again_and_reported(
    product: Product, cso: User, rating: object
) -> None:
    (finding,) = findings_of(product, cso, rated(("Major", "Medium", rating)))
    assert finding.level is Level.PROBLEM
    assert "Major · Medium is class 3" in finding.done
    assert "that was used" in finding.done


def test_products_beside_words_are_reported_and_left(product: Product, cso: User) -> None:
    content = rated(("Major", "Medium", 12), ("Major", "Very low", 4), ("Minor", "Low", 2))
    findings = findings_of(product, cso, content)
    assert [each.cell for each in findings] == ["G2", "G3", "G4"]
    assert all("severity times likelihood" in each.done for each in findings)
    assert {each.level for each in findings} == {Level.NOTE}


def test_products_beside_numbers_are_reported_once_more_when_they_do_not_fit(
    product: Product, cso: User
) -> None:
    content = rated((4, 3, 12), (4, 2, 8), (2, 2, 5))
    products = [
        each.cell
        for each in findings_of(product, cso, content)
        if "severity times likelihood" in each.done
    ]
    assert products == ["G2", "G3"]


# --- Sheets --------------------------------------------------------------------------------------


def test_of_several_sheets_any_may_be_chosen() -> None:
    book = Workbook()
    write(book.worksheets[0], [["ID", "Hazard", "Cause", "Harm"], ["1", "A", "b", "c"]])
    other = book.create_sheet("Transferred")
    write(other, [["ID", "Hazard", "Cause", "Harm", "Owner"], ["7", "B", "b", "c", "Ann"]])
    content = saved(book)
    assert read(content).hazards[0].reference == "7"
    assert read(content, sheet="Sheet").hazards[0].reference == "1"
    assert propose(name="log.xlsx", content=content).sheets == ("Sheet", "Transferred")


# --- Several columns of one field ----------------------------------------------------------------


def test_causes_and_controls_in_several_columns() -> None:
    content = table(
        ["ID", "Hazard", "Harm", "Cause 1", "Cause 2", "Design", "Design 2"],
        ["1", "A", "x", "the unit", "the record", "First", "Second"],
        ["2", "B", "y", "", "an interface", "", ""],
    )
    log = read(content)
    first, second = log.hazards
    assert [each.text for each in first.causes] == ["the unit", "the record"]
    assert [each.text for each in first.controls] == ["First", "Second"]
    assert [each.text for each in second.causes] == ["an interface"]
    assert log.columns_not_read == []


def test_two_columns_may_be_given_the_same_field() -> None:
    content = table(
        ["ID", "Hazard", "Harm", "Software", "Hardware"], ["1", "A", "x", "Stops it", "Locks it"]
    )
    mapping = Mapping({"D": "design", "E": "design"})
    log = read_log(name="log.xlsx", content=content, mapping=mapping)
    assert [each.text for each in log.hazards[0].controls] == ["Stops it", "Locks it"]


def test_further_columns_of_a_merged_hazard_stand_with_it() -> None:
    content = merged_table(
        [
            ["ID", "Hazard", "Harm", "Cause", "Design 1", "Design 2"],
            ["1", "A", "x", "One", "First", "Second"],
            ["", "", "", "Two", "", "Third"],
        ],
        *("A2:A3", "B2:B3", "C2:C3", "E2:E3"),
    )
    assert {each.text: each.on for each in only(content).controls} == {
        "First": (),
        "Second": (),
        "Third": (),
    }


# --- Rows that stand in the way ------------------------------------------------------------------


def test_headings_that_are_repeated_are_passed_over() -> None:
    headings = ["ID", "Hazard", "Cause", "Harm"]
    log = read(table(headings, ["1", "A", "b", "c"], headings, ["2", "B", "b", "c"]))
    assert [each.reference for each in log.hazards] == ["1", "2"]
    (note,) = log.findings
    assert (note.level, note.cell) == (Level.NOTE, "row 3")


def test_rows_of_one_hazard_apart_from_each_other_are_refused_with_what_to_do() -> None:
    log = read(
        table(
            ["ID", "Hazard", "Cause", "Harm"],
            ["1", "A", "b", "x"],
            ["2", "B", "b", "y"],
            ["1", "A", "c", "x"],
        )
    )
    (refused,) = log.findings
    assert refused.level is Level.REFUSED
    assert refused.todo.startswith("Sort the file so that all rows of this hazard stand together")


def test_hidden_rows_are_read_and_said() -> None:
    book = Workbook()
    write(
        book.worksheets[0],
        [["ID", "Hazard", "Cause", "Harm"], ["1", "A", "b", "c"], ["2", "B", "b", "c"]],
    )
    book.worksheets[0].row_dimensions[3].hidden = True
    log = read(saved(book))
    assert len(log.hazards) == 2
    assert [each.done for each in log.findings] == ["Hidden rows were read like the others: row 3."]
