"""Finding the log in a file: its sheet, the row of its headings, and what each column holds.

A ``Layout`` maps columns to fields; everything after it works on the layout, however it was found:
by the words of its headings, or as a person said.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter

from audit.errors import NotPossible
from hazards.importing.cells import folded
from hazards.importing.fields import LABELS, SEVERAL, Field
from hazards.importing.heading_rows import groups_above, headings_at
from hazards.importing.headings import (
    NOTHING_KNOWN,
    SURE_ENOUGH,
    Confidence,
    Meaning,
    is_ours,
    meanings,
)
from hazards.importing.records import HEADING_ROW, MOST_HEADINGS
from hazards.importing.sheet import Sheet
from hazards.importing.vocabulary import plain_heading

HEADER_WITHIN = 10  # rows from the top of a sheet
FEWEST_COLUMNS = 3  # recognised ones, for a row to be the heading of a log
FEWEST_CERTAIN = 2  # of them by their own words
LONGEST_HEADING = 80  # characters; what is longer is data
LOOKED_AT = 60  # rows below the heading, to see whether a column holds words or sentences
SHORT = 24  # characters of a level, a number, a class

#: Which field a person gave each column, by its letter or heading; '' for none.
Chosen = Mapping[str, str]


_LEFT = Meaning(None, Confidence.CERTAIN)


@dataclass
class Layout:
    """Where the log stands on its sheet, and which column holds which field."""

    sheet: Sheet
    first_header_row: int
    header_row: int  # the last row of the heading
    columns: dict[Field, int] = field(default_factory=dict)
    unread: dict[int, str] = field(default_factory=dict)  # columns with a heading nobody knows
    headings: dict[int, str] = field(default_factory=dict)
    groups: dict[int, str] = field(default_factory=dict)
    meanings: dict[int, Meaning] = field(default_factory=dict)
    more: dict[Field, list[int]] = field(default_factory=dict)  # columns of a field that has one
    at_semicolons: frozenset[Field] = frozenset()  # whose cells are taken apart there
    declined: set[int] = field(default_factory=set)  # a person said to read nothing from them

    def has(self, *fields: Field) -> bool:
        """Whether the log has a column for any of these."""
        return any(each in self.columns for each in fields)

    def column(self, wanted: Field) -> int | None:
        """The column of a field, None when the log has none."""
        return self.columns.get(wanted)

    @property
    def is_log(self) -> bool:
        """Whether what was recognised makes a hazard log: a name, and something said of it."""
        certain = sum(m.confidence is Confidence.CERTAIN for m in self.meanings.values())
        return (
            Field.NAME in self.columns
            and len(self.columns) >= FEWEST_COLUMNS
            and certain >= FEWEST_CERTAIN
            and self.has(Field.HARM, Field.CAUSE, Field.DESCRIPTION, Field.INITIAL_SEVERITY)
        )

    @property
    def is_ours(self) -> bool:
        """Whether this application wrote the log."""
        return is_ours(plain_heading(text) for text in self.headings.values())

    @property
    def left(self) -> set[int]:
        """The columns that are known, and that nothing is taken from."""
        known = {c for c, m in self.meanings.items() if m.confidence is Confidence.CERTAIN}
        return known - self.read - self.unread.keys()

    @property
    def read(self) -> set[int]:
        """The columns that something is taken from."""
        return {*self.columns.values(), *(c for each in self.more.values() for c in each)}

    @property
    def fingerprint(self) -> str:
        """The SHA-256 of its headings and their places: the same for every file of this layout."""
        rows = [
            [column, plain_heading(self.groups.get(column, "")), plain_heading(text)]
            for column, text in sorted(self.headings.items())
        ]
        return hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()

    @property
    def header_rows(self) -> str:
        """The rows of its heading: ``4``, or ``3–4``; '' where each text says its own."""
        if self.header_row == HEADING_ROW:
            return ""
        if self.first_header_row == self.header_row:
            return str(self.header_row)
        return f"{self.first_header_row}–{self.header_row}"

    def heading(self, column: int) -> str:
        """What stands over a column: the group and its own heading."""
        parts = (self.groups.get(column, ""), self.headings.get(column, ""))
        return " · ".join(dict.fromkeys(" ".join(part.split()) for part in parts if part.strip()))

    @property
    def _rank(self) -> tuple[bool, int, int]:
        """Of several rows, that which knows more columns, and knows them better, is the heading."""
        certain = sum(m.confidence is Confidence.CERTAIN for m in self.meanings.values())
        return self.is_log, certain, len(self.columns)


def choose_layout(
    sheets: list[Sheet], wanted: str = "", chosen: Chosen | None = None
) -> tuple[Layout, list[Layout]]:
    """The layout of the log, and those of other sheets that look like logs too.

    ``wanted`` names a sheet, ``chosen`` the fields of its columns. Raises ``NotPossible`` when
    there is no such sheet, when no row within the first ten of any sheet is the heading of a
    hazard log, and when what was chosen does not fit.
    """
    candidates = [_named(sheets, wanted)] if wanted else sheets
    found = [layout for sheet in candidates if (layout := find_layout(sheet)) is not None]
    if not found and chosen:
        found = [layout for sheet in candidates if (layout := likely_layout(sheet)) is not None][:1]
    if not found:
        wide = next((sheet for sheet in candidates if _wide_rows(sheet)), None)
        raise NotPossible(_too_wide(wide) if wide else _no_header(candidates, wanted))
    # The fullest log that is not hidden; of two alike, the one that stands first.
    best = max(found, key=lambda layout: (not layout.sheet.is_hidden, len(layout.columns)))
    others = [layout for layout in found if layout is not best]
    return (with_columns(best, chosen) if chosen else best), others


def find_layout(sheet: Sheet) -> Layout | None:
    """The layout of a sheet, or None when no row near its top heads a hazard log."""
    layouts = [layout for layout in _layouts(sheet) if layout.is_log]
    return max(layouts, key=lambda layout: layout._rank, default=None)


def likely_layout(sheet: Sheet) -> Layout | None:
    """The layout of a sheet whose headings nobody knows: its first row of several short texts."""
    wide = [each for each in _layouts(sheet) if len(each.headings) >= FEWEST_COLUMNS]
    return find_layout(sheet) or max(
        wide, key=lambda each: (*each._rank, len(each.headings)), default=None
    )


def with_columns(layout: Layout, chosen: Chosen) -> Layout:
    """The layout with the fields that a person gave its columns; the rest stay as they were.

    Raises ``NotPossible`` when a column is not there, a field is unknown or given twice, and when
    no column has the name of the hazard.
    """
    given = {_column_called(layout, key): _field_called(key, said) for key, said in chosen.items()}
    fields = [each for each in given.values() if each is not None]
    for each in fields:
        if fields.count(each) > 1 and each not in SEVERAL:
            places = [get_column_letter(c) for c, meant in given.items() if meant is each]
            raise NotPossible(
                f"The columns {' and '.join(places)} are both to be read as “{LABELS[each]}”. "
                "Nothing was changed. Choose one of them, and another field or none for the other."
            )
    kept = {
        column: meaning
        for column, meaning in layout.meanings.items()
        if column not in given and meaning.field not in fields
    }
    certain = {
        column: Meaning(each, Confidence.CERTAIN if each else Confidence.NONE)
        for column, each in given.items()
    }
    certain |= {column: _LEFT for column in layout.left if given.get(column, "") is None}
    columns = dict.fromkeys(layout.headings, NOTHING_KNOWN) | kept | certain
    # Where nothing was proposed, an answer of none may be one that nobody has thought of.
    declined = {
        column
        for column, each in given.items()
        if each is None and layout.meanings.get(column, NOTHING_KNOWN).field is not None
    }
    result = _with_meanings(
        replace(layout, columns={}, more={}, unread={}, declined=declined), columns
    )
    if Field.NAME not in result.columns:
        raise NotPossible(
            f"No column is to be read as “{LABELS[Field.NAME]}”, and without a name there is no "
            "hazard. Nothing was changed. Say which column names the hazards."
        )
    return result


def _column_called(layout: Layout, key: str) -> int:
    """The column with this letter, else with this heading."""
    by_letter = {get_column_letter(column): column for column in _all_columns(layout)}
    if key.strip().upper() in by_letter:
        return by_letter[key.strip().upper()]
    wanted = plain_heading(key)
    for told in (layout.heading, lambda column: layout.headings.get(column, "")):
        found = [column for column in layout.headings if plain_heading(told(column)) == wanted]
        if len(found) == 1:
            return found[0]
    problem = "several columns with" if found else "no column with"
    raise NotPossible(
        f"The sheet “{layout.sheet.name}” has {problem} the letter or heading “{key}”, which the "
        "mapping names. Nothing was changed. Write the letters of the columns (A, B, …)."
    )


def _all_columns(layout: Layout) -> set[int]:
    return set(range(1, layout.sheet.widest + 1)) | layout.headings.keys()


def _field_called(key: str, value: str) -> Field | None:
    if not value:
        return None
    try:
        return Field(value)
    except ValueError as unknown:
        raise NotPossible(
            f"The mapping says “{value}” of the column {key}, and there is no such field. Nothing "
            f"was changed. The fields are: {', '.join(Field)}."
        ) from unknown


def _named(sheets: list[Sheet], wanted: str) -> Sheet:
    for matches in (lambda name: name == wanted, lambda name: folded(name) == folded(wanted)):
        for sheet in sheets:
            if matches(sheet.name):
                return sheet
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
    raise NotPossible(
        f"The workbook has no sheet called “{wanted}”. Nothing was changed. "
        f"Its sheets are: {names}. Choose one of these."
    )


def _no_header(sheets: Iterable[Sheet], wanted: str) -> str:
    where = f"the sheet “{wanted}”" if wanted else "any sheet of this file"
    names = ", ".join(f"“{sheet.name}”" for sheet in sheets) or "none"
    looked_for = ", ".join(
        LABELS[each]
        for each in (
            *(Field.REFERENCE, Field.NAME, Field.DESCRIPTION, Field.HARM, Field.CAUSE),
            *(Field.EXISTING, Field.INITIAL_SEVERITY, Field.INITIAL_LIKELIHOOD, Field.STATUS),
        )
    )
    return (
        f"No heading of a hazard log was found in the first {HEADER_WITHIN} rows of {where} "
        f"(looked at: {names}). Nothing was changed. A row with columns such as these is looked "
        f"for: {looked_for}; the name, and at least two more. Put such a row at the top of the "
        "log, or choose the sheet that has it."
    )


def _too_wide(sheet: Sheet) -> str:
    return (
        f"The sheet “{sheet.name}” has more than {MOST_HEADINGS:,} columns, or different fields, "
        "more than a hazard log can have. Nothing was changed. Copy what belongs to the log into a "
        "new file, and choose that."
    )


def _wide_rows(sheet: Sheet) -> set[int]:
    """The rows near the top with more texts than the heading of a log can have."""
    near = (row for row in sheet.rows if row <= HEADER_WITHIN)
    return {row for row in near if len(sheet.rows[row]) > MOST_HEADINGS}


def _layouts(sheet: Sheet) -> list[Layout]:
    wide = _wide_rows(sheet)
    near = (row for row in sorted(sheet.rows) if row <= HEADER_WITHIN and row not in wide)
    return [_layout_at(sheet, row) for row in near]


def _layout_at(sheet: Sheet, row: int) -> Layout:
    above = groups_above(sheet, row)
    groups = above.texts
    layout = Layout(sheet, row - above.rows, row)
    layout.headings = {
        column: text
        for column, text in sorted(headings_at(sheet, row).items())
        if len(text) <= LONGEST_HEADING
    }
    layout.groups = {column: groups.get(column, "") for column in layout.headings}
    found = meanings(layout.headings, groups, lambda column: _is_short(sheet, row, column))
    return _with_meanings(layout, found)


def _with_meanings(layout: Layout, found: Mapping[int, Meaning]) -> Layout:
    layout.meanings = dict(sorted(found.items()))
    for column, meaning in layout.meanings.items():
        if meaning.field is not None and meaning.confidence in SURE_ENOUGH:
            if meaning.field in layout.columns:
                layout.more.setdefault(meaning.field, []).append(column)
            else:
                layout.columns[meaning.field] = column
        elif meaning.field is not None or meaning.confidence is not Confidence.CERTAIN:
            layout.unread[column] = " ".join(layout.headings.get(column, "").split())
    return layout


def _is_short(sheet: Sheet, header_row: int, column: int) -> bool:
    """Whether a column holds words of a few letters, or numbers, and no sentences."""
    rows = range(header_row + 1, header_row + 1 + LOOKED_AT)
    texts = [text for row in rows if (text := sheet.text(row, column))]
    return sum(len(text) <= SHORT for text in texts) >= 0.8 * len(texts)
