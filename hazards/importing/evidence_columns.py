"""The columns of tests and of evidence: planned evidence on the controls beside them."""

from collections.abc import Sequence, Sized
from dataclasses import replace

from audit.errors import NotPossible
from hazards.choices import ControlKind
from hazards.importing.blocks import Block
from hazards.importing.cells import folded
from hazards.importing.fields import CONTROLS, EVIDENCE, LABELS, Field
from hazards.importing.findings import Level, quoted
from hazards.importing.parsed import ParsedHazard, ParsedTest
from hazards.importing.placing import Place, Placer, Rows, rows_meet

MOST_PARTS = 1_000  # controls, or tests, of one hazard: each is held against each

_TESTED = tuple(field for field, (kind, _) in CONTROLS.items() if kind is ControlKind.ADDITIONAL)


def read_evidence(
    placer: Placer, block: Block, hazard: ParsedHazard, spans: Sequence[Rows]
) -> None:
    """Read the Test column and those of evidence; ``spans`` are the rows of each control."""
    known: dict[str, int] = {}
    for field, about in {Field.TEST: _TESTED, **EVIDENCE}.items():
        for place in placer.usable(block, field):
            whole = placer.is_whole(block, field, place)
            rows = (block.first, block.last) if whole else (place.first, place.last)
            beside = _beside(hazard, about, spans, rows)
            lines = list(placer.lines(block, field, place))
            for number, line in enumerate(lines):
                if not beside:
                    _keep_lonely(placer, hazard, field, line, place.cell)
                    continue
                own = _own_controls(hazard, field, beside, number, len(lines))
                _add(hazard, known, ParsedTest(line, place.cell, own, field))
                check_number(hazard, hazard.tests, place, "tests")


def check_number(hazard: ParsedHazard, parts: Sized, place: Place, what: str) -> None:
    """Refuse a hazard with more controls, or tests, than can be held against each other."""
    if len(parts) > MOST_PARTS:
        raise NotPossible(
            f"{quoted(hazard.called, 60)} has more than {MOST_PARTS:,} {what} (cell {place.cell}), "
            "more than can be read: each line of a cell is one. Nothing was changed. Shorten the "
            "cell, and choose the file again."
        )


def _beside(
    hazard: ParsedHazard, about: Sequence[Field], spans: Sequence[Rows], rows: Rows
) -> tuple[int, ...]:
    return tuple(
        number
        for number, control in enumerate(hazard.controls)
        if control.column in about and rows_meet(spans[number], rows)
    )


def _own_controls(
    hazard: ParsedHazard, field: Field, beside: tuple[int, ...], number: int, lines: int
) -> tuple[int, ...]:
    """Line by line where a cell of evidence has as many as there are controls beside it."""
    if field is Field.TEST or len(beside) != lines:
        return beside
    return (beside[number],)


def _add(hazard: ParsedHazard, known: dict[str, int], test: ParsedTest) -> None:
    number = known.setdefault(folded(test.text), len(hazard.tests))
    if number == len(hazard.tests):
        hazard.tests.append(test)
        return
    both = tuple(sorted({*hazard.tests[number].controls, *test.controls}))
    hazard.tests[number] = replace(hazard.tests[number], controls=both)


def _keep_lonely(placer: Placer, hazard: ParsedHazard, field: Field, line: str, cell: str) -> None:
    before = hazard.words.get(Field.ACTION_SUMMARY, "")
    kind = "Planned test" if field is Field.TEST else LABELS[field]
    note = f"{kind} with no control beside it: {line}"
    hazard.words[Field.ACTION_SUMMARY] = f"{before}\n{note}".strip()
    hazard.cells.setdefault(Field.ACTION_SUMMARY, cell)
    what = "A test is evidence about" if field is Field.TEST else "Evidence is about"
    placer.findings.add(
        Level.PROBLEM,
        cell,
        found=line,
        done=f"{what} the controls beside it, and there is none in these rows. "
        "Its text was kept among the hazard's actions.",
        todo="Add the control that it shows, and plan this as evidence of it.",
        reference=hazard.called,
    )
