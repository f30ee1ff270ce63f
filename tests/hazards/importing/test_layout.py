"""Finding the sheet, the heading and the columns."""

import pytest
from openpyxl import Workbook

from audit.errors import NotPossible
from hazards.importing.fields import Field
from hazards.importing.layout import find_layout
from hazards.importing.vocabulary import plain_heading
from hazards.importing.workbook import open_workbook
from tests.hazards.importing.workbooks import (
    COLUMN,
    a_row,
    fill,
    read,
    saved,
    table,
    template,
    write,
)


def columns_of(*headings: str) -> dict[Field, int]:
    """What a single heading row is understood as."""
    layout = find_layout(open_workbook("x.xlsx", table(headings, ["x"] * len(headings)))[0])
    assert layout is not None
    return layout.columns


@pytest.mark.parametrize("top", range(1, 10))
def test_the_heading_may_stand_anywhere_in_the_first_ten_rows(top: int) -> None:
    log = read(template(a_row(), top=top))
    assert log.header_rows == f"{top}–{top + 1}"
    assert log.columns[Field.RESIDUAL_CLASS] == COLUMN["rating2"]
    assert len(log.hazards) == 1


def test_a_heading_below_the_tenth_row_is_not_found() -> None:
    with pytest.raises(NotPossible) as refusal:
        read(template(a_row(), top=10))
    sentence = refusal.value.sentence
    assert "No heading of a hazard log was found in the first 10 rows" in sentence
    assert "Hazard Number, Hazard Name" in sentence
    assert "Possible Causes" in sentence
    assert "Nothing was changed." in sentence
    assert "“Hazard log”" in sentence


def test_the_groups_tell_initial_from_residual() -> None:
    columns = read(template(a_row())).columns
    assert columns[Field.INITIAL_SEVERITY] == COLUMN["severity"]
    assert columns[Field.INITIAL_CLASS] == COLUMN["rating"]
    assert columns[Field.RESIDUAL_LIKELIHOOD] == COLUMN["likelihood2"]
    assert columns[Field.DESIGN] == COLUMN["design"]


def test_merged_groups_are_read_too() -> None:
    columns = read(template(a_row(), merge=["G1:I1", "J1:M1", "N1:P1", "Q1:R1"])).columns
    assert columns[Field.INITIAL_SEVERITY] == COLUMN["severity"]
    assert columns[Field.RESIDUAL_SEVERITY] == COLUMN["severity2"]


def test_residual_may_stand_before_initial() -> None:
    content = table(
        ["", "", "Residual risk", "", "Initial risk", ""],
        ["Hazard Name", "Cause", "Severity", "Likelihood", "Severity", "Likelihood"],
        ["A", "b", "Major", "Low", "Major", "High"],
    )
    columns = read(content).columns
    assert columns[Field.RESIDUAL_SEVERITY] == 3
    assert columns[Field.INITIAL_SEVERITY] == 5


def test_headings_merged_over_both_rows_stand_in_the_upper_one() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    write(
        sheet,
        [
            ["Hazard ID", "Hazard Name", "Effect", "Initial", "", ""],
            ["", "", "", "Severity", "Likelihood", "Class"],
            ["H1", "A name", "A harm", "Major", "Low", 3],
        ],
    )
    for each in ("A1:A2", "B1:B2", "C1:C2", "D1:F1"):
        sheet.merge_cells(each)
    log = read(saved(book))
    assert log.columns == {
        Field.REFERENCE: 1,
        Field.NAME: 2,
        Field.HARM: 3,
        Field.INITIAL_SEVERITY: 4,
        Field.INITIAL_LIKELIHOOD: 5,
        Field.INITIAL_CLASS: 6,
    }
    assert log.hazards[0].reference == "H1"


