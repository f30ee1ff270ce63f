"""From the rows of one hazard to its parts: words, harms, causes, controls, tests, estimates."""

from dataclasses import dataclass, replace

from hazards.choices import Stage
from hazards.importing.blocks import Block
from hazards.importing.cells import folded, is_formula, says_nothing
from hazards.importing.control_details import read_details
from hazards.importing.dates import read_date
from hazards.importing.evidence_columns import check_number, read_evidence
from hazards.importing.fields import CONTROLS, ESTIMATES, LABELS, OWN_WORDS, Field
from hazards.importing.findings import Findings, Level
from hazards.importing.layout import Layout
from hazards.importing.parsed import (
    ParsedControl,
    ParsedEstimate,
    ParsedHazard,
    Text,
)
from hazards.importing.placing import Place, Placer, Rows, RowSet, row_set, rows_meet
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
    read_evidence(placer, block, hazard, reading.beside)
    _read_review_date(placer, reading)
    for stage, columns in ESTIMATES.items():
        _read_estimates(placer, reading, stage, columns)
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
                    details = _details(placer, block, line, place)
                    hazard.controls.append(ParsedControl(line, place.cell, field, on, details))
                    check_number(hazard, hazard.controls, place, "controls")
                    reading.beside.append(row_set(block, rows))
                else:
                    _stand_beside(reading, number, on, rows)


def _details(placer: Placer, block: Block, line: str, place: Place) -> tuple[tuple[str, str], ...]:
    """What the log tells of a control itself."""
    every = placer.layout.sheet.details
    for row in block.rows if every else ():
        told = every.get(row, {}).get(folded(line))
        if told:
            called = block.reference or block.name
            return read_details(told, place.cell, placer.findings, called)
    return ()


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


def _read_estimates(
    placer: Placer, reading: _Reading, stage: Stage, columns: tuple[Field, Field, Field]
) -> None:
    block = reading.block
    seen: set[tuple[int, ...]] = set()
    for row in block.rows:
        places = {
            field: place
            for field in columns
            if (place := placer.place_at(block, field, row)) is not None
            and not says_nothing(place.text)
        }
        starts = tuple(place.first for place in places.values())
        if not places or starts in seen:
            continue
        seen.add(starts)
        cells = tuple(dict.fromkeys(place.cell for place in places.values()))
        rows = (max(starts), min(place.last for place in places.values()))
        whole = all(placer.is_whole(block, field, place) for field, place in places.items())
        severity, likelihood, risk_class = (
            " ".join(places[field].text.split()) if field in places else "" for field in columns
        )
        on = () if whole else _beside(reading, rows)
        _add_estimate(
            placer,
            reading,
            ParsedEstimate(stage, severity, likelihood, risk_class, cells, on),
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


def _add_estimate(placer: Placer, reading: _Reading, estimate: ParsedEstimate) -> None:
    """Keep an estimate, unless another one of the same stage is of the same cause."""
    known = [each for each in reading.hazard.estimates if each.stage is estimate.stage]
    other = next((each for each in known if set(each.on) & set(estimate.on)), None)
    if other is None and not estimate.on:
        other = next((each for each in known if not each.on), None)
    if other is None:
        reading.hazard.estimates.append(estimate)
        return
    words = (other.severity, other.likelihood, other.risk_class)
    if words == (estimate.severity, estimate.likelihood, estimate.risk_class):
        return
    placer.findings.add(
        Level.PROBLEM,
        ", ".join(estimate.cells),
        found=" · ".join(w for w in (estimate.severity, estimate.likelihood) if w),
        done=f"A second estimate of the {estimate.stage} risk stands beside the same cause; the "
        f"first, in {', '.join(other.cells)}, was taken.",
        todo="Put each estimate beside the cause that it is of, or estimate on the hazard.",
        reference=reading.hazard.called,
    )
