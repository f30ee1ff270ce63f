"""A sheet as every reader leaves it: texts by row and column, and the ranges that are merged.

A workbook, a CSV, a Markdown text and JSON rows all become sheets; what comes after does not ask
what the file was. Only ``places`` differ: a cell has an address, a text has lines.
"""

import bisect
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from openpyxl.utils import get_column_letter


@dataclass(frozen=True)
class Merge:
    """A merged range; its text stands in the first row and column. Rows and columns from 1."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int


Ranges = tuple[list[int], list[Merge]]  # their first rows, and the ranges, in order
_NO_RANGES: Ranges = ([], [])


@dataclass
class Sheet:
    """One sheet: the texts that stand on it, by row and column (from 1)."""

    name: str
    is_hidden: bool = False
    rows: dict[int, dict[int, str]] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    places: dict[tuple[int, int], str] = field(default_factory=dict)  # where they differ
    row_places: dict[int, str] = field(default_factory=dict)  # of cells in which nothing stands
    notes: list[str] = field(default_factory=list)  # how the file was understood
    problems: list[tuple[str, str]] = field(default_factory=list)  # of the file, and what to do
    pairs: set[tuple[int, int]] = field(default_factory=set)  # words of an axis in open order
    of_whole: set[tuple[int, int]] = field(default_factory=set)  # told of the whole hazard
    first_cause: int | None = None  # the number that the file gives the first cause
    evidence: dict[int, dict[str, dict[str, str]]] = field(default_factory=dict)  # told of it
    details: dict[int, dict[str, dict[str, str]]] = field(default_factory=dict)  # of controls

    def text(self, row: int, column: int) -> str:
        """The text in a cell, '' where there is none."""
        return self.rows.get(row, {}).get(column, "")

    def place(self, row: int, column: int) -> str:
        """What a person calls the place of a cell: ``G5``, or a line of a text."""
        told = self.places.get((row, column)) or self.row_places.get(row)
        return told or place_of(row, column)

    def merge_at(self, row: int, column: int) -> Merge | None:
        """The merged range that covers a cell."""
        if not self.merges:
            return None
        starts, ranges = self._by_column(column)
        place = bisect.bisect_right(starts, row) - 1
        if place >= 0 and ranges[place].last_row >= row:
            return ranges[place]
        return None

    def shown(self, row: int, column: int) -> str:
        """The text that a person sees in a cell: under a merged range, that of the range."""
        merge = self.merge_at(row, column)
        return self.text(merge.first_row, merge.first_column) if merge else self.text(row, column)

    @cached_property
    def widest(self) -> int:
        """The last column in which something stands."""
        return max((column for texts in self.rows.values() for column in texts), default=0)

    @cached_property
    def _column_ranges(self) -> dict[int, Ranges]:
        """The merged ranges of each column in use; each is sorted into its columns once."""
        ranges: dict[int, list[Merge]] = defaultdict(list)
        for merge in self._in_order:
            for column in range(merge.first_column, min(merge.last_column, self.widest) + 1):
                ranges[column].append(merge)
        return {column: _with_starts(each) for column, each in ranges.items()}

    @cached_property
    def _in_order(self) -> list[Merge]:
        return sorted(self.merges, key=lambda each: (each.first_row, each.last_row))

    def _by_column(self, column: int) -> Ranges:
        if column > self.widest:
            return _with_starts(
                [m for m in self._in_order if m.first_column <= column <= m.last_column]
            )
        return self._column_ranges.get(column, _NO_RANGES)


def _with_starts(ranges: list[Merge]) -> Ranges:
    return [merge.first_row for merge in ranges], ranges


def place_of(row: int, column: int) -> str:
    """A cell's address as spreadsheets write it, for example ``G5``."""
    return f"{get_column_letter(column)}{row}"
