"""The hazards of the log's sheet as XML, written while they are read.

What is written to each cell is what openpyxl writes, but that texts stand in their cells and not in
a list of texts beside the sheet, which would have to be kept in memory.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from safetycase.log_files import styles
from safetycase.log_files.columns import Column, Key, Look
from safetycase.log_files.heights import heights_of, split
from safetycase.log_files.log import Log
from safetycase.log_files.rows import HazardRows, Stretch, rows_of
from safetycase.log_files.safe_text import is_calculated, workbook_text

#: Text that XML and spreadsheets take as it stands, and that fits in a cell.
_HARMLESS = re.compile(r"[\n\x20-\x25\x27-\x3b\x3d\x3f-\x5e\x60-\x7e–—…“”‘’·]{0,10000}\Z")
_STYLES = {
    Look.TEXT: styles.TEXT,
    Look.NAME: styles.NAME,
    Look.REFERENCE: styles.REFERENCE,
    Look.WORD: styles.WORD,
}
SCRATCH = 1_000  # a row of the frame in which nothing stays


@dataclass(frozen=True)
class StyleNumbers:
    """The numbers that a workbook gives the styles of cells, plain and of text that is quoted."""

    plain: dict[str, int]
    quoted: dict[str, int]

    @classmethod
    def of(cls, sheet: Worksheet) -> "StyleNumbers":
        """Those of all cells of hazards, which a workbook numbers as they are used."""
        plain, quoted = {}, {}
        for name in styles.of_hazards():
            cell = sheet.cell(SCRATCH, 1)
            cell.style = name
            plain[name] = cell.style_id
            cell.style = name  # anew: the workbook has taken the other one into its list
            cell.quotePrefix = True  # not calculated once somebody edits the cell either
            quoted[name] = cell.style_id
            del sheet._cells[(SCRATCH, 1)]
        return cls(plain, quoted)


@dataclass
class Paper:
    """Where new sheets of paper begin, so that hazards stay whole; in points of the sheet."""

    room: float
    headings: float  # that stand on each sheet
    used: float
    breaks: list[int] = field(default_factory=list)  # rows after which a new one begins

    def add(self, first: int, needed: float, *, is_first: bool) -> None:
        """Put a hazard that begins in this row, where it fits or on a new sheet."""
        if self.used + needed > self.room and self.used > self.headings and not is_first:
            self.breaks.append(first - 1)
            self.used = self.headings
        together = self.used + needed
        # One that is higher than the paper goes on, on as many sheets as it takes.
        self.used = together if together <= self.room else self.headings + together % self.room


class Body:
    """The rows of the hazards; merged cells and breaks are known once all rows are written."""

    def __init__(
        self,
        log: Log,
        columns: Sequence[Column],
        numbers: StyleNumbers,
        paper: Paper,
        first_row: int,
    ) -> None:
        self.log = log
        self.numbers = numbers
        self.paper = paper
        self.row = self.first_row = first_row
        self.widths: dict[Key, float] = {column.key: column.width for column in columns}
        self.places = {column.key: place for place, column in enumerate(columns)}
        self.looks = {column.key: column.look for column in columns}
        self.letters = [get_column_letter(place + 1) for place in range(len(columns))]
        self.merged: list[str] = []

    def rows(self) -> Iterator[str]:
        """The XML of every row, a hazard at a time."""
        for hazard in self.log.hazards():
            yield self._hazard(rows_of(hazard))

    def _hazard(self, rows: HazardRows) -> str:
        """A hazard; a row that would be higher than a spreadsheet allows is several."""
        first = self.row
        spans: list[tuple[int, int]] = []
        heights: list[float] = []
        for height in heights_of(rows, self.widths):
            parts = split(height)
            spans.append((len(heights), len(heights) + len(parts) - 1))
            heights += parts
        cells = [[""] * len(self.letters) for _ in heights]
        for stretch in rows.cells:
            place = self.places.get(stretch.key)
            if place is not None:
                span = (spans[stretch.first][0], spans[stretch.last][1])
                self._write(cells, stretch, place, span)
        self.row += len(heights)
        self.paper.add(first, sum(heights), is_first=first == self.first_row)
        return "".join(
            f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(row)}</row>'
            for number, (height, row) in enumerate(zip(heights, cells, strict=True), start=first)
        )

    def _write(
        self, cells: list[list[str]], stretch: Stretch, place: int, span: tuple[int, int]
    ) -> None:
        letter, style = self.letters[place], self._style(stretch)
        top = styles.first_of(style) if stretch.first == 0 else style
        first, last = span
        cells[first][place] = self._cell(f"{letter}{self.row + first}", stretch.value, top)
        number = self.numbers.plain[style]
        for row in range(first + 1, last + 1):
            cells[row][place] = f'<c r="{letter}{self.row + row}" s="{number}"/>'
        if last > first:
            self.merged.append(f"{letter}{self.row + first}:{letter}{self.row + last}")

    def _style(self, stretch: Stretch) -> str:
        look = self.looks[stretch.key]
        if look is not Look.CLASS:
            return _STYLES[look]
        if isinstance(stretch.value, int):
            return styles.class_style(stretch.value)
        return styles.CLASS_TO_COME

    def _cell(self, address: str, value: str | int, style: str) -> str:
        if isinstance(value, int):
            return f'<c r="{address}" s="{self.numbers.plain[style]}"><v>{value}</v></c>'
        text = value if _HARMLESS.match(value) else workbook_text(value)
        if not text:
            return f'<c r="{address}" s="{self.numbers.plain[style]}"/>'
        numbers = self.numbers.quoted if is_calculated(text) else self.numbers.plain
        return (
            f'<c r="{address}" s="{numbers[style]}" t="inlineStr"><is>'
            f'<t xml:space="preserve">{escape(text)}</t></is></c>'
        )

    def merged_cells(self) -> Iterable[str]:
        """The XML of each merged range."""
        return (f'<mergeCell ref="{each}"/>' for each in self.merged)

    def row_breaks(self) -> str:
        """The XML of the breaks between sheets of paper; '' without any."""
        if not self.paper.breaks:
            return ""
        count = len(self.paper.breaks)
        listed = "".join(
            f'<brk id="{row}" min="0" max="16383" man="1"/>' for row in self.paper.breaks
        )
        return f'<rowBreaks count="{count}" manualBreakCount="{count}">{listed}</rowBreaks>'
