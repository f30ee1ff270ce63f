"""Files as people send them: odd encodings, headings and rows, and what is said of them."""

from collections.abc import Sequence
from typing import Any

import pytest
from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont

from audit.errors import NotPossible
from hazards.choices import Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Level
from hazards.importing.parsed import ParsedLog
from hazards.importing.read import read_log
from tests.hazards.importing.workbooks import read, saved, table, write

HEADINGS = ("Hazard ID", "Hazard", "Cause", "Clinical impact", "Additional controls")
FIRST = ("H1", "The wrong patient is shown", "A stale cache", "A wrong dose", "Lock the record")
SECOND = ("H2", "A result comes late", "The interface is down", "Delay", "Telephone")


def text_of(*rows: Sequence[str], sign: str = ",") -> str:
    return "".join(f"{sign.join(row)}\r\n" for row in rows)


def csv_log(content: str | bytes) -> ParsedLog:
    return read_log(
        name="log.csv", content=content.encode() if isinstance(content, str) else content
    )


def book_of(*rows: Sequence[Any], merge: Sequence[str] = ()) -> bytes:
    book = Workbook()
    write(book.worksheets[0], rows)
    for each in merge:
        book.worksheets[0].merge_cells(each)
    return saved(book)


def references(log: ParsedLog) -> list[str]:
    return [each.reference for each in log.hazards]


def notes(log: ParsedLog) -> list[str]:
    return [each.done for each in log.findings if each.level is Level.NOTE]


# --- Texts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_a_csv_is_read_in_whatever_encoding_it_is(encoding: str, sign: str) -> None:
    row = (*FIRST[:2], "A café’s record is taken for £", *FIRST[3:])
    log = csv_log(text_of(HEADINGS, row, SECOND, sign=sign).encode(encoding))
    assert references(log) == ["H1", "H2"]
    assert log.hazards[0].causes[0].text == "A café’s record is taken for £"


def test_a_number_that_excel_keeps_as_a_text_is_that_text() -> None:
    row = ('"=""001"""', *FIRST[1:])
    assert references(csv_log(text_of(HEADINGS, row))) == ["001"]


def test_a_quotation_mark_that_is_never_closed_swallows_no_row_in_silence() -> None:
    broken = ("H1", '"The wrong patient', *FIRST[2:])
    with pytest.raises(NotPossible, match="the row that begins in line 2 and never closed"):
        csv_log(text_of(HEADINGS, broken, SECOND))


def test_a_field_may_go_on_over_lines_and_the_last_line_may_have_no_end() -> None:
    row = ("H1", '"The wrong\r\npatient"', *FIRST[2:])
    log = csv_log(text_of(HEADINGS, row, SECOND).rstrip())
    assert [each.name for each in log.hazards] == ["The wrong patient", SECOND[1]]


# --- Headings ------------------------------------------------------------------------------------

_COLUMNS = ("ID", "Hazard", "Cause", "Impact")


def test_a_stage_may_stand_two_rows_above_its_columns() -> None:
    log = read(
        book_of(
            ["Hazard", "", "", "", "Residual", "", "", "Initial"],
            ["", "", "", "", "Risk score", "", "", "Risk score"],
            [*_COLUMNS, "Severity", "Likelihood", "Rating", "Severity", "Likelihood", "Rating"],
            ["H1", "A", "b", "c", "Minor", "Low", 1, "Major", "Low", 2],
            merge=("A1:D1", "E1:G1", "H1:J1", "E2:G2", "H2:J2"),
        )
    )
    assert log.header_rows == "1–3"
    stages = {each.stage: each.severity for each in log.hazards[0].estimates}
    assert stages == {Stage.INITIAL: "Major", Stage.RESIDUAL: "Minor"}


def test_a_heading_may_be_merged_over_three_rows() -> None:
    log = read(
        book_of(
            [*_COLUMNS, "Residual risk", "", "Initial risk"],
            ["", "", "", "", "Scores", "", "Scores"],
            ["", "", "", "", "Severity", "Likelihood", "Severity", "Likelihood"],
            ["H1", "A", "b", "c", "Minor", "Low", "Major", "Low"],
            merge=("A1:A3", "B1:B3", "C1:C3", "D1:D3", "E1:F1", "G1:H1", "E2:F2", "G2:H2"),
        )
    )
    assert log.columns[Field.NAME] == 2
    assert log.columns[Field.RESIDUAL_SEVERITY] == 5


def test_facts_above_the_log_are_no_groups() -> None:
    log = read(
        book_of(
            ["Initial release", "1.0", "", "", "Residual hazards", "none"],
            ["Product", "Pharmacy"],
            [*_COLUMNS, "Severity", "Likelihood"],
            ["H1", "A", "b", "c", "Major", "Low"],
        )
    )
    assert log.columns[Field.INITIAL_SEVERITY] == 5
    assert log.header_rows == "3"


