"""Small workbooks for tests, in the layout of the NHS template and in others."""

import zipfile
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from hazards.importing.parsed import ParsedHazard, ParsedLog
from hazards.importing.read import read_log

SAMPLE = Path(__file__).resolve().parents[2] / "samples" / "digital-pharmacy-nhs-template.xlsx"

#: The columns of the template, with the names that these tests give them.
TEMPLATE = {
    "ref": "Hazard Number",
    "name": "Hazard Name",
    "description": "Hazard Description",
    "harm": "Potential Clinical Impact",
    "cause": "Possible Causes",
    "existing": "Existing Controls",
    "severity": "Severity",
    "likelihood": "Likelihood",
    "rating": "Risk Rating",
    "design": "Design",
    "test": "Test",
    "training": "Training",
    "process": "Business Process Change",
    "severity2": "Severity",
    "likelihood2": "Likelihood",
    "rating2": "Risk Rating",
    "action": "Action Summary",
    "owner": "Owner",
    "status": "Hazard Status",
    "justification": "Justification",
    "tag": "Tag",
}
GROUPS = {
    "severity": "Initial Hazard Risk Assessment",
    "design": "Additional Controls",
    "severity2": "Residual Hazard Risk Assessment",
    "action": "Actions",
}
COLUMN = {name: number for number, name in enumerate(TEMPLATE, start=1)}

Rows = Sequence[Mapping[str, Any]]


def a_row(**more: Any) -> dict[str, Any]:
    """One hazard with one cause, everything in order."""
    row = {
        "ref": "H-1",
        "name": "A repeat continues after its reason ended",
        "harm": "A bleed",
        "cause": "Nobody looks at it",
        "severity": "Major",
        "likelihood": "Medium",
        "rating": 3,
        "status": "Open",
    }
    return row | more


def fill(sheet: Worksheet, rows: Rows, *, top: int = 1, merge: Iterable[str] = ()) -> None:
    """Write the two-row heading and the rows below it; ``merge`` are ranges like ``A3:A4``."""
    for name, words in GROUPS.items():
        sheet.cell(top, COLUMN[name], words)
    for name, words in TEMPLATE.items():
        sheet.cell(top + 1, COLUMN[name], words)
    for number, row in enumerate(rows, start=top + 2):
        for name, value in row.items():
            sheet.cell(number, COLUMN[name], value)
    for each in merge:
        sheet.merge_cells(each)


def template(*rows: Mapping[str, Any], top: int = 1, merge: Iterable[str] = ()) -> bytes:
    """A workbook with one sheet in the layout of the template. Data begin in row ``top`` + 2."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Hazard log"
    fill(sheet, rows, top=top, merge=merge)
    return saved(book)


def table(*rows: Sequence[Any], top: int = 1, sheet_name: str = "Log") -> bytes:
    """A workbook with these rows as they are, the first of them in row ``top``."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = sheet_name
    write(sheet, rows, top=top)
    return saved(book)


def write(sheet: Worksheet, rows: Sequence[Sequence[Any]], *, top: int = 1) -> None:
    """Write rows as they are."""
    for number, row in enumerate(rows, start=top):
        for column, value in enumerate(row, start=1):
            sheet.cell(number, column, value)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same package with one part replaced or added."""
    stream = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for item in old.infolist():
            if item.filename != name:
                new.writestr(item, old.read(item.filename))
        new.writestr(name, part)
    return stream.getvalue()


def with_text(content: bytes, old: str, new: str) -> bytes:
    """The same workbook with a text replaced wherever it stands, as raw XML."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        parts = {name: package.read(name) for name in package.namelist() if name[:3] == "xl/"}
    holding = {name: part for name, part in parts.items() if old.encode() in part}
    assert holding
    for name, part in holding.items():
        content = with_part(content, name, part.replace(old.encode(), new.encode()))
    return content


def read(content: bytes, sheet: str = "") -> ParsedLog:
    """The log in a workbook."""
    return read_log(name="log.xlsx", content=content, sheet=sheet)


def only_hazard(content: bytes) -> ParsedHazard:
    """The one hazard of a workbook."""
    (hazard,) = read(content).hazards
    return hazard


def done_in(log: ParsedLog) -> dict[str, str]:
    """What the findings say, by cell."""
    return {finding.cell: finding.done for finding in log.findings}
