"""Where a text stands in a hazard's rows, and what it stands for: one cause, some, or all of it."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hazards.importing.blocks import Block
from hazards.importing.cells import (
    folded,
    is_error,
    is_formula,
    is_placeholder,
    says_nothing,
)
from hazards.importing.fields import CONTROLS, LABELS, Field
from hazards.importing.findings import Findings, Level, some_of
from hazards.importing.layout import Layout
from hazards.importing.packed import (
    at_semicolons,
    items_of,
    reads_on,
    seems_packed,
    sentences_of,
)

Rows = tuple[int, int]  # the first and the last
RowSet = int  # rows of one hazard, a bit for each: thousands of them are held against each other


@dataclass(frozen=True)
class Place:
    """A text, the rows that its cell covers, and the cell's address."""

    text: str
    first: int
    last: int
    cell: str


class Placer:
    """Answers where texts stand on one sheet, and reports cells that hold nothing usable."""

    def __init__(self, layout: Layout, blocks: list[Block], findings: Findings) -> None:
        self.layout = layout
        self.findings = findings
        self.is_ours = layout.is_ours  # what we wrote stands as it was written
        self.is_numbered = layout.has(Field.CONTROL_NUMBER)
        self.packed: dict[Field, list[str]] = defaultdict(list)  # cells that were taken apart
        self.kept_together: list[str] = []  # cells of causes whose lines read on
        self._varies = {
            column: any(self._varies_within(block, column) for block in blocks)
            for column in layout.columns.values()
        }

    def place_at(self, block: Block, field: Field, row: int) -> Place | None:
        """What a column shows in a row: under a merged cell, its text; None without a column."""
        column = self.layout.column(field)
        if column is None:
            return None
        merge = self.layout.sheet.merge_at(row, column)
        first = merge.first_row if merge else row
        last = min(merge.last_row, block.last) if merge else row
        text = self.layout.sheet.shown(row, column)
        return Place(text, max(first, block.first), last, self.layout.sheet.place(first, column))

    def raw(self, block: Block, field: Field) -> list[Place]:
        """Each text of a column within the hazard that says something, placeholders too."""
        places: dict[int, Place] = {}
        for row in block.rows:
            place = self.place_at(block, field, row)
            if place is not None and not says_nothing(place.text):
                places.setdefault(place.first, place)
        return list(places.values())

    def usable(self, block: Block, field: Field) -> Iterator[Place]:
        """The same without placeholders and Excel's errors, which are reported."""
        for place in self.raw(block, field):
            if is_placeholder(place.text) or is_error(place.text):
                self.report_unusable(block, field, place)
                continue
            if is_formula(place.text):
                self.note_formula(block, place)
            yield place

    def distinct(self, block: Block, field: Field) -> list[Place]:
        """The usable texts, each once, over all the rows in which it is repeated."""
        places: dict[str, Place] = {}
        for place in self.usable(block, field):
            known = places.get(folded(place.text))
            if known is None:
                places[folded(place.text)] = place
            else:
                places[folded(place.text)] = Place(
                    known.text, known.first, max(known.last, place.last), known.cell
                )
        return list(places.values())

    def lines(self, block: Block, field: Field, place: Place) -> Iterator[str]:
        """The lines of a cell that say something; each is a control, or a test, of its own."""
        for line in self._items(block, field, place):
            if is_placeholder(line):
                self.report_unusable(block, field, Place(line, place.first, place.last, place.cell))
            elif not says_nothing(line):
                yield line

    def report_packed(self) -> None:
        """Say once of each column that cells were taken apart, or kept together."""
        if self.kept_together:
            self.findings.add(
                Level.NOTE,
                some_of(self.kept_together),
                done=f"The lines of this cell of {LABELS[Field.CAUSE]} read on from each other, so "
                "they were kept together as one.",
                todo="Begin each with a bullet, a number or a capital letter where it is one of "
                "its own, and import the file again.",
            )
        for field, cells in self.packed.items():
            how = "as a list or on lines of their own"
            if field in self.layout.at_semicolons:
                how = f"{how}, or between semicolons, as you confirmed"
            self.findings.add(
                Level.NOTE,
                some_of(cells),
                done=f"Several things stood in one cell of {LABELS[field]}, {how}; each became one "
                "of its own.",
            )

    def _items(self, block: Block, field: Field, place: Place) -> list[str]:
        if self.is_ours:
            return place.text.split("\n") if field is not Field.CAUSE else [place.text]
        items = sentences_of(place.text) if field is Field.CAUSE else items_of(place.text)
        if field is Field.CAUSE and reads_on(place.text):
            self.kept_together.append(place.cell)
        if field in self.layout.at_semicolons:
            items = [part for item in items for part in at_semicolons(item)]
        elif any(seems_packed(item) for item in items):
            self._report_semicolons(block, field, place)
        if len(items) > 1:
            self.packed[field].append(place.cell)
        return items

    def _report_semicolons(self, block: Block, field: Field, place: Place) -> None:
        self.findings.add(
            Level.PROBLEM,
            place.cell,
            done=f"Several things seem to stand in one cell of {LABELS[field]}, with semicolons "
            "between them. A semicolon stands within sentences too, so they were kept together.",
            todo="Import the file again and say that they are to be taken apart, or put each on a "
            "line of its own.",
            reference=block.reference or block.name,
        )

    def is_whole(self, block: Block, field: Field, place: Place) -> bool:
        """Whether a text is about the whole hazard, and not about the causes beside it.

        It is when its cell spans all rows of the hazard. In a log that merges cells, a control
        beside one cause is about that cause. In one that leaves them blank, a column is about
        causes when it says something in the later rows of any hazard.
        """
        column = self.layout.columns[field]
        if self.is_numbered and field in CONTROLS:
            return False  # each control is numbered under its cause
        if block.is_single:
            return not self._varies[column]
        if place.first == block.first and place.last >= block.last:
            return True
        if block.is_merged and field in CONTROLS:
            return False
        return not self._varies[column]

    def report_unusable(self, block: Block, field: Field, place: Place) -> None:
        """Report a cell that says only that something is still to come, or shows an error."""
        what = (
            "Excel shows an error in this cell"
            if is_error(place.text)
            else "This says that it is still to come"
        )
        draft = " Without a harm a hazard stays a draft." if field is Field.HARM else ""
        self.findings.add(
            Level.PROBLEM,
            place.cell,
            found=place.text,
            done=f"{what}; {LABELS[field]} was taken as empty.{draft}",
            todo="Fill it in on the hazard once it is known.",
            reference=block.reference or block.name,
        )

    def note_formula(self, block: Block, place: Place) -> None:
        """Report a formula: it is never calculated."""
        self.findings.add(
            Level.PROBLEM,
            place.cell,
            found=place.text,
            done="The cell holds a formula. It was not calculated; its text was kept.",
            todo="Write on the hazard what the cell should say.",
            reference=block.reference or block.name,
        )

    def _varies_within(self, block: Block, column: int) -> bool:
        """Whether a column says something of single causes of this hazard."""
        for row in block.rows:
            merge = self.layout.sheet.merge_at(row, column)
            if not self.layout.sheet.text(row, column) or (merge and merge.first_row != row):
                continue
            if row != block.first:
                return True
            if merge is not None and block.first < merge.last_row < block.last:
                return True
        return False


def row_set(block: Block, rows: Rows) -> RowSet:
    """Those rows of a hazard that lie within a stretch."""
    first, end = bisect_left(block.rows, rows[0]), bisect_right(block.rows, rows[1])
    return (1 << end) - (1 << first)


def rows_meet(one: Rows, other: Rows) -> bool:
    """Whether two stretches of rows (first, last) share a row."""
    return one[0] <= other[1] and one[1] >= other[0]


def causes_beside(causes: Sequence[Place], rows: Rows) -> tuple[int, ...]:
    """The causes that stand in these rows, by their places."""
    return tuple(
        number for number, cause in enumerate(causes) if rows_meet((cause.first, cause.last), rows)
    )
