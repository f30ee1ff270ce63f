"""One pass over the XML of a worksheet: its rows, and its merged ranges, which stand behind them.

openpyxl reads a workbook row by row but leaves its merged ranges out, and reads all that it keeps
of a sheet in Python. Here openpyxl's parser is given only the rows, and the XML is read in C once
it is known to declare nothing that could expand.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from xml.etree.ElementTree import Element, iterparse
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.utils.cell import range_boundaries
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.worksheet._reader import WorkSheetParser

from hazards.importing.sheet import Merge

MERGE_LIMIT = 500_000  # merged ranges of one sheet

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ROW, _MERGE, _COLUMNS = f"{_MAIN}row", f"{_MAIN}mergeCell", f"{_MAIN}col"
_PORTION = 64 * 1024  # bytes


class UnmeasuredSheet(ReadOnlyWorksheet):
    """A worksheet whose extent is not looked for: openpyxl reads all of it where it says none."""

    def _get_size(self) -> None:
        """Leave the extent open."""


class UnmeasuredReader(ExcelReader):
    """Opens a workbook without reading any of its worksheets yet."""

    def read_worksheets(self) -> None:
        """Name the worksheets; ``parts_of`` reads them."""
        workbook: Any = self.wb
        sheets: Any = self.parser.find_sheets()
        for sheet, rel in sheets:
            if rel.target not in self.valid_files:
                continue
            if "chartsheet" in rel.Type:
                self.read_chartsheet(sheet, rel)
                continue
            unread = UnmeasuredSheet(workbook, sheet.name, rel.target, self.shared_strings)
            unread.sheet_state = sheet.state
            workbook._sheets.append(unread)


Source = Callable[[], AbstractContextManager[IO[bytes]]]


@dataclass(frozen=True)
class Row:
    """A row: its number, and the column and value of each cell."""

    number: int
    cells: list[tuple[int, Any]]
    is_hidden: bool


@dataclass(frozen=True)
class HiddenColumns:
    """Columns that a spreadsheet does not show: the first and the last."""

    first: int
    last: int


def parts_of(worksheet: Any) -> Iterator[HiddenColumns | Row | Merge]:
    """What is hidden of a worksheet of openpyxl, its rows, and then its merged ranges.

    Raises ``ValueError`` for more merged ranges than any log has, and what the parsers raise.
    """
    source: Source = worksheet._get_source
    parser: Any = WorkSheetParser(
        BytesIO(),  # it is given its rows one by one
        worksheet._shared_strings,
        data_only=False,
        epoch=worksheet.parent.epoch,
        date_formats=worksheet.parent._date_formats,
        timedelta_formats=worksheet.parent._timedelta_formats,
    )
    merges = 0
    for element in _elements(source):
        if element.tag == _ROW:
            number, cells = parser.parse_row(element)
            parser.row_dimensions.clear()
            if number < 1:
                raise ValueError("a row before the first")
            values = [(cell["column"], cell["value"]) for cell in cells]
            yield Row(number, values, element.get("hidden") in ("1", "true"))
            element.clear()
        elif element.tag == _COLUMNS and element.get("hidden") in ("1", "true"):
            yield HiddenColumns(int(element.get("min", "1")), int(element.get("max", "1")))
        elif element.tag == _MERGE:
            merges += 1
            if merges > MERGE_LIMIT:
                raise ValueError("more merged ranges than any log has")
            merge = _merge(element.get("ref", ""))
            if merge is not None:
                yield merge


def _elements(source: Source) -> Iterator[Element]:
    with source() as stream:
        _check_prolog(stream)
    with source() as stream:
        for _, element in iterparse(stream):  # noqa: S314
            yield element


def _check_prolog(stream: IO[bytes]) -> None:
    """Refuse XML that declares a document type: entities are declared there and nowhere else."""
    parser = expat.ParserCreate()
    begun: list[str] = []

    def refuse(*_: object) -> None:
        raise ValueError("a document type is declared")

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, _: begun.append(name)
    while not begun and (portion := stream.read(_PORTION)):
        parser.Parse(portion, False)


def _merge(reference: str) -> Merge | None:
    first_column, first_row, last_column, last_row = range_boundaries(reference)
    if first_column is None or first_row is None or last_column is None or last_row is None:
        return None  # a whole row or column
    return Merge(first_row, last_row, first_column, last_column)
