"""How high the rows of the log must be: no spreadsheet works it out for cells that span rows."""

import math
from collections.abc import Iterable, Mapping

from safetycase.log_files.columns import Key
from safetycase.log_files.rows import HazardRows

LINE = 13.5  # points from one line of 10-point Calibri to the next
PADDING = 4.0
#: Letters of running English in the width of one digit: 1.28 from the type's own widths (5.5 px a
#: letter at 10 points, 7 px a digit at 11), less a little: too high is better than cut off.
LETTERS_PER_DIGIT = 1.22
HIGHEST = 400.0  # points; Excel's own limit is 409


def lines_in(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width (in digits), broken between words."""
    letters = max(int((width - 1) * LETTERS_PER_DIGIT), 1)
    return sum(_lines_of(paragraph, letters) for paragraph in text.split("\n"))


def height_of(lines: int) -> float:
    """The height of so many lines, in points."""
    return lines * LINE + PADDING


def heights_of(rows: HazardRows, widths: Mapping[Key, float]) -> list[float]:
    """The height of each row of a hazard, in points; it may be more than a spreadsheet allows."""
    heights = [height_of(1)] * rows.count
    cells = [cell for cell in rows.cells if isinstance(cell.value, str) and cell.key in widths]
    for cell in sorted(cells, key=lambda cell: cell.last - cell.first):
        spanned = cell.last - cell.first + 1
        needed = height_of(lines_in(str(cell.value), widths[cell.key]))
        missing = needed - sum(heights[cell.first : cell.last + 1])
        if missing > 0:
            for row in range(cell.first, cell.last + 1):
                heights[row] += missing / spanned
    return heights


def split(height: float) -> list[float]:
    """A height as the heights of as many rows as it takes, each of whole points."""
    parts = max(math.ceil(height / HIGHEST), 1)
    return [float(math.ceil(height / parts))] * parts


def _lines_of(paragraph: str, letters: int) -> int:
    lines, used = 1, 0
    for length in _lengths(paragraph.split(" ")):
        if used and used + 1 + length > letters:
            lines, used = lines + 1, 0
        used += length + (1 if used else 0)
        if used > letters:  # a word longer than the line
            lines += (used - 1) // letters
            used = (used - 1) % letters + 1
    return lines


def _lengths(found: Iterable[str]) -> Iterable[int]:
    return (len(word) for word in found)
