"""From rows to hazards: merged cells, blank cells, repeated cells, and what stands for nothing."""

import pytest
from openpyxl import Workbook

from hazards.choices import Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Level
from tests.hazards.importing.workbooks import (
    a_row,
    done_in,
    only_hazard,
    read,
    saved,
    table,
    template,
    write,
)

#: Whole-hazard columns of the template that its users merge over the rows of a hazard.
WHOLE = "ABCDFGHIJKLMNOPQRS"


def merged(first: int, last: int, columns: str = WHOLE) -> list[str]:
    return [f"{column}{first}:{column}{last}" for column in columns]


def test_a_merged_hazard_has_a_cause_in_each_of_its_rows() -> None:
    content = template(
        a_row(design="Stops it", test="Is tested"),
        {"cause": "Second"},
        {"cause": "Third"},
        a_row(ref="H-2", name="Another"),
        merge=merged(3, 5),
    )
    log = read(content)
    first, second = log.hazards
    assert [cause.text for cause in first.causes] == ["Nobody looks at it", "Second", "Third"]
    assert first.rows == "3–5"
    assert second.rows == "6"
    assert (log.rows_read, log.rows_taken) == (4, 4)
    assert first.controls[0].on == ()
    assert first.estimates[0].on == ()
    assert first.tests[0].controls == (0,)


def test_in_a_merged_hazard_a_control_beside_one_cause_acts_on_that_cause() -> None:
    content = template(
        a_row(existing="Only here", design="Beside both\nAnd this"),
        {"cause": "Second", "existing": "Only there"},
        {"cause": "Third"},
        merge=[*merged(3, 5, "ABCDGHI"), "J3:J4"],
    )
    controls = {control.text: control.on for control in only_hazard(content).controls}
    assert controls == {
        "Only here": (0,),
        "Only there": (1,),
        "Beside both": (0, 1),
        "And this": (0, 1),
    }


def test_a_column_may_be_merged_in_one_hazard_and_not_in_another() -> None:
    content = template(
        a_row(existing="Whole"),
        {"cause": "Second"},
        a_row(ref="H-2", name="Other", existing="First only"),
        {"cause": "Second", "existing": "Second only"},
        merge=[*merged(3, 4, "ABF"), *merged(5, 6, "AB")],
    )
    first, second = read(content).hazards
    assert [control.on for control in first.controls] == [()]
    assert [control.on for control in second.controls] == [(0,), (1,)]


def test_without_merging_blank_cells_continue_the_hazard_above() -> None:
    content = template(
        a_row(existing="For all of it", design="For the first"),
        {"cause": "Second", "design": "For the second"},
        a_row(ref="H-2", name="Other", design="For its only cause", existing="For all"),
    )
    first, second = read(content).hazards
    assert [cause.text for cause in first.causes] == ["Nobody looks at it", "Second"]
    assert {control.text: control.on for control in first.controls} == {
        "For all of it": (),
        "For the first": (0,),
        "For the second": (1,),
    }
    # A column that speaks of causes elsewhere speaks of the only cause here.
    assert {control.text: control.on for control in second.controls} == {
        "For its only cause": (0,),
        "For all": (),
    }


def test_without_merging_the_number_may_be_repeated_in_each_row() -> None:
    row = a_row(design="The same in each row")
    content = template(row, row | {"cause": "Second"}, row | {"cause": "Third", "name": ""})
    hazard = only_hazard(content)
    assert len(hazard.causes) == 3
    assert len(hazard.harms) == 1
    assert [control.on for control in hazard.controls] == [(0, 1, 2)]
    assert [estimate.on for estimate in hazard.estimates] == [(0,), (1,), (2,)]


def test_a_log_without_numbers_goes_by_names() -> None:
    content = table(
        ["Hazard", "Cause", "Harm"],
        ["One", "a", "x"],
        ["One", "b", ""],
        ["Two", "c", "y"],
    )
    log = read(content)
    assert [(h.reference, h.name, len(h.causes)) for h in log.hazards] == [
        ("", "One", 2),
        ("", "Two", 1),
    ]
    assert not log.findings


def test_a_cause_over_two_rows_is_one_cause_with_the_controls_of_both() -> None:
    content = template(
        a_row(design="First"),
        {"design": "Second"},
        {"cause": "Other cause", "design": "Third"},
        merge=[*merged(3, 5, "ABCD"), "E3:E4"],
    )
    hazard = only_hazard(content)
    assert len(hazard.causes) == 2
    assert [control.on for control in hazard.controls] == [(0,), (0,), (1,)]


