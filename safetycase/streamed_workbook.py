"""A workbook that is written while it goes out, so that memory stays flat however long it is.

Only what a list needs: text, whole numbers and moments, a head that stays in sight. All text is
written as text, marked so that it is not calculated when somebody edits the cell either.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

from safetycase.log_files.outlet import Outlet
from safetycase.log_files.safe_text import workbook_text

Cell = str | int | datetime.datetime

MOST_ROWS = 1_000_000  # in a sheet; a spreadsheet has 1,048,576
CUT = 30_000  # characters; a cell holds 32,767 units
CUT_SHORT = "\n… The text goes on. The whole of it stands on the history page."
_PIECE = 60_000  # bytes that go out together
#: Text that XML and spreadsheets take as it stands.
_HARMLESS = re.compile(r"[\x20-\x25\x27-\x3b\x3d\x3f-\x5e\x60-\x7e–—…“”‘’]{0,5000}\Z")
_FIRST_DAY = datetime.datetime(1899, 12, 30, tzinfo=datetime.UTC)  # as spreadsheets count days

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

# The places of the formats below: text, heading, moment, number.
_TEXT, _HEADING, _MOMENT, _NUMBER = 1, 2, 3, 4
_STYLES = f"""{_HEAD}<styleSheet xmlns="{_MAIN}"><numFmts count="1">\
<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="10"/><name val="Calibri"/></font>\
<font><b/><sz val="10"/><name val="Calibri"/></font></fonts>\
<fills count="3"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill>\
<fill><patternFill patternType="solid"><fgColor rgb="FFEEF2F5"/></patternFill></fill></fills>\
<borders count="1"><border/></borders>\
<cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="5"><xf/>\
<xf quotePrefix="1" applyAlignment="1"><alignment vertical="top" wrapText="1"/></xf>\
<xf fontId="1" fillId="2" quotePrefix="1" applyFont="1" applyFill="1"/>\
<xf numFmtId="164" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>\
<xf numFmtId="1" applyNumberFormat="1" applyAlignment="1"><alignment vertical="top"/></xf>\
</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>\
</styleSheet>"""


@dataclass(frozen=True)
class Column:
    """Its heading and its width, in digits of the type."""

    heading: str
    width: int


@dataclass(frozen=True)
class Sheet:
    """A sheet; one with more rows than a spreadsheet takes goes on in another of the same name."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    has_headings: bool = False


def workbook_pieces(sheets: Iterable[Sheet]) -> Iterator[bytes]:
    """The bytes of a workbook of these sheets, in pieces, each made when it is asked for."""
    outlet = Outlet()
    names: list[str] = []
    with ZipFile(outlet, "w", ZIP_DEFLATED, compresslevel=4) as archive:
        for sheet in sheets:
            for name, rows in _in_sheets(sheet):
                names.append(name)
                with archive.open(f"xl/worksheets/sheet{len(names)}.xml", "w") as out:
                    for piece in _sheet_xml(sheet, rows):
                        out.write(piece.encode("utf-8"))
                        if outlet.size > _PIECE:
                            yield outlet.take()
        for path, text in _other_parts(names):
            archive.writestr(path, text)
    yield outlet.take()


def _in_sheets(sheet: Sheet) -> Iterator[tuple[str, Iterator[Sequence[Cell]]]]:
    rows = iter(sheet.rows)
    yield sheet.name, islice(rows, MOST_ROWS)
    number = 2
    while (first := next(rows, None)) is not None:
        yield f"{sheet.name} {number}", chain([first], islice(rows, MOST_ROWS - 1))
        number += 1


def _sheet_xml(sheet: Sheet, rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    letters = [chr(ord("A") + place) for place in range(len(sheet.columns))]
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    widths = "".join(
        f'<col min="{place}" max="{place}" width="{column.width}" customWidth="1"/>'
        for place, column in enumerate(sheet.columns, 1)
    )
    yield (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        f"{pane if sheet.has_headings else ''}</sheetView></sheetViews>"
        f"<cols>{widths}</cols><sheetData>"
    )
    number = 0
    if sheet.has_headings:
        number = 1
        named = zip(letters, sheet.columns, strict=True)
        heads = [_text(f"{letter}1", column.heading, _HEADING) for letter, column in named]
        yield f'<row r="1">{"".join(heads)}</row>'
    for row in rows:
        number += 1
        placed = zip(letters, row, strict=True)
        cells = [_cell(f"{letter}{number}", value) for letter, value in placed]
        yield f'<row r="{number}">{"".join(cells)}</row>'
    yield "</sheetData>"
    if sheet.has_headings:
        yield f'<autoFilter ref="A1:{letters[-1]}{number}"/>'
    yield "</worksheet>"


def _cell(place: str, value: Cell) -> str:
    if value == "":
        return ""
    if isinstance(value, datetime.datetime):
        days = (value - _FIRST_DAY) / datetime.timedelta(days=1)
        return f'<c r="{place}" s="{_MOMENT}"><v>{days:.8f}</v></c>'
    if isinstance(value, int):
        return f'<c r="{place}" s="{_NUMBER}"><v>{value}</v></c>'
    return _text(place, value, _TEXT)


def _text(place: str, text: str, style: int) -> str:
    if not _HARMLESS.match(text):
        fitting = text if len(text) <= CUT else text[:CUT] + CUT_SHORT
        text = escape(workbook_text(fitting))
    return (
        f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
    )


def _other_parts(names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Everything in the archive but the sheets: path and text."""
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbered = list(enumerate(names, 1))
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n, _ in numbered
    )
    yield (
        "[Content_Types].xml",
        f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>'
        f"{overrides}</Types>",
    )
    yield "_rels/.rels", _relationships([("officeDocument", "xl/workbook.xml")])
    listed = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>' for n, name in numbered
    )
    yield (
        "xl/workbook.xml",
        f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets>'
        "</workbook>",
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n, _ in numbered]
    yield "xl/_rels/workbook.xml.rels", _relationships([*targets, ("styles", "styles.xml")])
    yield "xl/styles.xml", _STYLES


def _relationships(targets: Iterable[tuple[str, str]]) -> str:
    listed = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">{listed}</Relationships>'
