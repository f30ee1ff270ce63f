"""A log as Markdown: one large table, one table for each hazard, or one heading for each field."""

import re

from audit.errors import NotPossible
from hazards.importing.layout import find_layout
from hazards.importing.markdown_hazards import hazards_in, is_field
from hazards.importing.markdown_tree import Section, Table, tree_of
from hazards.importing.records import HEADING_ROW, sheet_of
from hazards.importing.sheet import Sheet
from hazards.importing.text_file import DecodedText
from hazards.importing.vocabulary import plain_heading

SHEET = "Markdown"
LONGEST = 15 * 1024 * 1024  # characters

_HEADING = re.compile(r"^#{1,6} \S", re.MULTILINE)
_TABLE = re.compile(r"^[ \t]*\|?[ \t:|-]*-{3,}[ \t:|-]*\|[ \t:|-]*$", re.MULTILINE)


def looks_like_markdown(text: str) -> bool:
    """Whether a text has headings or tables of Markdown."""
    return bool(_HEADING.search(text) or _TABLE.search(text))


def open_markdown(name: str, decoded: DecodedText) -> list[Sheet]:
    """The log in a Markdown text: its hazards as rows, their lines as the numbers of the rows.

    Raises ``NotPossible`` when nothing in it is told as a hazard is.
    """
    if len(decoded.text) > LONGEST:
        raise NotPossible(
            f"{name} is longer than a hazard log in Markdown can be. Nothing was changed. Split "
            "it into several files, or save the log as .xlsx, and choose that."
        )
    root = tree_of(decoded.text, is_field)
    sheets = [*_large_tables(root), *_of_hazards(root)]
    if not sheets:
        raise NotPossible(
            f"No hazard was found in {name}: a table with a column for each field is looked for, "
            "a heading or a table for each hazard with its fields below it. Nothing was changed. "
            "Write the log in one of these forms, or choose another file."
        )
    if decoded.note:
        sheets[0].notes.append(decoded.note)
    return sheets


def _of_hazards(root: Section) -> list[Sheet]:
    hazards = hazards_in(root)
    return [sheet_of(SHEET, hazards)] if hazards else []


def _large_tables(root: Section) -> list[Sheet]:
    """The tables that are logs, those with the same headings as one."""
    alike: dict[tuple[str, ...], list[Table]] = {}
    for section in root.walk():
        for table in section.tables:
            key = tuple(plain_heading(cell.text) for cell in table.heading)
            alike.setdefault(key, []).append(table)
    sheets = [_sheet(tables) for tables in alike.values()]
    logs = [sheet for sheet in sheets if find_layout(sheet) is not None]
    for number, sheet in enumerate(logs, start=1):
        sheet.name = SHEET if len(logs) == 1 else f"{SHEET}, table {number}"
    return logs


def _sheet(tables: list[Table]) -> Sheet:
    sheet = Sheet(SHEET)
    sheet.rows[HEADING_ROW] = {
        column: cell.text for column, cell in enumerate(tables[0].heading, start=1) if cell.text
    }
    for table in tables:
        for cells in table.rows:
            for column, cell in enumerate(cells, start=1):
                if cell.text:
                    sheet.rows.setdefault(cell.line, {})[column] = cell.text
                    sheet.places[(cell.line, column)] = f"line {cell.line}"
                    sheet.row_places[cell.line] = f"line {cell.line}"
    return sheet
