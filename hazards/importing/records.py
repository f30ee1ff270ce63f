"""Hazards that a file tells one after the other, laid out as the rows of one sheet.

A text or a JSON object has no columns: what it calls a field becomes the heading of one. A value
that is told once spans all rows of its hazard, as a merged cell does.
"""

from dataclasses import dataclass, field

from hazards.importing.control_details import Details
from hazards.importing.fields import Field
from hazards.importing.headings import field_of_heading
from hazards.importing.sheet import Merge, Sheet
from hazards.importing.vocabulary import plain_heading

MOST_HEADINGS = 2_000  # columns, or different fields; each is held against the others
HEADING_ROW = 0  # above everything that the file says


@dataclass(frozen=True)
class Told:
    """A text, and the place in the file where it stands."""

    text: str
    place: str
    line: int = 0  # 0 where the file has no lines to speak of
    is_of_pair: bool = False  # one of two words of an estimate, whose order tells nothing


@dataclass
class ToldHazard:
    """One hazard: what is told under each heading. ``by_row`` holds rows of a table of its own."""

    once: dict[str, Told] = field(default_factory=dict)
    lists: dict[str, list[Told]] = field(default_factory=dict)  # one row each
    by_row: list[dict[str, Told]] = field(default_factory=list)
    details: Details = field(default_factory=dict)  # of its controls
    evidence: Details = field(default_factory=dict)  # of its tests and evidence

    @property
    def headings(self) -> list[str]:
        """Everything that it tells something under, each once."""
        rows = [heading for row in self.by_row for heading in row]
        return list(dict.fromkeys([*self.once, *self.lists, *rows]))

    @property
    def height(self) -> int:
        """How many rows it takes."""
        return max(1, len(self.by_row), *(len(each) for each in self.lists.values()))

    @property
    def line(self) -> int:
        """The first line of the file that tells of it."""
        told = [*self.once.values(), *(t for each in self.lists.values() for t in each)]
        told += [t for row in self.by_row for t in row.values()]
        return min((each.line for each in told), default=0)

    def row(self, offset: int) -> dict[str, Told]:
        """What is told in one of its rows, what spans all of them in the first."""
        texts = dict(self.once) if offset == 0 else {}
        for heading, each in self.lists.items():
            if offset < len(each):
                texts[heading] = each[offset]
        if offset < len(self.by_row):
            texts |= self.by_row[offset]
        return texts


def sheet_of(name: str, hazards: list[ToldHazard]) -> Sheet:
    """The hazards as a sheet. Its rows are the lines of the file, as far as it has lines."""
    sheet = Sheet(name)
    different = {heading for hazard in hazards for heading in hazard.headings}
    if len(different) > MOST_HEADINGS:  # no log: they are not looked into one by one
        sheet.rows[HEADING_ROW] = dict(enumerate(sorted(different)[: MOST_HEADINGS + 1], start=1))
        return sheet
    columns: dict[str, int] = {}
    row = HEADING_ROW
    headings: dict[int, str] = {}
    apart = _told_apart(hazards)
    for hazard in hazards:
        first = max(row + 1, hazard.line)
        if hazard.details:
            sheet.details[first] = hazard.details
        if hazard.evidence:
            sheet.evidence[first] = hazard.evidence
        for offset in range(hazard.height):
            row = first + offset
            for heading, told in hazard.row(offset).items():
                column = columns.setdefault(_key(heading, apart), len(columns) + 1)
                headings.setdefault(column, heading)
                _put(sheet, row, column, told)
                if heading in hazard.once and told.is_of_pair:
                    sheet.of_whole.add((row, column))
        if hazard.height > 1:
            spanning = {columns[_key(each, apart)] for each in hazard.once}
            spanning -= {columns[_key(each, apart)] for each in hazard.lists}
            sheet.merges += [Merge(first, row, column, column) for column in sorted(spanning)]
    sheet.rows[HEADING_ROW] = headings
    return sheet


def _told_apart(hazards: list[ToldHazard]) -> set[Field]:
    """The fields that one hazard tells under several headings: each has a column of its own."""
    apart: set[Field] = set()
    for hazard in hazards:
        by_field: dict[Field, str] = {}
        for heading in hazard.headings:
            known = field_of_heading(heading)
            if known is not None and by_field.setdefault(known, heading) != heading:
                apart.add(known)
    return apart


def _key(heading: str, apart: set[Field]) -> str:
    """The same field is in the same column, however it is called from hazard to hazard."""
    known = field_of_heading(heading)
    if known is None or known in apart:
        return plain_heading(heading)
    return f"field:{known}"


def _put(sheet: Sheet, row: int, column: int, told: Told) -> None:
    sheet.row_places.setdefault(row, told.place)
    if not told.text:
        return
    if told.is_of_pair:
        sheet.pairs.add((row, column))
    texts = sheet.rows.setdefault(row, {})
    texts[column] = f"{texts[column]}\n{told.text}" if column in texts else told.text
    sheet.places.setdefault((row, column), told.place)