def test_a_heading_may_stand_above_a_blank_cell_beside_groups() -> None:
    log = read(
        book_of(
            ["", "", "", "", "Initial risk", "", "Mitigations", "Residual risk", ""],
            [*_COLUMNS, "S", "L", "", "S", "L"],
            ["H1", "A", "b", "c", "Major", "Low", "Stops it", "Major", "Very low"],
        )
    )
    assert [each.text for each in log.hazards[0].controls] == ["Stops it"]


def test_a_column_that_is_there_twice_is_read_once_and_named() -> None:
    log = read(table([*HEADINGS, "Status", "Status"], [*FIRST, "Open", "Closed"]))
    assert log.hazards[0].words[Field.STATUS] == "Open"
    (finding,) = log.findings
    assert finding.done.startswith("Column F has the same heading and is read already")


def test_a_very_wide_sheet_is_told_of_in_a_few_lines() -> None:
    extra = [f"Extra {number}" for number in range(300)]
    log = read(table([*HEADINGS, *extra], [*FIRST, *(["x"] * 300)]))
    assert len(log.columns_not_read) == 300
    assert len(log.findings) == 21
    assert log.findings[-1].done.startswith("280 more columns are not read")


# --- Rows ----------------------------------------------------------------------------------------


def test_totals_below_the_log_are_no_hazards() -> None:
    totals: list[list[Any]] = [["Total", "", "", "", 4], ["", "Total hazards: 2"], ["Count", 2]]
    log = read(table(HEADINGS, FIRST, SECOND, *totals))
    assert references(log) == ["H1", "H2"]
    assert set(notes(log)) == {"Taken as a total of the hazards, so nothing was made of it."}
    assert log.rows_read - log.rows_taken == 3


def test_a_hazard_that_is_called_total_stays_one() -> None:
    row = ("H1", "Total", "A stale cache", "A wrong dose", "")
    assert references(read(table(HEADINGS, row))) == ["H1"]


def test_words_alone_in_the_first_column_are_a_heading() -> None:
    log = read(table(HEADINGS, ["Medicines"], FIRST, ["Results"], SECOND))
    assert references(log) == ["H1", "H2"]
    assert set(notes(log)) == {"Taken as a heading between hazards, so nothing was made of it."}


def test_where_numbers_are_words_one_alone_is_a_hazard_without_a_name() -> None:
    log = read(table(HEADINGS, ["HAZ-A", *FIRST[1:]], ["HAZ-B"]))
    assert [(each.reference, each.why) for each in log.refused] == [
        ("HAZ-B", "This hazard has no name.")
    ]


def test_a_total_does_not_hide_that_numbers_are_dotted() -> None:
    rows: list[list[Any]] = [
        ["1.01", "A", "b", "c"],
        ["1.02", "", "d", ""],
        ["2.01", "E", "f", "g"],
        ["Total", 2],
    ]
    assert references(read(table(HEADINGS[:4], *rows))) == ["1", "2"]


# --- Cells and sheets ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cell",
    [
        "1. Lock the record\n2. Warn the user\n   and log it\n3. Train",
        "1) Lock the record 2) Warn the user and log it 3) Train",
        "a) Lock the record\nb) Warn the user and log it\nc) Train",
        "- Lock the record\n- Warn the user and log it\n- Train",
    ],
)
def test_a_list_in_a_cell_is_as_many_controls(cell: str) -> None:
    log = read(table(HEADINGS, [*FIRST[:4], cell]))
    assert [each.text for each in log.hazards[0].controls] == [
        "Lock the record",
        "Warn the user and log it",
        "Train",
    ]


def test_rich_text_is_its_words() -> None:
    name = CellRichText("The ", TextBlock(InlineFont(b=True), "wrong"), " patient is shown")
    log = read(table(HEADINGS, ["H1", name, *FIRST[2:]]))
    assert log.hazards[0].name == FIRST[1]


def test_what_is_hidden_is_read_and_said() -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    write(sheet, [HEADINGS, FIRST, SECOND])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions["E"].hidden = True
    log = read(saved(book))
    assert references(log) == ["H1", "H2"]
    assert notes(log) == [
        "Hidden rows were read like the others: row 3.",
        "Hidden columns were read like the others: column E.",
    ]


def test_a_hidden_sheet_is_read_only_where_no_other_is_a_log_and_that_is_said() -> None:
    book = Workbook()
    write(book.worksheets[0], [["Nothing here"]])
    hidden = book.create_sheet("Old log")
    write(hidden, [HEADINGS, FIRST])
    hidden.sheet_state = "veryHidden"
    log = read(saved(book))
    assert log.sheet == "Old log"
    assert log.findings[0].done.startswith("This sheet is hidden in the workbook.")