def test_a_title_over_the_whole_table_is_no_group() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    write(
        sheet,
        [
            ["Residual risk log of the ward"],
            ["Hazard Name", "Cause", "Harm", "Severity", "Likelihood"],
            ["A", "b", "c", "Major", "Low"],
        ],
    )
    sheet.merge_cells("A1:E1")
    assert Field.INITIAL_SEVERITY in read(saved(book)).columns


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("HAZARD NUMBER", Field.REFERENCE),
        ("hazard id", Field.REFERENCE),
        ("#", Field.REFERENCE),
        ("Hazard #", Field.REFERENCE),
        ("Hazard  Description:", Field.DESCRIPTION),
        ("Clinical Impact", Field.HARM),
        ("Effect", Field.HARM),
        ("Consequence", Field.HARM),
        ("Possible Cause(s)", Field.CAUSE),
        ("Possible\nCauses", Field.CAUSE),
        ("Existing Controls", Field.EXISTING),
        ("Additional controls", Field.ADDITIONAL),
        ("Design", Field.DESIGN),
        ("Test", Field.TEST),
        ("Training / Communication", Field.TRAINING),
        ("Business process change", Field.BUSINESS_PROCESS),
        ("Severity", Field.INITIAL_SEVERITY),
        ("Initial likelihood", Field.INITIAL_LIKELIHOOD),
        ("Residual Risk Rating", Field.RESIDUAL_CLASS),
        ("R. Consequence", Field.RESIDUAL_SEVERITY),
        ("I. Software design", Field.EXISTING_DESIGN),
        ("R. Software design", Field.DESIGN),
        ("Risk score", Field.INITIAL_CLASS),
        ("Class", Field.INITIAL_CLASS),
        ("Action Summary", Field.ACTION_SUMMARY),
        ("Owner", Field.OWNER),
        ("Status", Field.STATUS),
        ("Justification", Field.JUSTIFICATION),
        ("Tag", Field.FAMILY),
    ],
)
def test_a_heading_is_known_by_its_words(heading: str, field: Field) -> None:
    columns = columns_of("Hazard Name", "Description", "Cause", "Notes", heading)
    if field in (Field.DESCRIPTION, Field.CAUSE):
        columns = columns_of("Hazard Name", "Severity", "Likelihood", "Notes", "", heading)
        assert columns[field] == 6
    else:
        assert columns[field] == 5


def test_consequence_is_the_severity_where_the_harm_has_its_own_column() -> None:
    columns = columns_of("Hazard", "Impact", "Cause", "Consequence", "Likelihood", "Rating")
    assert columns[Field.HARM] == 2
    assert columns[Field.INITIAL_SEVERITY] == 4


def test_without_groups_the_second_severity_is_the_residual_one() -> None:
    columns = columns_of("Name", "Cause", "Severity", "Likelihood", "Severity", "Likelihood")
    assert columns[Field.RESIDUAL_SEVERITY] == 5
    assert columns[Field.RESIDUAL_LIKELIHOOD] == 6


def test_controls_under_existing_are_existing_ones() -> None:
    content = table(
        ["", "", "Existing controls", "", "Additional controls", ""],
        ["Name", "Cause", "Design", "Training", "Design", "Training"],
        ["A", "b", "c", "d", "e", "f"],
    )
    columns = read(content).columns
    assert columns[Field.EXISTING_DESIGN] == 3
    assert columns[Field.EXISTING_TRAINING] == 4
    assert columns[Field.DESIGN] == 5


def test_a_heading_without_case_and_punctuation() -> None:
    assert plain_heading("  Possible   CAUSE(S): ") == "possible causes"


def test_a_wrong_sheet_lists_the_sheets_there_are() -> None:
    with pytest.raises(NotPossible) as refusal:
        read(template(a_row()), sheet="Risks")
    assert refusal.value.sentence == (
        "The workbook has no sheet called “Risks”. Nothing was changed. "
        "Its sheets are: “Hazard log”. Choose one of these."
    )


def test_a_named_sheet_is_found_whatever_its_case() -> None:
    assert read(template(a_row()), sheet="hazard LOG").sheet == "Hazard log"


def test_a_named_sheet_without_a_heading_says_where_it_looked() -> None:
    book = Workbook()
    book.worksheets[0].title = "Cover"
    fill(book.create_sheet("Log"), [a_row()])
    with pytest.raises(NotPossible, match="first 10 rows of the sheet “Cover”"):
        read(saved(book), sheet="Cover")


def test_of_two_logs_the_fuller_one_is_read_and_the_other_named() -> None:
    book = Workbook()
    write(book.worksheets[0], [["Hazard Name", "Cause", "Harm"], ["Small", "a", "b"]])
    fill(book.create_sheet("Full"), [a_row()])
    log = read(saved(book))
    assert log.sheet == "Full"
    assert any("looks like a hazard log too" in finding.done for finding in log.findings)
    assert log.sheets_not_read == ["Sheet"]


def test_a_hidden_log_is_read_only_when_there_is_no_other() -> None:
    book = Workbook()
    write(book.worksheets[0], [["Hazard Name", "Cause", "Harm"], ["Seen", "a", "b"]])
    hidden = book.create_sheet("Old")
    fill(hidden, [a_row()])
    hidden.sheet_state = "hidden"
    assert read(saved(book)).sheet == "Sheet"
    assert read(saved(book), sheet="Old").sheet == "Old"


def test_columns_that_nobody_knows_are_named_and_counted() -> None:
    log = read(
        table(
            ["Hazard Name", "Cause", "Harm", "Reviewer", "Spare"],
            ["A", "b", "c", "Dr X", ""],
            ["B", "b", "c", "Dr Y", ""],
        )
    )
    assert log.columns_not_read == ["D Reviewer"]
    (finding,) = (each for each in log.findings if each.cell == "column D")
    assert "2 filled cells were passed over" in finding.done
