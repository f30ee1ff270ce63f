"""The causes that a log of objects names for a control, or for a test: by number or in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hazards.importing.blocks import Block
from hazards.importing.cells import folded
from hazards.importing.control_details import CAUSES, Details
from hazards.importing.fields import Field
from hazards.importing.findings import Level
from hazards.importing.parsed import ParsedHazard
from hazards.importing.placing import Place, Placer, causes_beside


@dataclass(frozen=True)
class ToldOf:
    """What the log tells of a control or a test itself, and the row of the hazard's first cause."""

    details: Mapping[str, str]
    first_row: int


def told_of(block: Block, every: Mapping[int, Details], line: str) -> ToldOf | None:
    """What is told of the control, or the test, with these words."""
    for row in block.rows if every else ():
        told = every.get(row, {}).get(folded(line))
        if told:
            return ToldOf(told, row)
    return None


def named_causes(
    placer: Placer, hazard: ParsedHazard, causes: Sequence[Place], told: ToldOf, place: Place
) -> tuple[int, ...] | None:
    """The causes that are named, by their places; () for the whole hazard, None where none is."""
    words = told.details.get(CAUSES, "")
    if not words:
        return None
    found: set[int] = set()
    for word in words.split("\n"):
        on = _cause_called(placer, causes, word, told.first_row)
        if not on:
            if placer.layout.sheet.first_cause is not None or not word.isdecimal():
                _report_no_cause(placer, hazard, word, place)
            return ()
        found |= set(on)
    return tuple(sorted(found))


def _cause_called(
    placer: Placer, causes: Sequence[Place], word: str, first_row: int
) -> tuple[int, ...]:
    """The cause with this number, or with these words."""
    first = placer.layout.sheet.first_cause
    by_words = tuple(n for n, cause in enumerate(causes) if folded(cause.text) == word)
    column = placer.layout.column(Field.CAUSE)
    if by_words or column is None or first is None or not word.isdecimal():
        return by_words
    row = first_row + int(word) - first
    is_there = row >= first_row and bool(placer.layout.sheet.text(row, column))
    return causes_beside(causes, (row, row)) if is_there else ()


def _report_no_cause(placer: Placer, hazard: ParsedHazard, word: str, place: Place) -> None:
    placer.findings.add(
        Level.PROBLEM,
        place.cell,
        found=word,
        done="This is no cause of the hazard, so what is told of it was read as told of the whole "
        "hazard.",
        todo="Say on the hazard which causes the control acts on.",
        reference=hazard.called,
    )
