"""Writing to a sheet: text that is never a formula, cells that span others, paper."""

from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import CellRange, MultiCellRange
from openpyxl.worksheet.header_footer import HeaderFooterItem
from openpyxl.worksheet.worksheet import Worksheet

from safetycase.log_files.heights import height_of, lines_in
from safetycase.log_files.safe_text import is_calculated, workbook_text
from safetycase.log_files.title import VersionTitle

A3, A4 = "8", "9"
MARGIN = 0.4  # inches, at the sides
EDGE = 0.6  # inches, above and below
DIGIT = 7 / 96  # inches: the width of a digit of 11-point Calibri, in which widths are counted
WIDE = {A3: 16.54, A4: 11.69}  # inches, lying
HIGH = {A3: 11.69, A4: 8.27}
MOST_IN_A_HEADER = 80  # characters of each part; Excel takes 255 in all


class _InOrder(MultiCellRange):
    """Merged ranges in the order of the sheet, and not compared with each other one by one.

    openpyxl keeps them in a set, whose order is another in each process, and looks through all of
    them for each that it adds: a log of 300 hazards has 10,000.
    """

    def __iter__(self) -> Iterator[CellRange]:
        yield from sorted(self.ranges, key=lambda each: (each.min_row, each.min_col))

    def add(self, coord: CellRange) -> None:
        """Add a range; nobody writes over one twice."""
        self.ranges.add(coord)


def new_sheet(book: Workbook, name: str, widths: list[float]) -> Worksheet:
    """A sheet at the end of the workbook, with columns of these widths, without grid lines."""
    sheet: Worksheet = book.create_sheet(name)
    sheet.merged_cells = _InOrder()
    sheet.sheet_view.showGridLines = False
    for number, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    return sheet


def write(sheet: Worksheet, row: int, column: int, value: str | int, style: str) -> None:
    """Write a number, or a text that no spreadsheet calculates, into a cell."""
    cell = sheet.cell(row, column)
    cell.style = style
    if isinstance(value, int):
        cell.value = value
        return
    text = workbook_text(value)
    if not text:
        return
    cell.value = text
    cell.data_type = "s"  # openpyxl takes what begins with = for a formula
    if is_calculated(text):
        cell.quotePrefix = True  # and Excel would, once somebody edits the cell


def write_over(
    sheet: Worksheet,
    rows: tuple[int, int],
    columns: tuple[int, int],
    value: str | int,
    style: str,
    top_style: str = "",
) -> None:
    """The same over several cells, each with its rules, the first with the text.

    ``top_style`` is that of the uppermost cells, where it is another one.
    """
    for row in range(rows[0], rows[1] + 1):
        own = (top_style or style) if row == rows[0] else style
        for column in range(columns[0], columns[1] + 1):
            if (row, column) == (rows[0], columns[0]):
                write(sheet, row, column, value, own)
            else:
                sheet.cell(row, column).style = own
    if rows[0] < rows[1] or columns[0] < columns[1]:
        sheet.merged_cells.add(
            CellRange(min_col=columns[0], min_row=rows[0], max_col=columns[1], max_row=rows[1])
        )


def fit_height(sheet: Worksheet, row: int, texts: dict[str, float]) -> None:
    """Make a row as high as the highest of these texts in columns of these widths."""
    most = max((lines_in(text, width) for text, width in texts.items()), default=1)
    sheet.row_dimensions[row].height = min(height_of(most), 409)


def on_paper(sheet: Worksheet, title: VersionTitle, product: str, *, paper: str) -> None:
    """Lying paper, narrow margins, a running title, the number of each page."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = paper
    margins = sheet.page_margins
    margins.left = margins.right = MARGIN
    margins.top = margins.bottom = EDGE
    margins.header = margins.footer = EDGE / 2
    header, footer = HeaderFooterItem(), HeaderFooterItem()
    header.left.text = _in_a_header(f"{product}: hazard log")
    header.right.text = _in_a_header(title.in_words)
    footer.left.text = _in_a_header(sheet.title)
    footer.right.text = "Page &P of &N"
    for part in (header.left, header.right, footer.left, footer.right):
        part.size = 8
    sheet.oddHeader, sheet.oddFooter = header, footer


def printable(paper: str) -> tuple[float, float]:
    """The inches between the margins of lying paper: width and height."""
    return WIDE[paper] - 2 * MARGIN, HIGH[paper] - 2 * EDGE


def _in_a_header(text: str) -> str:
    """Text of a running title, where an ampersand begins a command."""
    return " ".join(workbook_text(text)[:MOST_IN_A_HEADER].split()).replace("&", "&&")
