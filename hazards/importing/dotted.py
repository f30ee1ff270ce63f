"""Numbers of the form hazard.cause.control (1.02.03) in the one column that has numbers.

Either each row repeats the hazard, or the rows are an outline: 1 is a hazard, 1.02 its second
cause, 1.02.03 the third control of that.
"""

import re
from collections import defaultdict
from dataclasses import dataclass, replace

from hazards.importing.cells import folded
from hazards.importing.fields import CONTROLS, Field
from hazards.importing.findings import Findings, Level
from hazards.importing.layout import Layout
from hazards.importing.sheet import Sheet

_DOTTED = re.compile(r"([A-Za-z]*[-_ ]?[0-9]+)((?:\.[0-9]+){0,2})")
HAZARD, CAUSE, CONTROL = 1, 2, 3  # how many numbers there are


@dataclass(frozen=True)
class _Number:
    """The number of a row: of which hazard, and on which level."""

    row: int
    hazard: str
    level: int
    name: str


def with_hazard_numbers(layout: Layout, findings: Findings) -> Layout:
    """The layout with each row under its hazard's number, where numbers are dotted; else as it is.

    A log whose hazards are themselves numbered 1.1 and 1.2, under names of their own, stays.
    """
    numbers = _numbers(layout)
    if not _are_dotted(numbers):
        return layout
    by_hazard: dict[str, list[_Number]] = defaultdict(list)
    for number in numbers:
        by_hazard[number.hazard].append(number)
    if all(len(_names(rows)) <= 1 for rows in by_hazard.values()):
        done = "The numbers were read as hazard.cause.control: what stands before the first point"
        _note(layout, findings, f"{done} is the number of the hazard.")
        return _under_hazards(layout, numbers)
    if not _has_causes(layout, numbers) and all(map(_is_outline, by_hazard.values())):
        _note(
            layout,
            findings,
            "The numbers were read as an outline: 1 is a hazard, 1.01 a cause of it, 1.01.01 a "
            "control of that cause.",
        )
        return _outline(layout, numbers)
    return layout


def _numbers(layout: Layout) -> list[_Number]:
    """The numbers of the rows that have one; none where one of them is something else."""
    column, names = layout.column(Field.REFERENCE), layout.column(Field.NAME)
    found: list[_Number] = []
    if column is None or names is None:
        return found
    for row in sorted(number for number in layout.sheet.rows if number > layout.header_row):
        text = layout.sheet.text(row, column)
        if not text:
            continue
        match = _DOTTED.fullmatch(text)
        if match is None and any(each.isdigit() for each in text):
            return []
        if match is None:
            continue  # a heading between hazards, or a total
        name = folded(layout.sheet.text(row, names))
        found.append(_Number(row, match[1], 1 + match[2].count("."), name))
    return found


def _are_dotted(numbers: list[_Number]) -> bool:
    """Whether most rows have a point in their number, and hazards several of them."""
    deeper = sum(number.level > HAZARD for number in numbers)
    hazards = {number.hazard for number in numbers}
    return 2 * deeper >= len(numbers) and len(numbers) > len(hazards)


def _names(rows: list[_Number]) -> set[str]:
    return {number.name for number in rows if number.name}


def _has_causes(layout: Layout, numbers: list[_Number]) -> bool:
    column = layout.column(Field.CAUSE)
    return column is not None and any(layout.sheet.text(each.row, column) for each in numbers)


def _is_outline(rows: list[_Number]) -> bool:
    first = rows[0].level == HAZARD and bool(rows[0].name)
    return first and all(each.level > HAZARD and each.name for each in rows[1:])


def _copied(sheet: Sheet) -> Sheet:
    rows = {row: dict(texts) for row, texts in sheet.rows.items()}
    return replace(sheet, rows=rows, places=dict(sheet.places))


def _under_hazards(layout: Layout, numbers: list[_Number]) -> Layout:
    sheet = _copied(layout.sheet)
    for number in numbers:
        sheet.rows[number.row][layout.columns[Field.REFERENCE]] = number.hazard
    return replace(layout, sheet=sheet)


def _outline(layout: Layout, numbers: list[_Number]) -> Layout:
    """The names of deeper rows, each in the column of what it is."""
    sheet, widest = _copied(layout.sheet), layout.sheet.widest
    reference, name = layout.columns[Field.REFERENCE], layout.columns[Field.NAME]
    controls = next((f for f in (Field.ADDITIONAL, *CONTROLS) if layout.has(f)), Field.ADDITIONAL)
    columns = {Field.CAUSE: widest + 1, controls: layout.columns.get(controls, widest + 2)}
    for number in numbers:
        if number.level == HAZARD:
            continue
        texts = sheet.rows[number.row]
        column = columns[Field.CAUSE if number.level == CAUSE else controls]
        texts[column] = texts.pop(name)
        texts.pop(reference)
        sheet.places[(number.row, column)] = layout.sheet.place(number.row, name)
    return replace(layout, sheet=sheet, columns=layout.columns | columns)


def _note(layout: Layout, findings: Findings, done: str) -> None:
    column = layout.columns[Field.REFERENCE]
    findings.add(Level.NOTE, layout.sheet.place(layout.header_row, column), done=done)
