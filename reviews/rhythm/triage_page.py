"""What the page of a triage shows beside the questions: what may cover it, and its list."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from hazards.choices import ControlState
from hazards.models import Control, ControlLink, Hazard
from hazards.presentation import RiskChip, chip_of
from hazards.queries import hazards_touched_by
from reviews.rhythm.triage_reading import TriageReading, TriageState

#: Hazards that are offered; others are named by their references.
MOST_PROPOSED = 40


@dataclass
class Proposed:
    """A hazard that may cover it, with its controls in use."""

    hazard: Hazard
    chip: RiskChip | None
    controls: list[Control] = field(default_factory=list)


def proposed_for(reading: TriageReading) -> list[Proposed]:
    """The hazards that the feature touches, and what was named already. Three queries at most."""
    hazards: dict[int, Hazard] = {}
    if reading.feature is not None:
        hazards = {each.pk: each for each in hazards_touched_by(reading.feature)[:MOST_PROPOSED]}
    for each in reading.hazards:
        hazards.setdefault(each.pk, each)
    proposed = {key: Proposed(each, _chip(each)) for key, each in hazards.items()}
    links = (
        ControlLink.objects.filter(hazard__in=list(proposed), is_active=True)
        .exclude(control__state=ControlState.WITHDRAWN)
        .select_related("control")
        .order_by("control__number")
    )
    for link in links:
        controls = proposed[link.hazard_id].controls
        if link.control not in controls:
            controls.append(link.control)
    return list(proposed.values())


def _chip(hazard: Hazard) -> RiskChip | None:
    worst = hazard.worst_residual or hazard.worst_initial
    return chip_of(worst) if worst is not None else None


@dataclass(frozen=True)
class TriagePart:
    """The features and changes of one state, in the order of the list."""

    state: TriageState
    readings: list[TriageReading]


def parts_of(readings: Iterable[TriageReading], shown: TriageState | None) -> list[TriagePart]:
    """The list in its parts: what is untriaged first, then what waits, the longest first."""
    by_state: dict[TriageState, list[TriageReading]] = defaultdict(list)
    for reading in readings:
        by_state[reading.state].append(reading)
    by_state[TriageState.WAITING].sort(key=_since)
    return [
        TriagePart(state, by_state[state])
        for state in TriageState
        if by_state[state] and (shown is None or shown is state)
    ]


def _since(reading: TriageReading) -> float:
    return reading.asked.triaged_at.timestamp() if reading.asked else 0.0
