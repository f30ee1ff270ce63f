"""From rows to hazards: which rows belong together, and which stand for nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from audit.errors import NotPossible
from hazards.importing.cells import folded, is_formula, is_placeholder, says_nothing
from hazards.importing.fields import Field
from hazards.importing.findings import Findings, Level, quoted
from hazards.importing.layout import Layout
from hazards.importing.parsed import RefusedRows

HEADING_SPREADS = 3  # columns of the log under one merged cell: a heading between hazards
_WORDS = re.compile(r"[^\W\d_][^\d]+")
_NUMBER = re.compile(r"[0-9.,% ]+")
_TOTAL = re.compile(
    r"(?:(?:grand |sub ?)?totals?|count|sum|number)(?: (?:number )?(?:of )?(?:hazards|risks|rows))?"
    r" ?[:=]? ?[0-9]*"
)
MOST_ROWS = 60_000  # with something in them; a log of 10,000 hazards has some 25,000
MOST_ROWS_OF_ONE = 1_000  # of one hazard: each is held against each


@dataclass
class Block:
    """The rows of one hazard. ``is_merged`` says that its own cells span them."""

    reference: str
    name: str
    rows: list[int] = field(default_factory=list)
    is_merged: bool = False

    @property
    def first(self) -> int:
        """Its first row."""
        return self.rows[0]

    @property
    def last(self) -> int:
        """Its last row."""
        return self.rows[-1]

    @property
    def is_single(self) -> bool:
        """Whether it has one row only."""
        return len(self.rows) == 1


@dataclass
class Blocks:
    """The hazards of a sheet, the rows that were refused, and how many rows there were."""

    blocks: list[Block] = field(default_factory=list)
    refused: list[RefusedRows] = field(default_factory=list)
    left_out: list[Block] = field(default_factory=list)  # the hazards among those rows
    rows_read: int = 0


def split_into_blocks(layout: Layout, findings: Findings) -> Blocks:
    """Group the rows below the heading into hazards; say what was refused and why."""
    result = Blocks()
    seen: dict[str, int] = {}
    names: set[tuple[str, str]] = set()
    for block in _grouped(layout, findings, result):
        _check_size(block, result)
        why = _why_refused(block, seen)
        if why:
            result.refused.append(
                RefusedRows(
                    quoted(block.reference, 60), quoted(block.name), _row_words(block.rows), why
                )
            )
            result.left_out.append(block)
            findings.add(
                Level.REFUSED,
                _address(layout, block),
                found=_all_of(layout, block),
                done=f"{why} {rows_not_taken(_row_words(block.rows))}",
                todo=_to_be_done(block, names),
                reference=block.reference,
            )
        else:
            result.blocks.append(block)
            seen[folded(block.reference or block.name)] = block.first
            names.add((folded(block.reference), folded(block.name)))
    return result


def _to_be_done(block: Block, names: set[tuple[str, str]]) -> str:
    if (folded(block.reference), folded(block.name)) in names:
        return "Sort the file so that all rows of this hazard stand together, and import again."
    return "Give each hazard a number of its own and a name, and import again."


def note_refused(layout: Layout, blocks: list[Block], findings: Findings) -> None:
    """Name what else is wrong in rows that were refused: every fault of a file is said at once."""
    for block in blocks:
        for row in block.rows:
            for column, text in sorted(layout.sheet.rows.get(row, {}).items()):
                if column not in layout.columns.values():
                    continue
                what = ""
                if is_placeholder(text):
                    what = "says that it is still to come"
                elif is_formula(text):
                    what = "holds a formula"
                if what:
                    findings.add(
                        Level.NOTE,
                        layout.sheet.place(row, column),
                        found=text,
                        done=f"This cell stands in a row that was not brought in. Besides, it "
                        f"{what}.",
                        todo="Write there what it should say before you import the row again.",
                        reference=block.reference or block.name,
                    )


def _all_of(layout: Layout, block: Block) -> str:
    """Everything that the first row of a hazard says, as far as a report repeats it."""
    texts = layout.sheet.rows.get(block.first, {})
    return " · ".join(" ".join(text.split()) for _, text in sorted(texts.items()))


def _check_size(block: Block, result: Blocks) -> None:
    called = quoted(block.reference or block.name, 60)
    if len(block.rows) > MOST_ROWS_OF_ONE:
        raise NotPossible(
            f"The hazard {called} in row {block.first} has more than {MOST_ROWS_OF_ONE:,} rows, "
            "more than can be read. Nothing was changed. Give each hazard its number and name in "
            "its own first row, and choose the file again."
        )
    if result.rows_read > MOST_ROWS:
        raise NotPossible(
            f"The log has more than {MOST_ROWS:,} filled rows, more than can be read in one go. "
            "Nothing was changed. Split it into several workbooks, and import one after another."
        )


def _grouped(layout: Layout, findings: Findings, result: Blocks) -> Iterator[Block]:
    current: Block | None = None
    are_numbered = _are_numbered(layout)
    for row in _data_rows(layout):
        result.rows_read += 1
        if _is_heading(layout, row, are_numbered=are_numbered) or _repeats_headings(layout, row):
            _pass_over(layout, row, findings, result, "a heading between hazards")
            continue
        if _is_total(layout, row):
            _pass_over(layout, row, findings, result, "a total of the hazards")
            continue
        started = _start(layout, row, current)
        if started is not None:
            if current is not None:
                yield current
            current = started
        if current is None:
            _refuse_orphan(layout, row, findings, result)
        else:
            current.rows.append(row)
    if current is not None:
        yield current


def _data_rows(layout: Layout) -> Iterator[int]:
    columns = set(layout.columns.values())
    for row in sorted(layout.sheet.rows):
        if row > layout.header_row and columns & layout.sheet.rows[row].keys():
            yield row


def _are_numbered(layout: Layout) -> bool:
    """Whether every hazard with a number and a name has a figure in its number."""
    numbers = [
        number
        for row in _data_rows(layout)
        if (number := _own(layout, row, Field.REFERENCE)) and _own(layout, row, Field.NAME)
    ]
    return not any(map(_WORDS.fullmatch, numbers))


def _is_heading(layout: Layout, row: int, *, are_numbered: bool) -> bool:
    """Whether a row only heads those below it: one cell over the log, or words for a number."""
    if len(layout.sheet.rows[row]) != 1:
        return False
    (column,) = layout.sheet.rows[row]
    if column == layout.column(Field.REFERENCE):
        words = _WORDS.fullmatch(_own(layout, row, Field.REFERENCE))
        if words and are_numbered:
            return True
    merge = layout.sheet.merge_at(row, column)
    if merge is None:
        return False
    spread = [c for c in layout.columns.values() if merge.first_column <= c <= merge.last_column]
    return len(spread) >= HEADING_SPREADS


def _repeats_headings(layout: Layout, row: int) -> bool:
    """Whether the headings stand there once more, as at the top of each printed page."""
    texts = layout.sheet.rows[row]
    alike = sum(folded(text) == folded(layout.headings.get(c, "")) for c, text in texts.items())
    return alike >= HEADING_SPREADS and 2 * alike > len(texts)


def _is_total(layout: Layout, row: int) -> bool:
    """Whether a row only counts the hazards above it."""
    texts = layout.sheet.rows[row]
    said = [text for text in texts.values() if not _NUMBER.fullmatch(text) and not is_formula(text)]
    return len(said) == 1 and _TOTAL.fullmatch(folded(said[0])) is not None


def _pass_over(layout: Layout, row: int, findings: Findings, result: Blocks, what: str) -> None:
    text = " · ".join(" ".join(each.split()) for each in layout.sheet.rows[row].values())
    why = f"{what[0].upper()}{what[1:]}."
    result.refused.append(RefusedRows("", quoted(text), str(row), why))
    findings.add(
        Level.NOTE,
        f"row {row}",
        found=text,
        done=f"Taken as {what}, so nothing was made of it.",
    )


def _start(layout: Layout, row: int, current: Block | None) -> Block | None:
    """The hazard that begins in a row; None when the row continues the one before it."""
    reference, name = (_own(layout, row, each) for each in (Field.REFERENCE, Field.NAME))
    merged = _merged_from(layout, row)
    if merged is not None and merged < row:
        return None
    if not reference and not name:
        return None
    if current is not None and _is_same(current, reference, name):
        return None
    return Block(reference, name, is_merged=_spans_rows(layout, row))


def _own(layout: Layout, row: int, field_: Field) -> str:
    column = layout.column(field_)
    text = layout.sheet.text(row, column) if column else ""
    if says_nothing(text) or (field_ is Field.REFERENCE and is_placeholder(text)):
        return ""
    return " ".join(text.split())


def _is_same(current: Block, reference: str, name: str) -> bool:
    """A log without merged cells repeats the number, the name or both in each cause row."""
    same_name = not name or folded(name) == folded(current.name)
    if reference:
        return folded(reference) == folded(current.reference) and same_name
    return same_name


def _merged_from(layout: Layout, row: int) -> int | None:
    for field_ in (Field.REFERENCE, Field.NAME):
        column = layout.column(field_)
        merge = layout.sheet.merge_at(row, column) if column else None
        if merge is not None:
            return merge.first_row
    return None


def _spans_rows(layout: Layout, row: int) -> bool:
    for field_ in (Field.REFERENCE, Field.NAME):
        column = layout.column(field_)
        merge = layout.sheet.merge_at(row, column) if column else None
        if merge is not None and merge.last_row > merge.first_row:
            return True
    return False


def _why_refused(block: Block, seen: dict[str, int]) -> str:
    if block.reference and folded(block.reference) in seen:
        first = seen[folded(block.reference)]
        return (
            f"The number {block.reference} is used twice: it was taken for the hazard in row "
            f"{first}."
        )
    if not block.name or is_placeholder(block.name):
        return "This hazard has no name."
    if not block.reference and folded(block.name) in seen:
        return (
            "It has no number, and its name is that of the hazard in row "
            f"{seen[folded(block.name)]}."
        )
    return ""


def _refuse_orphan(layout: Layout, row: int, findings: Findings, result: Blocks) -> None:
    texts = " · ".join(layout.sheet.rows[row].values())
    result.refused.append(RefusedRows("", "", str(row), "It belongs to no hazard."))
    findings.add(
        Level.REFUSED,
        f"row {row}",
        found=texts,
        done="No hazard stands above this row, so it was not brought in.",
        todo="Give the hazard its number and name in this row, and import again.",
    )


def _address(layout: Layout, block: Block) -> str:
    has_number = block.reference and layout.has(Field.REFERENCE)
    column = layout.columns[Field.REFERENCE if has_number else Field.NAME]
    return layout.sheet.place(block.first, column)


def rows_not_taken(rows: str) -> str:
    """The sentence about rows that were not brought in."""
    return f"Rows {rows} were not brought in." if "–" in rows else f"Row {rows} was not brought in."


def _row_words(rows: list[int]) -> str:
    return str(rows[0]) if rows[0] == rows[-1] else f"{rows[0]}–{rows[-1]}"
