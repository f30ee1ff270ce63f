"""A log as CSV: the sign between its fields is found by what makes a log of it."""

import csv
import re
from collections.abc import Iterable, Iterator
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
_END = "\ue000"  # behind the last line, to see that it was reached
#: ``="001"``: how a text that looks like a number is kept one in Excel.
_WRAPPED = re.compile(r'="([^"\n]*)"')
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
    reader = _reader(f"{text}\r\n{_END}", sign)
    try:
        return _filled(_to_the_end(reader, name), name)
    except csv.Error as error:
        raise NotPossible(
            f"{name} cannot be read as CSV from line {reader.line_num} on ({error}). Nothing was "
            "changed. A quotation mark there may never be closed: open the file in a spreadsheet, "
            "save it as .xlsx, and choose that."
        ) from error


def _to_the_end(reader: "csv._reader", name: str) -> Iterator[list[str]]:  # type: ignore[name-defined]
    """The rows. A field that takes the rest of the file into itself is refused: it is one whose
    quotation mark is never closed."""
    fields: list[str] = []
    begun = 1
    for fields in reader:
        if fields == [_END]:
            return
        if fields and fields[-1].endswith(_END):
            break
        yield fields
        begun = reader.line_num + 1
    raise NotPossible(
        f"In {name} a quotation mark is opened in the row that begins in line {begun} and never "
        "closed, so that everything below it would be one field. Nothing was changed. Close it in "
        "a text editor, or save the log as .xlsx in a spreadsheet, and choose that file."
    )


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
            if (text := tidied(without_apostrophes(_unwrapped(field))))
        }
        if texts:
            sheet.rows[number] = texts
    return sheet


def _unwrapped(field: str) -> str:
    match = _WRAPPED.fullmatch(field)
    return match[1] if match else field