def test_each_cause_may_have_its_own_estimate() -> None:
    content = template(
        a_row(rating=""),
        {"cause": "Second", "severity": "Minor", "likelihood": "Low"},
        merge=merged(3, 4, "ABCD"),
    )
    estimates = only_hazard(content).estimates
    assert [(e.severity, e.likelihood, e.on) for e in estimates] == [
        ("Major", "Medium", (0,)),
        ("Minor", "Low", (1,)),
    ]


def test_an_estimate_only_in_the_first_row_is_of_the_whole_hazard() -> None:
    content = template(a_row(), {"cause": "Second"}, merge=merged(3, 4, "ABCD"))
    (estimate,) = only_hazard(content).estimates
    assert estimate.on == ()
    assert estimate.cells == ("G3", "H3", "I3")


def test_initial_and_residual_are_kept_apart() -> None:
    hazard = only_hazard(template(a_row(severity2="Major", likelihood2="Low", rating2=3)))
    assert [(e.stage, e.likelihood, e.risk_class) for e in hazard.estimates] == [
        (Stage.INITIAL, "Medium", "3"),
        (Stage.RESIDUAL, "Low", "3"),
    ]


def test_controls_are_split_at_line_breaks_only() -> None:
    hazard = only_hazard(template(a_row(design="One; and two\n• Three\n\nn/a", training="n/a")))
    assert [(control.text, control.column) for control in hazard.controls] == [
        ("One; and two", Field.DESIGN),
        ("Three", Field.DESIGN),
    ]


def test_every_kind_of_control_has_its_column() -> None:
    hazard = only_hazard(
        template(a_row(existing="e", design="d", training="t", process="p", test="tested"))
    )
    assert [(control.text, control.column) for control in hazard.controls] == [
        ("e", Field.EXISTING),
        ("d", Field.DESIGN),
        ("t", Field.TRAINING),
        ("p", Field.BUSINESS_PROCESS),
    ]
    (test,) = hazard.tests
    assert (test.text, test.controls) == ("tested", (1, 2, 3))  # never the existing one


def test_a_test_is_about_the_controls_of_its_own_rows() -> None:
    content = template(
        a_row(design="First", test="Tests the first"),
        {"cause": "Second", "design": "Second", "test": "Tests the second\nAnd once more"},
        merge=merged(3, 4, "ABCD"),
    )
    assert [(test.text, test.controls) for test in only_hazard(content).tests] == [
        ("Tests the first", (0,)),
        ("Tests the second", (1,)),
        ("And once more", (1,)),
    ]


def test_a_test_without_a_control_beside_it_is_kept_among_the_actions() -> None:
    log = read(template(a_row(existing="There already", test="Tests nothing", action="Do it")))
    (hazard,) = log.hazards
    assert hazard.tests == []
    assert hazard.words[Field.ACTION_SUMMARY] == (
        "Do it\nPlanned test with no control beside it: Tests nothing"
    )
    assert "there is none in these rows" in done_in(log)["K3"]


@pytest.mark.parametrize(
    ("column", "cell", "label"),
    [("design", "J3", "Design"), ("owner", "R3", "Owner"), ("status", "S3", "Hazard Status")],
)
def test_a_placeholder_is_empty_and_reported(column: str, cell: str, label: str) -> None:
    log = read(template(a_row(**{column: "TBC"})))
    assert done_in(log)[cell] == f"This says that it is still to come; {label} was taken as empty."
    assert log.hazards[0].controls == []


def test_no_harm_is_reported_once() -> None:
    assert "stays a draft" in done_in(read(template(a_row(harm="n/a"))))["D3"]
    log = read(template(a_row(harm="TBC")))
    assert [finding.cell for finding in log.findings] == ["D3"]
    assert "stays a draft" in log.findings[0].done


def test_an_error_of_excel_is_empty_and_reported() -> None:
    assert "Excel shows an error" in done_in(read(template(a_row(action="#REF!"))))["Q3"]


def test_a_formula_is_kept_as_text_and_reported() -> None:
    log = read(template(a_row(name="=A1&A2")))
    assert log.hazards[0].name == "=A1&A2"
    assert "not calculated" in done_in(log)["B3"]


