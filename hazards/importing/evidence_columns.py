"""The columns of tests and of evidence: planned evidence on the controls beside them."""

from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass, replace

from audit.errors import NotPossible
from hazards.choices import ControlKind
from hazards.importing.blocks import Block
from hazards.importing.cells import folded
from hazards.importing.fields import CONTROLS, EVIDENCE, LABELS, Field
from hazards.importing.findings import Level, quoted
from hazards.importing.named_causes import ToldOf, named_causes, told_of
from hazards.importing.parsed import ParsedHazard, ParsedTest
from hazards.importing.placing import Place, Placer, RowSet, row_set
from hazards.importing.told_evidence import CONTROLS_OF, read_evidence_details

MOST_PARTS = 1_000  # controls, or tests, of one hazard: each is held against each

_TESTED = tuple(field for field, (kind, _) in CONTROLS.items() if kind is ControlKind.ADDITIONAL)


def read_evidence(
    placer: Placer,
    block: Block,
    hazard: ParsedHazard,
    controls: Sequence[RowSet],
    causes: Sequence[Place],
) -> None:
    """Read the Test column and those of evidence; ``controls`` are the rows of each control."""
    known: dict[str, int] = {}
    _read_tests(placer, block, hazard, controls, causes, known)
    for field, about in EVIDENCE.items():
        for place, rows in _places(placer, block, field):
            beside = _beside(hazard, about, controls, rows)
            lines = list(placer.lines(block, field, place))
            for number, line in enumerate(lines):
                told = told_of(block, placer.layout.sheet.evidence, line)
                its_own = _controls_told(hazard, told)
                if its_own:
                    details = _details(placer, hazard, told, place.cell)
                    _add(hazard, known, ParsedTest(line, place.cell, its_own, field, details))
                    continue
                if not beside:
                    _keep_lonely(placer, hazard, field, line, place.cell)
                    continue
                own = (beside[number],) if len(beside) == len(lines) else beside
                _add(hazard, known, ParsedTest(line, place.cell, own, field))
                check_number(hazard, hazard.tests, place, "tests")


def _read_tests(
    placer: Placer,
    block: Block,
    hazard: ParsedHazard,
    controls: Sequence[RowSet],
    causes: Sequence[Place],
    known: dict[str, int],
) -> None:
    """Read the Test column: the rows of each test first, which may be several cells."""
    found: dict[str, _FoundTest] = {}
    for place, rows in _places(placer, block, Field.TEST):
        for line in placer.lines(block, Field.TEST, place):
            test = found.setdefault(folded(line), _FoundTest(line, place))
            test.rows |= rows
            check_number(hazard, found, place, "tests")
    for test in found.values():
        told = told_of(block, placer.layout.sheet.evidence, test.text)
        own = _tested_by(hazard, controls, test.rows)
        own = _of_named_causes(placer, block, hazard, causes, own, test)
        if own:
            details = _details(placer, hazard, told, test.place.cell)
            _add(hazard, known, ParsedTest(test.text, test.place.cell, own, details=details))
        else:
            _keep_lonely(placer, hazard, Field.TEST, test.text, test.place.cell)


@dataclass
class _FoundTest:
    """A test, the first place in which it stands, and all rows beside which it does."""

    text: str
    place: Place
    rows: RowSet = 0


def _of_named_causes(
    placer: Placer,
    block: Block,
    hazard: ParsedHazard,
    causes: Sequence[Place],
    controls: tuple[int, ...],
    test: _FoundTest,
) -> tuple[int, ...]:
    """Of these controls those that act on the causes which the log names for a test."""
    told = told_of(block, placer.layout.sheet.details, test.text)
    named = named_causes(placer, hazard, causes, told, test.place) if told else None
    if not named:
        return controls
    on = (set(hazard.controls[number].on) for number in controls)
    return tuple(n for n, each in zip(controls, on, strict=True) if not each or each & set(named))


def _controls_told(hazard: ParsedHazard, told: ToldOf | None) -> tuple[int, ...]:
    """The controls within which a piece of evidence is told."""
    texts = told.details.get(CONTROLS_OF, "").split("\n") if told is not None else []
    return tuple(
        number for number, each in enumerate(hazard.controls) if folded(each.text) in texts
    )


def _details(
    placer: Placer, hazard: ParsedHazard, told: ToldOf | None, cell: str
) -> tuple[tuple[str, str], ...]:
    if told is None:
        return ()
    return read_evidence_details(told.details, cell, placer.findings, hazard.called)


def _places(placer: Placer, block: Block, field: Field) -> Iterator[tuple[Place, RowSet]]:
    for place in placer.usable(block, field):
        whole = placer.is_whole(block, field, place)
        rows = (block.first, block.last) if whole else (place.first, place.last)
        yield place, row_set(block, rows)


def _tested_by(hazard: ParsedHazard, controls: Sequence[RowSet], rows: RowSet) -> tuple[int, ...]:
    """The controls that a test in these rows is of: those that stand in no other rows.

    Written back, the test then stands in the same rows again. Where there is none in some of the
    rows it is of whatever stands beside it there.
    """
    beside = _beside(hazard, _TESTED, controls, rows)
    within = [number for number in beside if not controls[number] & ~rows]
    left = rows
    for number in within:
        left &= ~controls[number]
    return tuple(
        number for number in beside if not controls[number] & ~rows or controls[number] & left
    )


def check_number(hazard: ParsedHazard, parts: Sized, place: Place, what: str) -> None:
    """Refuse a hazard with more controls, or tests, than can be held against each other."""
    if len(parts) > MOST_PARTS:
        raise NotPossible(
            f"{quoted(hazard.called, 60)} has more than {MOST_PARTS:,} {what} (cell {place.cell}), "
            "more than can be read: each line of a cell is one. Nothing was changed. Shorten the "
            "cell, and choose the file again."
        )


def _beside(
    hazard: ParsedHazard, about: Sequence[Field], controls: Sequence[RowSet], rows: RowSet
) -> tuple[int, ...]:
    return tuple(
        number
        for number, control in enumerate(hazard.controls)
        if control.column in about and controls[number] & rows
    )


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
