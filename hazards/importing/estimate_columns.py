"""The columns of an estimate: its words, how many patients it reaches, and why."""

from collections.abc import Sequence

from hazards.choices import Stage
from hazards.importing.blocks import Block
from hazards.importing.cells import says_nothing
from hazards.importing.fields import BESIDE_ESTIMATES, ESTIMATES, LABELS, Field
from hazards.importing.findings import Level
from hazards.importing.parsed import ParsedEstimate, ParsedHazard
from hazards.importing.placing import Place, Placer, causes_beside
from hazards.importing.told_estimates import patients_of

Places = dict[Field, Place]


def read_estimates(
    placer: Placer, block: Block, hazard: ParsedHazard, causes: Sequence[Place]
) -> None:
    """Read the estimates of both stages, and what is said of each."""
    for stage in ESTIMATES:
        _read_stage(placer, block, hazard, causes, stage)
    _report_lonely(placer, block, hazard)


def _read_stage(
    placer: Placer, block: Block, hazard: ParsedHazard, causes: Sequence[Place], stage: Stage
) -> None:
    seen: set[tuple[int, ...]] = set()
    for row in block.rows:
        places = _places(placer, block, row, ESTIMATES[stage])
        starts = tuple(place.first for place in places.values())
        if not places or starts in seen:
            continue
        seen.add(starts)
        rows = (max(starts), min(place.last for place in places.values()))
        on = () if _is_whole(placer, block, places) else causes_beside(causes, rows)
        _add(placer, hazard, _estimate(placer, block, hazard, stage, row, places, on))


def _estimate(
    placer: Placer,
    block: Block,
    hazard: ParsedHazard,
    stage: Stage,
    row: int,
    places: Places,
    on: tuple[int, ...],
) -> ParsedEstimate:
    severity, likelihood, risk_class = (_line(places.get(field)) for field in ESTIMATES[stage])
    patients, why = BESIDE_ESTIMATES[stage]
    beside = _places(placer, block, row, (patients, Field.WHY_SEVERITY, why))
    return ParsedEstimate(
        stage,
        severity,
        likelihood,
        risk_class,
        tuple(dict.fromkeys(place.cell for place in places.values())),
        on,
        patients=_patients(placer, hazard, beside.get(patients)),
        why_severity=_text(beside.get(Field.WHY_SEVERITY)),
        why_likelihood=_text(beside.get(why)),
        is_pair=_cells(placer, places) & placer.layout.sheet.pairs != set(),
    )


def _places(placer: Placer, block: Block, row: int, fields: Sequence[Field]) -> Places:
    return {
        field: place
        for field in fields
        if (place := placer.place_at(block, field, row)) is not None
        and not says_nothing(place.text)
    }


def _cells(placer: Placer, places: Places) -> set[tuple[int, int]]:
    return {(place.first, placer.layout.columns[field]) for field, place in places.items()}


def _is_whole(placer: Placer, block: Block, places: Places) -> bool:
    """Whether it is of the whole hazard: by the place of its cells, or as the file tells."""
    if block.is_single and _cells(placer, places) & placer.layout.sheet.of_whole:
        return True
    return all(placer.is_whole(block, field, place) for field, place in places.items())


def _line(place: Place | None) -> str:
    return " ".join(place.text.split()) if place is not None else ""


def _text(place: Place | None) -> str:
    return place.text if place is not None else ""


def _patients(placer: Placer, hazard: ParsedHazard, place: Place | None) -> str:
    if place is None:
        return ""
    patients = patients_of(place.text)
    if patients is None:
        placer.findings.add(
            Level.PROBLEM,
            place.cell,
            found=place.text,
            done="This does not say whether the harm reaches one patient or several, so neither "
            "was taken.",
            todo="Say so with the next estimate on the hazard. The words are: one, several.",
            reference=hazard.called,
        )
    return patients or ""


def _report_lonely(placer: Placer, block: Block, hazard: ParsedHazard) -> None:
    """A reason without the estimate that it is of is named: it has no other place."""
    stages = {estimate.stage for estimate in hazard.estimates}
    for stage, (_, why) in BESIDE_ESTIMATES.items():
        fields = [why] if stage not in stages else []
        if stage is Stage.INITIAL and not stages:
            fields = [Field.WHY_SEVERITY, why]
        for field in fields:
            for place in placer.raw(block, field):
                placer.findings.add(
                    Level.PROBLEM,
                    place.cell,
                    found=place.text,
                    done=f"This is read as “{LABELS[field]}”, and the file has no such estimate "
                    "of this hazard, so it was not taken.",
                    todo="Write it with the estimate on the hazard.",
                    reference=hazard.called,
                )


def _add(placer: Placer, hazard: ParsedHazard, estimate: ParsedEstimate) -> None:
    """Keep an estimate, unless another one of the same stage is of the same cause."""
    known = [each for each in hazard.estimates if each.stage is estimate.stage]
    other = next((each for each in known if set(each.on) & set(estimate.on)), None)
    if other is None and not estimate.on:
        other = next((each for each in known if not each.on), None)
    if other is None:
        hazard.estimates.append(estimate)
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
        reference=hazard.called,
    )