def test_different_texts_in_the_rows_of_one_hazard_are_all_kept() -> None:
    content = template(
        a_row(description="First part", status="Open", owner="Ann"),
        {"cause": "b", "description": "Second part", "harm": "A fall", "owner": "Bob"},
    )
    log = read(content)
    (hazard,) = log.hazards
    assert hazard.words[Field.DESCRIPTION] == "First part\nSecond part"
    assert [harm.text for harm in hazard.harms] == ["A bleed", "A fall"]
    assert hazard.words[Field.OWNER] == "Ann"
    assert "“Ann”, was taken" in done_in(log)["R4"]


def test_only_columns_that_the_file_has_say_anything() -> None:
    content = table(["Hazard", "Cause", "Harm"], ["One", "a", "x"])
    assert only_hazard(content).words == {}


# --- Rows that are not brought in ----------------------------------------------------------------


def test_the_second_of_two_equal_numbers_is_refused_with_all_its_rows() -> None:
    content = template(
        a_row(),
        a_row(ref="H-2", name="Between"),
        a_row(ref="h-1 ", name="The same number"),
        {"cause": "and its second row"},
    )
    log = read(content)
    assert [hazard.reference for hazard in log.hazards] == ["H-1", "H-2"]
    (refused,) = log.refused
    assert (refused.name, refused.rows) == ("The same number", "5–6")
    (finding,) = (each for each in log.findings if each.level is Level.REFUSED)
    assert finding.cell == "A5"
    assert "it was taken for the hazard in row 3" in finding.done
    assert "Rows 5–6 were not brought in" in finding.done
    assert (log.rows_read, log.rows_taken) == (4, 2)


def test_a_hazard_without_a_name_is_refused() -> None:
    log = read(template(a_row(), a_row(ref="H-2", name="TBC"), a_row(ref="H-3", name="")))
    assert [hazard.reference for hazard in log.hazards] == ["H-1"]
    assert [refused.why for refused in log.refused] == ["This hazard has no name."] * 2


def test_a_hazard_without_a_number_is_taken_and_reported() -> None:
    log = read(template(a_row(ref="TBC"), a_row(ref="", name="Another one")))
    assert [hazard.reference for hazard in log.hazards] == ["", ""]
    assert set(done_in(log)) == {"A3", "A4"}


def test_the_same_name_twice_without_a_number_is_refused() -> None:
    log = read(template(a_row(ref=""), a_row(ref="H-2", name="Other"), a_row(ref="")))
    assert len(log.hazards) == 2
    assert "no number" in log.refused[0].why


def test_rows_above_the_first_hazard_are_refused() -> None:
    log = read(template({"cause": "Whose?"}, a_row()))
    assert len(log.hazards) == 1
    assert "No hazard stands above" in done_in(log)["row 3"]
    assert log.refused[0].rows == "3"


def test_a_heading_between_hazards_is_passed_over() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    write(
        sheet,
        [
            ["ID", "Hazard", "Cause", "Harm"],
            ["Medicines"],
            ["1", "One", "a", "x"],
            ["Results"],
            ["2", "Two", "b", "y"],
        ],
    )
    sheet.merge_cells("A2:D2")
    sheet.merge_cells("A4:D4")
    log = read(saved(book))
    assert [hazard.reference for hazard in log.hazards] == ["1", "2"]
    assert [finding.level for finding in log.findings] == [Level.NOTE, Level.NOTE]
    assert (log.rows_read, log.rows_taken) == (4, 2)


def test_empty_rows_are_nothing() -> None:
    log = read(template(a_row(), {}, {"tag": "n/a"}, a_row(ref="H-2", name="Second")))
    assert len(log.hazards) == 2


def test_a_heading_alone_says_that_there_is_nothing() -> None:
    log = read(template())
    assert log.hazards == []
    assert "nothing to import" in log.findings[0].done


def test_numbers_are_read_as_they_are_shown() -> None:
    assert only_hazard(template(a_row(ref=7))).reference == "7"


# --- The cover and the sample --------------------------------------------------------------------


def test_the_cover_is_read() -> None:
    book = Workbook()
    write(book.worksheets[0], [["ID", "Hazard", "Cause", "Harm"], ["1", "One", "a", "b"]])
    cover = book.create_sheet("Cover")
    write(cover, [["Log"], ["Product:", "", "Ward"], ["Version", 0.7], ["Next review", "soon"]])
    changes = book.create_sheet("Changes")
    write(changes, [["Version", "Date", "Owner"], ["1", "2", "3"]])
    log = read(saved(book))
    assert log.cover == {"Product": "Ward", "Version": "0.7", "Next review date": "soon"}
    assert log.review_date is None
    assert "not a date" in done_in(log)["B4"]
    assert log.sheets_not_read == ["Changes"]
