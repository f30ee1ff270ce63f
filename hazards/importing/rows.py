"""From the rows of one hazard to its parts: words, harms, causes, controls, tests, estimates."""

from collections.abc import Sized
from dataclasses import dataclass, replace

from audit.errors import NotPossible
from hazards.choices import ControlKind, Stage
from hazards.importing.blocks import Block
from hazards.importing.cells import folded, is_formula, says_nothing
from hazards.importing.fields import CONTROLS, ESTIMATES, LABELS, OWN_WORDS, Field
from hazards.importing.findings import Findings, Level, quoted
from hazards.importing.layout import Layout
from hazards.importing.parsed import (
    ParsedControl,
    ParsedEstimate,
    ParsedHazard,
    ParsedTest,
    Text,
)
from hazards.importing.placing import Place, Placer, rows_meet

Rows = tuple[int, int]  # the first and the last
MOST_PARTS = 1_000  # controls, or tests, of one hazard: each is held against each


@dataclass
class _Reading:
    """One hazard being read."""

    block: Block
    hazard: ParsedHazard
    causes: list[Place]
    spans: list[Rows]  # the rows that each control stands for


def read_hazards(layout: Layout, blocks: list[Block], findings: Findings) -> list[ParsedHazard]:
    """Every hazard with its parts, in the order of the file."""
    placer = Placer(layout, blocks, findings)
    return [_hazard(placer, block) for block in blocks]


def _hazard(placer: Placer, block: Block) -> ParsedHazard:
    hazard = ParsedHazard(block.reference, block.name, block.first, block.last, len(block.rows))
    reading = _Reading(block, hazard, placer.distinct(block, Field.CAUSE), [])
    hazard.causes = [Text(place.text, place.cell) for place in reading.causes]
    _read_name(placer, reading)
    _read_words(placer, reading)
    _read_harms(placer, reading)
    _read_controls(placer, reading)
    _read_tests(placer, reading)
    for stage, columns in ESTIMATES.items():
        _read_estimates(placer, reading, stage, columns)
    return hazard


def _read_name(placer: Placer, reading: _Reading) -> None:
    block, hazard, layout = reading.block, reading.hazard, placer.layout
    cell = layout.sheet.place(block.first, layout.columns[Field.NAME])
    hazard.cells[Field.NAME] = cell
    if is_formula(block.name):
        placer.note_formula(block, Place(block.name, block.first, block.last, cell))
    column = layout.column(Field.REFERENCE)
    if column is None:
        return
    hazard.cells[Field.REFERENCE] = layout.sheet.place(block.first, column)
    if not block.reference:
        placer.findings.add(
            Level.PROBLEM,
            hazard.cells[Field.REFERENCE],
            found=layout.sheet.text(block.first, column),
            done="This hazard has no number in the file. It gets the next one of this log, and "
            "is known by its name when the file comes again.",
            todo="Give it a number in the file, if you go on keeping the file.",
            reference=block.name,
        )


def _read_words(placer: Placer, reading: _Reading) -> None:
    block, hazard = reading.block, reading.hazard
    for field in (*OWN_WORDS, Field.OWNER, Field.STATUS):
        column = placer.layout.column(field)
        if column is None:
            continue
        places = placer.distinct(block, field)
        kept = places if field in OWN_WORDS else places[:1]
        hazard.words[field] = "\n".join(place.text for place in kept)
        cells = ", ".join(place.cell for place in kept)
        hazard.cells[field] = cells or placer.layout.sheet.place(block.first, column)
        for place in places[len(kept) :]:
            placer.findings.add(
                Level.PROBLEM,
                place.cell,
                found=place.text,
                done=f"One hazard has two texts for {LABELS[field]}; the first, "
                f"“{places[0].text}”, was taken.",
                todo="If this one is right, set it on the hazard.",
                reference=hazard.called,
            )


def _read_harms(placer: Placer, reading: _Reading) -> None:
    block, hazard = reading.block, reading.hazard
    column = placer.layout.column(Field.HARM)
    places = placer.distinct(block, Field.HARM)
    hazard.harms = [Text(place.text, place.cell) for place in places]
    if column is not None and not placer.raw(block, Field.HARM):
        placer.findings.add(
            Level.PROBLEM,
            placer.layout.sheet.place(block.first, column),
            done="No harm to a patient is given, so this hazard stays a draft.",
            todo="Say on the hazard what happens to the patient, then make it live.",
            reference=hazard.called,
        )


def _beside(reading: _Reading, rows: Rows) -> tuple[int, ...]:
    """The causes whose rows these are, by their places."""
    return tuple(
        number
        for number, cause in enumerate(reading.causes)
        if rows_meet((cause.first, cause.last), rows)
    )


