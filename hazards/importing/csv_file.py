"""A log as CSV: the sign between its fields is found by what makes a log of it."""

import csv
import re
from collections.abc import Iterable
from io import StringIO
from itertools import islice

from audit.errors import NotPossible
from hazards.importing.cells import tidied
from hazards.importing.layout import HEADER_WITHIN, likely_layout
from hazards.importing.sheet import Sheet
from hazards.importing.text_file import DecodedText
from hazards.importing.workbook import CELL_LIMIT
from hazards.spreadsheet_text import without_apostrophes

SHEET = "CSV"
LONGEST_FIELD = 1_000_000  # characters
LOOKED_AT = HEADER_WITHIN + 30  # rows, to find the sign between the fields

_SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_SIGN_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def open_csv(name: str, decoded: DecodedText) -> Sheet:
    """The rows of a CSV as a sheet. Rows count as a spreadsheet counts them.

    Raises ``NotPossible`` when a row cannot be read, or there are more cells than a log has.
    """
    text, sign = decoded.text, ""
    told = _SIGN_LINE.match(text)
    if told is not None:
        text, sign = text[told.end() :], told[1]
    sign = sign or _sign_of(text)
    sheet = _sheet(name, text, sign)
    if decoded.note:
        sheet.notes.append(decoded.note)
    if sign != ",":
        sheet.notes.append(f"The fields were read as divided by {_SIGNS.get(sign, f'“{sign}”')}.")
    return sheet


def _sign_of(text: str) -> str:
    """The sign with which the top of the text looks most like a log; a comma where none does."""

    def fit(sign: str) -> tuple[int, int]:
        try:
            sheet = _filled(islice(_reader(text, sign), LOOKED_AT))
        except csv.Error:
            return 0, 0
        layout = likely_layout(sheet)
        return (len(layout.columns), len(layout.headings)) if layout is not None else (0, 0)

    return max(_SIGNS, key=fit)


def _sheet(name: str, text: str, sign: str) -> Sheet:
    reader = _reader(text, sign)
    try:
        return _filled(reader, name)
    except csv.Error as error:
        raise NotPossible(
            f"{name} cannot be read as CSV from line {reader.line_num} on ({error}). Nothing was "
            "changed. A quotation mark there may never be closed: open the file in a spreadsheet, "
            "save it as .xlsx, and choose that."
        ) from error


def _reader(text: str, sign: str) -> "csv._reader":  # type: ignore[name-defined]
    return csv.reader(StringIO(text, newline=""), delimiter=sign)


def _filled(rows: Iterable[list[str]], name: str = "") -> Sheet:
    sheet = Sheet(SHEET)
    cells = 0
    for number, fields in enumerate(rows, start=1):
        cells += len(fields)
        if cells > CELL_LIMIT:
            raise NotPossible(
                f"{name} has more than {CELL_LIMIT:,} fields, more than a hazard log can have. "
                "Nothing was changed. Copy the log into a new file without the empty rows and "
                "columns around it, and choose that."
            )
        texts = {
            column: text
            for column, field in enumerate(fields, start=1)
            if (text := tidied(without_apostrophes(field)))
        }
        if texts:
            sheet.rows[number] = texts
    return sheet
