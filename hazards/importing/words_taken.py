"""Reading the words of a file as a person said they are meant."""

from collections import defaultdict
from dataclasses import replace

from hazards.importing.fields import LABELS, Field
from hazards.importing.findings import Findings, Level, quoted, some_of
from hazards.importing.mapping import Mapping
from hazards.importing.parsed import ParsedEstimate, ParsedHazard
from hazards.importing.words_said import AT_SEMICOLONS


def take_words(hazards: list[ParsedHazard], mapping: Mapping, findings: Findings) -> None:
    """Put the level that a person chose in the place of each word, and say once of each word so."""
    taken: dict[tuple[str, str], list[str]] = defaultdict(list)
    for hazard in hazards:
        hazard.estimates = [_estimate(each, mapping, taken) for each in hazard.estimates]
        status = hazard.words.get(Field.STATUS, "")
        level = mapping.level("status", status) if status else ""
        if level:
            taken[(status, level)].append(hazard.cells[Field.STATUS])
            hazard.words[Field.STATUS] = level
    for (said, level), cells in taken.items():
        findings.add(
            Level.NOTE,
            some_of(cells),
            found=said,
            done=f"“{quoted(said, 40)}” was read as “{level}”, as you confirmed.",
        )


def turned(estimate: ParsedEstimate) -> ParsedEstimate:
    """The estimate with its two words the other way round."""
    return replace(estimate, severity=estimate.likelihood, likelihood=estimate.severity)


def _fits_turned_only(estimate: ParsedEstimate, mapping: Mapping) -> bool:
    """Whether a person said of the words of a pair what they mean the other way round only."""
    first, second = estimate.severity, estimate.likelihood
    straight = mapping.level("severity", first) or mapping.level("likelihood", second)
    return not straight and bool(
        mapping.level("severity", second) or mapping.level("likelihood", first)
    )


def _cell_of(estimate: ParsedEstimate, axis: str) -> str:
    """The cell of an axis; the severity's comes first, where there is one."""
    place = 1 if axis == "likelihood" and estimate.severity else 0
    return estimate.cells[min(place, len(estimate.cells) - 1)]


def fields_to_split(mapping: Mapping) -> frozenset[Field]:
    """The fields whose cells a person lets be taken apart at semicolons."""
    return frozenset(
        field for field, label in LABELS.items() if mapping.level("split", label) == AT_SEMICOLONS
    )


def _estimate(
    estimate: ParsedEstimate, mapping: Mapping, taken: dict[tuple[str, str], list[str]]
) -> ParsedEstimate:
    if estimate.is_pair and _fits_turned_only(estimate, mapping):
        estimate = turned(estimate)
    levels = {
        axis: mapping.level(axis, said) or said
        for axis, said in (("severity", estimate.severity), ("likelihood", estimate.likelihood))
    }
    for said, axis in ((estimate.severity, "severity"), (estimate.likelihood, "likelihood")):
        if levels[axis] != said:
            taken[(said, levels[axis])].append(_cell_of(estimate, axis))
    return replace(estimate, severity=levels["severity"], likelihood=levels["likelihood"])