def _read_controls(placer: Placer, reading: _Reading) -> None:
    block, hazard = reading.block, reading.hazard
    known: dict[tuple[Field, str], int] = {}
    for field in CONTROLS:
        for place in placer.usable(block, field):
            whole = placer.is_whole(block, field, place)
            rows = (block.first, block.last) if whole else (place.first, place.last)
            on = () if whole else _beside(reading, rows)
            for line in placer.lines(block, field, place):
                number = known.setdefault((field, folded(line)), len(hazard.controls))
                if number == len(hazard.controls):
                    hazard.controls.append(ParsedControl(line, place.cell, field, on))
                    _check_number(hazard, hazard.controls, place, "controls")
                    reading.spans.append(rows)
                else:
                    _stretch(reading, number, on, rows)


def _check_number(hazard: ParsedHazard, parts: Sized, place: Place, what: str) -> None:
    if len(parts) > MOST_PARTS:
        raise NotPossible(
            f"{quoted(hazard.called, 60)} has more than {MOST_PARTS:,} {what} (cell {place.cell}), "
            "more than can be read: each line of a cell is one. Nothing was changed. Shorten the "
            "cell, and choose the file again."
        )


def _stretch(reading: _Reading, number: int, on: tuple[int, ...], rows: Rows) -> None:
    """The same control stands in another row too: it acts on what is beside both."""
    control, span = reading.hazard.controls[number], reading.spans[number]
    both = tuple(sorted({*control.on, *on})) if control.on and on else ()
    reading.hazard.controls[number] = replace(control, on=both)
    reading.spans[number] = (min(span[0], rows[0]), max(span[1], rows[1]))


def _read_tests(placer: Placer, reading: _Reading) -> None:
    block, hazard = reading.block, reading.hazard
    known: dict[str, int] = {}
    for place in placer.usable(block, Field.TEST):
        whole = placer.is_whole(block, Field.TEST, place)
        rows = (block.first, block.last) if whole else (place.first, place.last)
        beside = _additional_controls(reading, rows)
        for line in placer.lines(block, Field.TEST, place):
            if not beside:
                _keep_lonely_test(placer, hazard, line, place.cell)
                continue
            number = known.setdefault(folded(line), len(hazard.tests))
            if number == len(hazard.tests):
                hazard.tests.append(ParsedTest(line, place.cell, beside))
                _check_number(hazard, hazard.tests, place, "tests")
            else:
                both = tuple(sorted({*hazard.tests[number].controls, *beside}))
                hazard.tests[number] = replace(hazard.tests[number], controls=both)


def _additional_controls(reading: _Reading, rows: Rows) -> tuple[int, ...]:
    return tuple(
        number
        for number, control in enumerate(reading.hazard.controls)
        if CONTROLS[control.column][0] is ControlKind.ADDITIONAL
        and rows_meet(reading.spans[number], rows)
    )


def _keep_lonely_test(placer: Placer, hazard: ParsedHazard, line: str, cell: str) -> None:
    before = hazard.words.get(Field.ACTION_SUMMARY, "")
    note = f"Planned test with no control beside it: {line}"
    hazard.words[Field.ACTION_SUMMARY] = f"{before}\n{note}".strip()
    hazard.cells.setdefault(Field.ACTION_SUMMARY, cell)
    placer.findings.add(
        Level.PROBLEM,
        cell,
        found=line,
        done="A test is evidence about the controls beside it, and there is none in these rows. "
        "Its text was kept among the hazard's actions.",
        todo="Add the control that it tests, and plan the test as evidence of it.",
        reference=hazard.called,
    )


def _read_estimates(
    placer: Placer, reading: _Reading, stage: Stage, columns: tuple[Field, Field, Field]
) -> None:
    block = reading.block
    seen: set[tuple[str, ...]] = set()
    for row in block.rows:
        places = {
            field: place
            for field in columns
            if (place := placer.place_at(block, field, row)) is not None
            and not says_nothing(place.text)
        }
        cells = tuple(place.cell for place in places.values())
        if not places or cells in seen:
            continue
        seen.add(cells)
        rows = (
            max(place.first for place in places.values()),
            min(place.last for place in places.values()),
        )
        whole = all(placer.is_whole(block, field, place) for field, place in places.items())
        severity, likelihood, risk_class = (
            " ".join(places[field].text.split()) if field in places else "" for field in columns
        )
        on = () if whole else _beside(reading, rows)
        reading.hazard.estimates.append(
            ParsedEstimate(stage, severity, likelihood, risk_class, cells, on)
        )
