"""The rows of a heading: the columns' own words, and the groups in one or two rows over them."""

from dataclasses import dataclass, field

from hazards.importing.headings import is_control_group, stage_of_group
from hazards.importing.sheet import Sheet
from hazards.importing.vocabulary import FIELD_OF, plain_heading

Texts = dict[int, str]  # by column


@dataclass(frozen=True)
class Groups:
    """What stands over each column, and how many rows that takes."""

    texts: Texts = field(default_factory=dict)
    rows: int = 0


def headings_at(sheet: Sheet, row: int) -> Texts:
    """The heading of each column; one that is merged with rows above stands up there."""
    headings = dict(sheet.rows.get(row, {}))
    has_groups = any(map(_says_something, sheet.rows.get(row - 1, {}).values()))
    for above in (row - 1, row - 2):
        for column, text in sheet.rows.get(above, {}).items():
            merge = sheet.merge_at(above, column)
            spreads = merge is not None and merge.last_column > merge.first_column
            reaches = merge is not None and merge.last_row >= row
            known = above == row - 1 and (has_groups or plain_heading(text) in FIELD_OF)
            if column not in headings and not spreads and (reaches or known):
                headings[column] = text
    return headings


def groups_above(sheet: Sheet, row: int) -> Groups:
    """What the rows above a heading say over its columns: the row above it, or two of them.

    The upper of two counts only where its groups span their columns, and where the lower one does
    not say anything of those: what it says is then not in doubt.
    """
    last = max(sheet.rows.get(row, {}), default=0)
    lower, upper = _groups_in(sheet, row - 1, last), _groups_in(sheet, row - 2, last)
    if _is_title(sheet, row - 1, row):
        return Groups()
    if _says_more(sheet, row, upper, lower):
        both = {column: f"{upper[column]} {lower[column]}".strip() for column in upper}
        return Groups(both, rows=2)
    return Groups(lower, rows=1) if any(map(_says_something, lower.values())) else Groups()


def _says_more(sheet: Sheet, row: int, upper: Texts, lower: Texts) -> bool:
    """Whether the upper of two rows says what the lower one does not say of the same columns."""
    if _is_title(sheet, row - 2, row) or not _spreads(sheet, row - 2):
        return False
    said = [column for column, text in upper.items() if _says_something(text)]
    return bool(said) and not any(_says_something(lower[column]) for column in said)


def _spreads(sheet: Sheet, row: int) -> bool:
    """Whether each group in a row spans several columns: then it is over them, and no fact that
    stands beside its name above the log."""
    merges = [
        sheet.merge_at(row, column)
        for column, text in sheet.rows.get(row, {}).items()
        if _says_something(text)
    ]
    return all(each is not None and each.last_column > each.first_column for each in merges)


def _says_something(text: str) -> bool:
    """Whether a text over columns tells of which stage, or of which controls, they are."""
    return stage_of_group(text) is not None or is_control_group(text)


def _is_title(sheet: Sheet, above: int, row: int) -> bool:
    texts = sheet.rows.get(above, {})
    return len(texts) == 1 and min(texts) <= min(sheet.rows.get(row, {1: ""}))


def _groups_in(sheet: Sheet, row: int, last: int) -> Texts:
    """What a row says over each column up to the last; without merging, up to the next word."""
    above = sheet.rows.get(row, {})
    groups: Texts = {}
    running = ""
    for column in range(1, last + 1):
        merge = sheet.merge_at(row, column)
        if merge is not None:
            # A title over the whole table is no group.
            whole = merge.first_column <= 2 and merge.last_column >= last
            groups[column] = "" if whole else sheet.shown(row, column)
            running = ""
        else:
            running = above.get(column, running)
            groups[column] = running
    return groups
