"""The frame of the sheet of the log itself: its title, its headings and its paper.

The hazards are streamed into it (``log_body``): a spreadsheet library keeps every cell in memory,
which a log of thousands of hazards has too many of.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.pagebreak import Break, ColBreak
from openpyxl.worksheet.worksheet import Worksheet

from safetycase.log_files import styles
from safetycase.log_files.columns import Column
from safetycase.log_files.log import Log
from safetycase.log_files.log_body import Body, Paper, StyleNumbers
from safetycase.log_files.sheets import A3, DIGIT, new_sheet, on_paper, printable, write, write_over
from safetycase.log_files.title import VersionTitle, day_in_words

NAME = "Hazard log"
GROUP_ROW = 3
HEADING_ROW = 4
FIRST_ROW = 5
FROZEN_COLUMNS = 2  # number and name; they are on every sheet of paper too
POINTS = 72  # of an inch
COLUMN_PADDING = 5 / 96  # inches that a spreadsheet adds to each column
HEIGHTS = {1: 27.0, 2: 18.0, GROUP_ROW: 18.0, HEADING_ROW: 32.0}  # points

Columns = tuple[int, int]  # the first and the last


def add_log_sheet(book: Workbook, log: Log, title: VersionTitle, columns: list[Column]) -> Body:
    """Add the sheet with two rows of headings; returns what its hazards are written by."""
    sheet = new_sheet(book, NAME, [column.width for column in columns])
    _write_title(sheet, log, title)
    _write_headings(sheet, columns)
    for row, height in HEIGHTS.items():
        sheet.row_dimensions[row].height = height
    sheet.freeze_panes = f"{get_column_letter(FROZEN_COLUMNS + 1)}{FIRST_ROW}"
    scale = _set_up_paper(sheet, log, title, columns)
    room = printable(A3)[1] * POINTS / scale
    headings = HEIGHTS[GROUP_ROW] + HEIGHTS[HEADING_ROW]
    paper = Paper(room, headings, used=sum(HEIGHTS.values()))
    return Body(log, columns, StyleNumbers.of(sheet), paper, FIRST_ROW)


def _write_title(sheet: Worksheet, log: Log, title: VersionTitle) -> None:
    facts = [title.in_words, day_in_words(title.dated)]
    if log.release:
        facts.append(f"Release {log.release['label']}")
    elif log.lifecycle_phase_words:
        facts.append("No release yet")
    facts.append(f"{log.count} hazard{'' if log.count == 1 else 's'}")
    write(sheet, 1, 1, f"{log.product['name']}: hazard log", styles.TITLE)
    write(sheet, 2, 1, " · ".join(facts), styles.SUBTITLE)


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


def _set_up_paper(
    sheet: Worksheet, log: Log, title: VersionTitle, columns: Sequence[Column]
) -> float:
    """Three sheets of A3 beside each other, each with the number and the name of its hazards.

    Returns the scale at which they are printed, 1 for full size.
    """
    on_paper(sheet, title, log.product["name"], paper=A3)
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


def _bands(columns: Sequence[Column]) -> Iterator[Columns]:
    """The columns, by their numbers, that stand on one sheet of paper."""
    starts = [number for number, column in enumerate(columns, start=1) if column.begins_band]
    for start, following in zip(starts, [*starts[1:], len(columns) + 1], strict=True):
        yield start, following - 1


def _inches(columns: Sequence[Column]) -> float:
    return sum(column.width * DIGIT + COLUMN_PADDING for column in columns)
