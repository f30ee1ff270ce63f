"""From the rows of one hazard to its parts: words, harms, causes, controls, tests, estimates."""

from dataclasses import dataclass, replace

from hazards.importing.blocks import Block
from hazards.importing.cells import folded, is_formula
from hazards.importing.control_details import brought_by, read_details
from hazards.importing.dates import read_date
from hazards.importing.estimate_columns import read_estimates
from hazards.importing.evidence_columns import check_number, read_evidence
from hazards.importing.fields import CONTROLS, ESTIMATES, LABELS, OWN_WORDS, Field
from hazards.importing.findings import Findings, Level
from hazards.importing.layout import Layout
from hazards.importing.named_causes import ToldOf, named_causes, told_of
from hazards.importing.parsed import ParsedControl, ParsedHazard, Text
from hazards.importing.placing import Place, Placer, Rows, RowSet, causes_beside, row_set
from hazards.importing.vocabulary import EACH_CAUSE


@dataclass
class _Reading:
    """One hazard being read."""

    block: Block
    hazard: ParsedHazard
    causes: list[Place]
    beside: list[RowSet]  # the rows that each control stands for


def read_hazards(layout: Layout, blocks: list[Block], findings: Findings) -> list[ParsedHazard]:
    """Every hazard with its parts, in the order of the file."""
    placer = Placer(layout, blocks, findings)
    hazards = [_hazard(placer, block) for block in blocks]
    placer.report_packed()
    return hazards


def _hazard(placer: Placer, block: Block) -> ParsedHazard:
    hazard = ParsedHazard(block.reference, block.name, block.first, block.last, len(block.rows))
    reading = _Reading(block, hazard, _causes(placer, block), [])
    hazard.causes = [Text(place.text, place.cell) for place in reading.causes]
    _read_name(placer, reading)
    _read_words(placer, reading)
    _read_harms(placer, reading)
    _read_controls(placer, reading)
    read_evidence(placer, block, hazard, reading.beside, reading.causes)
    _read_review_date(placer, reading)
    read_estimates(placer, block, hazard, reading.causes)
    if placer.is_ours:
        _of_the_whole(hazard)
    _of_each_cause(placer, block, hazard)
    return hazard


def _causes(placer: Placer, block: Block) -> list[Place]:
    """The causes, each with the rows below it in which no other cause stands."""
    causes: dict[str, Place] = {}
    for place in placer.distinct(block, Field.CAUSE):
        for line in placer.lines(block, Field.CAUSE, place):
            causes.setdefault(folded(line), replace(place, text=line))
    column = placer.layout.column(Field.CAUSE)
    if column is None:
        return []
    starts = [row for row in block.rows if placer.layout.sheet.text(row, column)]
    return [
        replace(
            place, last=min((row - 1 for row in starts if row > place.last), default=block.last)
        )
        for place in causes.values()
    ]


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


def _read_controls(placer: Placer, reading: _Reading) -> None:
    block, hazard = reading.block, reading.hazard
    known: dict[tuple[Field, str], int] = {}
    for field in CONTROLS:
        for place in placer.usable(block, field):
            whole = placer.is_whole(block, field, place)
            rows = (block.first, block.last) if whole else (place.first, place.last)
            on = () if whole else causes_beside(reading.causes, rows)
            for line in placer.lines(block, field, place):
                told = told_of(block, placer.layout.sheet.details, line)
                own = named_causes(placer, hazard, reading.causes, told, place) if told else None
                on_line = on if own is None else own
                number = known.setdefault((field, folded(line)), len(hazard.controls))
                if number == len(hazard.controls):
                    details = _details(placer, block, told, place)
                    brings = brought_by(told.details) if told else ()
                    control = ParsedControl(line, place.cell, field, on_line, brings, details)
                    hazard.controls.append(control)
                    check_number(hazard, hazard.controls, place, "controls")
                    reading.beside.append(row_set(block, rows))
                else:
                    _stand_beside(reading, number, on_line, rows)


def _details(
    placer: Placer, block: Block, told: ToldOf | None, place: Place
) -> tuple[tuple[str, str], ...]:
    if told is None:
        return ()
    called = block.reference or block.name
    return read_details(told.details, place.cell, placer.findings, called)


def _stand_beside(reading: _Reading, number: int, on: tuple[int, ...], rows: Rows) -> None:
    """The same control stands in another row too: it acts on what is beside both."""
    control = reading.hazard.controls[number]
    both = tuple(sorted({*control.on, *on})) if control.on and on else ()
    reading.hazard.controls[number] = replace(control, on=both)
    reading.beside[number] |= row_set(reading.block, rows)


def _read_review_date(placer: Placer, reading: _Reading) -> None:
    block, hazard = reading.block, reading.hazard
    for place in placer.usable(block, Field.REVIEW_DATE):
        read = read_date(place.text)
        if read is not None and hazard.review_date is None:
            hazard.review_date = read.day
        if read is not None and read.note:
            placer.findings.add(
                Level.NOTE,
                place.cell,
                found=place.text,
                done=read.note,
                reference=hazard.called,
            )
        if read is None:
            placer.findings.add(
                Level.PROBLEM,
                place.cell,
                found=place.text,
                done="This is not a date that can be read, so no review date was taken from it.",
                todo="Set the date of the next review on the hazard, or write it like 3 May 2026.",
                reference=hazard.called,
            )


def _of_the_whole(hazard: ParsedHazard) -> None:
    """What our own CSV repeats in each row of a hazard, since it merges none, is said of it all."""
    every = tuple(range(len(hazard.causes)))
    hazard.controls = [replace(c, on=()) if c.on == every else c for c in hazard.controls]
    for stage in ESTIMATES:
        of_stage = [each for each in hazard.estimates if each.stage is stage]
        words = {(each.severity, each.likelihood, each.risk_class) for each in of_stage}
        on = {number for each in of_stage for number in each.on}
        if len(words) == 1 and on == set(every):
            others = [each for each in hazard.estimates if each.stage is not stage]
            hazard.estimates = [*others, replace(of_stage[0], on=())]


def _of_each_cause(placer: Placer, block: Block, hazard: ParsedHazard) -> None:
    """Controls beside all causes of which a column says that they act on each of them."""
    said = {folded(line) for place in placer.usable(block, Field.ACTS_ON) for line in _lines(place)}
    if not said:
        return
    every = tuple(range(len(hazard.causes)))
    hazard.controls = [
        replace(each, on=every) if not each.on and _is_named(each, said) else each
        for each in hazard.controls
    ]


def _lines(place: Place) -> list[str]:
    return place.text.split("\n")


def _is_named(control: ParsedControl, said: set[str]) -> bool:
    return bool(said & {folded(EACH_CAUSE), folded(f"{EACH_CAUSE}: {control.text}")})
