"""The sheet of the log itself, in the layout of the NHS template."""

from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break, ColBreak, RowBreak
from openpyxl.worksheet.worksheet import Worksheet

from safetycase.log_files import styles
from safetycase.log_files.columns import Column, Key, Look, columns_of
from safetycase.log_files.heights import heights_of, split
from safetycase.log_files.rows import (
    HazardRows,
    Stretch,
    has_untyped_controls,
    hazards_in,
    rows_of,
)
from safetycase.log_files.sheets import A3, DIGIT, new_sheet, on_paper, printable, write, write_over
from safetycase.log_files.title import VersionTitle, day_in_words
from safetycase.snapshot.shape import Snapshot

NAME = "Hazard log"
GROUP_ROW = 3
HEADING_ROW = 4
FIRST_ROW = 5
FROZEN_COLUMNS = 2  # number and name; they are on every sheet of paper too
POINTS = 72  # of an inch
COLUMN_PADDING = 5 / 96  # inches that a spreadsheet adds to each column

_STYLES = {
    Look.TEXT: styles.TEXT,
    Look.NAME: styles.NAME,
    Look.REFERENCE: styles.REFERENCE,
    Look.WORD: styles.WORD,
}
Rows = tuple[int, int]  # the first and the last


def add_log_sheet(book: Workbook, snapshot: Snapshot, title: VersionTitle) -> None:
    """Add the sheet: two rows of headings, then each hazard in as many rows as it has causes."""
    hazards = hazards_in(snapshot)
    columns = columns_of(has_untyped_controls=has_untyped_controls(hazards))
    sheet = new_sheet(book, NAME, [column.width for column in columns])
    _write_title(sheet, snapshot, title)
    _write_headings(sheet, columns)
    firsts = [FIRST_ROW]
    for hazard in hazards:
        firsts.append(_write_hazard(sheet, rows_of(hazard), columns, firsts[-1]))
    sheet.freeze_panes = f"{get_column_letter(FROZEN_COLUMNS + 1)}{FIRST_ROW}"
    scale = _set_up_paper(sheet, snapshot, title, columns)
    _keep_hazards_whole(sheet, firsts, printable(A3)[1] * POINTS / scale)


def _write_title(sheet: Worksheet, snapshot: Snapshot, title: VersionTitle) -> None:
    release = f"Release {snapshot['release']['label']}" if snapshot["release"] else "No release yet"
    count = len(hazards_in(snapshot))
    facts = (
        title.in_words,
        day_in_words(title.dated),
        release,
        f"{count} hazard{'' if count == 1 else 's'}",
    )
    write(sheet, 1, 1, f"{snapshot['product']['name']}: hazard log", styles.TITLE)
    write(sheet, 2, 1, " · ".join(facts), styles.SUBTITLE)
    sheet.row_dimensions[1].height = 27
    sheet.row_dimensions[2].height = 18


def _write_headings(sheet: Worksheet, columns: Sequence[Column]) -> None:
    number = 1
    for group, alike in groupby(columns, key=lambda column: column.group):
        last = number + len(list(alike)) - 1
        if group:
            write_over(sheet, (GROUP_ROW, GROUP_ROW), (number, last), group, styles.GROUP)
        else:
            for place in range(number, last + 1):
                write(sheet, GROUP_ROW, place, "", styles.GROUP)
        number = last + 1
    for number, column in enumerate(columns, start=1):
        write(sheet, HEADING_ROW, number, column.heading, styles.HEADING)
    sheet.row_dimensions[GROUP_ROW].height = 18
    sheet.row_dimensions[HEADING_ROW].height = 32


def _write_hazard(
    sheet: Worksheet, rows: HazardRows, columns: Sequence[Column], first_row: int
) -> int:
    """Write a hazard from this row on; returns the row after it.

    A row that would be higher than a spreadsheet allows is several, under cells that span them.
    """
    widths: dict[Key, float] = {column.key: column.width for column in columns}
    places: list[Rows] = []
    row = first_row
    for height in heights_of(rows, widths):
        parts = split(height)
        places.append((row, row + len(parts) - 1))
        for part in parts:
            sheet.row_dimensions[row].height = part
            row += 1
    number_of = {column.key: number for number, column in enumerate(columns, start=1)}
    for cell in rows.cells:
        number = number_of.get(cell.key)
        if number is not None:
            span = (places[cell.first][0], places[cell.last][1])
            style = _style_of(columns[number - 1], cell)
            top = styles.first_of(style) if cell.first == 0 else style
            write_over(sheet, span, (number, number), cell.value, style, top)
    return row


def _style_of(column: Column, cell: Stretch) -> str:
    if column.look is Look.CLASS:
        return (
            styles.class_style(cell.value) if isinstance(cell.value, int) else styles.CLASS_TO_COME
        )
    return _STYLES[column.look]


def _set_up_paper(
    sheet: Worksheet, snapshot: Snapshot, title: VersionTitle, columns: Sequence[Column]
) -> float:
    """Three sheets of A3 beside each other, each with the number and the name of its hazards.

    Returns the scale at which they are printed, 1 for full size.
    """
    on_paper(sheet, title, snapshot["product"]["name"], paper=A3)
    sheet.print_title_rows = f"{GROUP_ROW}:{HEADING_ROW}"
    sheet.print_title_cols = f"A:{get_column_letter(FROZEN_COLUMNS)}"
    sheet.page_setup.pageOrder = "overThenDown"
    bands = list(_bands(columns))
    breaks = ColBreak()
    for first, _ in bands[1:]:
        breaks.append(Break(id=first - 1))  # after the column before it
    sheet.col_breaks = breaks
    frozen = _inches(columns[:FROZEN_COLUMNS])
    widest = max(frozen + _inches(columns[first - 1 : last]) for first, last in bands)
    percent = min(int(100 * printable(A3)[0] / widest), 100)
    sheet.page_setup.scale = percent
    return percent / 100


def _keep_hazards_whole(sheet: Worksheet, firsts: Sequence[int], room: float) -> None:
    """Begin a new sheet of paper before a hazard that no longer fits on the one before it.

    ``firsts`` are the first rows of the hazards, and the row after the last of them; ``room`` is
    the height of the paper in points of the sheet.
    """
    headings = sum(sheet.row_dimensions[row].height for row in (GROUP_ROW, HEADING_ROW))
    used = sum(sheet.row_dimensions[row].height for row in range(1, FIRST_ROW))
    breaks = RowBreak()
    for first, following in pairwise(firsts):
        needed = sum(sheet.row_dimensions[row].height for row in range(first, following))
        if used + needed > room and used > headings and first > FIRST_ROW:
            breaks.append(Break(id=first - 1))
            used = headings
        # One that is higher than the paper goes on, on as many sheets as it takes.
        used = used + needed if used + needed <= room else headings + (used + needed) % room
    sheet.row_breaks = breaks


def _bands(columns: Sequence[Column]) -> Iterator[Rows]:
    """The columns, by their numbers, that stand on one sheet of paper."""
    starts = [number for number, column in enumerate(columns, start=1) if column.begins_band]
    for start, following in zip(starts, [*starts[1:], len(columns) + 1], strict=True):
        yield start, following - 1


def _inches(columns: Sequence[Column]) -> float:
    return sum(column.width * DIGIT + COLUMN_PADDING for column in columns)
