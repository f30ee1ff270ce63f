"""A hazard as its page shows it: the sentence, each control where it acts, and the risk.

The number of queries is the same for three controls and for thirty.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from hazards.bow_tie import BowTie, bow_tie_of
from hazards.bow_tie_drawing import BowTieDrawing, drawn_wide
from hazards.bow_tie_links import leads_on_page
from hazards.choices import (
    Acceptability,
    AssumptionState,
    ControlKind,
    ControlState,
    HazardState,
    HazardStatus,
    Party,
    Stage,
)
from hazards.facts import control_facts
from hazards.matrix_moves import SquaresMoved, squares_moved
from hazards.matrix_reading import CellReading, MatrixReading, RowReading
from hazards.models import (
    Assumption,
    Cause,
    Cell,
    Estimate,
    Harm,
    Hazard,
    HazardSummary,
    MatrixVersion,
)
from hazards.presentation import (
    CONTROL_TONES,
    STATE_TONES,
    STATUS_TONES,
    RiskChip,
    chip_of,
    in_a_sentence,
    joined,
)
from hazards.queries import current_matrix_of
from hazards.reading import ControlReading, HazardReading, MatrixRead, RiskReading
from hazards.rules import HazardFacts, why_not_live, why_not_status
from hazards.voices import Voices, voices_of


@dataclass(frozen=True)
class Sentence:
    """The hazard read back: If *cause*, then *hazard*, so that *effect*: *harm*."""

    causes: str
    hazard: str
    effect: str
    harms: str


@dataclass(frozen=True)
class PlacedControl:
    """A control in the place where it acts; written out in full in the first of its places."""

    reading: ControlReading
    is_in_full: bool

    @property
    def facts(self) -> str:
        """What is known of it in one line."""
        control = self.reading.control
        words = [
            control.get_kind_display(),
            control.get_type_display(),
            control.get_strength_display(),
            control.get_function_display(),
            control.get_party_display(),
            f"release {control.delivered_in.label}" if control.delivered_in else "",
            f"implemented by {control.implementer}" if control.implementer else "",
            f"due {control.due_on:%-d %B %Y}" if control.due_on else "",
        ]
        return " · ".join(word for word in words if word)

    @property
    def tone(self) -> str:
        """The tone of its state."""
        return CONTROL_TONES.get(ControlState(self.reading.control.state), "")

    @property
    def asks_for_new_hazards(self) -> bool:
        """Whether somebody still has to say which hazards it brings (clause 6.1.2)."""
        control = self.reading.control
        return (
            control.kind == ControlKind.ADDITIONAL and not self.reading.is_assessed_for_new_hazards
        )


@dataclass
class Place:
    """A cause, a harm, or the whole hazard, with the controls that act on it."""

    part: Cause | Harm | None = None
    number: int = 0
    controls: list[PlacedControl] = field(default_factory=list)
    initial: RiskChip | None = None
    residual: RiskChip | None = None


@dataclass(frozen=True)
class EstimateOnPage:
    """An estimate with its chip and what it is of, in words."""

    estimate: Estimate
    chip: RiskChip
    of: str


@dataclass(frozen=True)
class RiskOnPage:
    """A hazard's risk at one stage."""

    stage: Stage
    chip: RiskChip | None
    shown: EstimateOnPage | None
    others: list[EstimateOnPage]
    superseded: list[EstimateOnPage]
    is_needed: bool
    is_moved: bool = False  # the matrix in use has it elsewhere: it is to be estimated again


@dataclass(frozen=True)
class HazardPage:
    """Everything that the hazard page shows."""

    reading: HazardReading
    sentence: Sentence
    causes: list[Place]
    harms: list[Place]
    whole: Place
    initial: RiskOnPage
    residual: RiskOnPage
    reasons_for_provisional: list[str]
    missing: list[str]
    matrix: MatrixReading | None
    state_tone: str
    status_tone: str
    in_use: MatrixVersion | None = None  # where another than the drawn version of the matrix is

    @property
    def hazard(self) -> Hazard:
        """The hazard."""
        return self.reading.hazard

    @property
    def voices(self) -> Voices:
        """What it means for patients, and for the product."""
        return voices_of(self.hazard, self.reading.harms)

    @cached_property
    def bow_tie(self) -> BowTie:
        """What stands where in the bow-tie; each control leads to its part of the page."""
        return bow_tie_of(self.reading, leads_on_page(self.hazard))

    @cached_property
    def bow_tie_wide(self) -> BowTieDrawing:
        """The picture from left to right."""
        return drawn_wide(self.bow_tie)

    @property
    def broken_assumptions(self) -> list[Assumption]:
        """Assumptions that no longer hold."""
        broken = AssumptionState.BROKEN
        return [each for each in self.reading.assumptions if each.state == broken]


def page_of(reading: HazardReading) -> HazardPage:
    """Arrange a hazard that was read whole for its page. Two queries at most, for the matrix.

    Where another version of it is in use than the risk was estimated with, some for each version.
    """
    hazard = reading.hazard
    placed: set[int] = set()
    causes = [
        Place(cause, number, _controls_on(cause, reading.controls, placed))
        for number, cause in enumerate(reading.causes, start=1)
    ]
    whole = Place(controls=_controls_on(None, reading.controls, placed))
    harms = [
        Place(harm, number, _controls_on(harm, reading.controls, placed))
        for number, harm in enumerate(reading.harms, start=1)
    ]
    _show_own_risks(causes, reading)
    standing = [*reading.initial.current, *reading.residual.current]
    moved = squares_moved(hazard.product, {each.matrix_id for each in standing})
    matrix = _matrix(hazard, reading)
    is_drawn = moved is None or matrix is None or matrix.version == moved.in_use
    if matrix is not None and {each.matrix_id for each in standing} == {matrix.version.pk}:
        reading.ruler = MatrixRead(matrix, moved)
    return HazardPage(
        reading=reading,
        sentence=Sentence(
            causes=joined([cause.text for cause in reading.causes], more="causes"),
            hazard=in_a_sentence(hazard.name),
            effect=in_a_sentence(hazard.effect),
            harms=joined([harm.text for harm in reading.harms], more="harms"),
        ),
        causes=causes,
        harms=harms,
        whole=whole,
        initial=_risk(reading.initial, causes, None, moved),
        residual=_risk(reading.residual, causes, reading.residual.is_provisional, moved),
        reasons_for_provisional=[_why_not_standing(each) for each in reading.controls_not_standing],
        missing=what_is_missing(reading),
        matrix=matrix,
        state_tone=STATE_TONES.get(HazardState(hazard.state), ""),
        status_tone=STATUS_TONES.get(HazardStatus(hazard.status), ""),
        in_use=None if is_drawn or moved is None else moved.in_use,
    )


def approved_version_of(hazard: Hazard) -> int | None:
    """The content version that the newest issued version holds; None where it holds none.

    No query where the hazard came with its summary.
    """
    summary: HazardSummary | None = getattr(hazard, "summary", None)
    return summary.approved_version if summary is not None else None


def _controls_on(
    part: Cause | Harm | None, controls: Iterable[ControlReading], placed: set[int]
) -> list[PlacedControl]:
    found = []
    for control in controls:
        acts_on: Sequence[Cause | Harm] = [*control.causes, *control.harms]
        if (part in acts_on) if part is not None else not acts_on:
            found.append(PlacedControl(control, control.control.pk not in placed))
            placed.add(control.control.pk)
    # What was there before the analysis comes first, as in the log's columns.
    return sorted(found, key=lambda each: each.reading.control.kind != ControlKind.EXISTING)


def _show_own_risks(causes: Iterable[Place], reading: HazardReading) -> None:
    for place in causes:
        for estimate in reading.initial.current:
            if place.part is not None and estimate.cause_id == place.part.pk:
                place.initial = chip_of(estimate)
        for estimate in reading.residual.current:
            if place.part is not None and estimate.cause_id == place.part.pk:
                place.residual = chip_of(estimate, reading.residual.is_provisional)


def _risk(
    risk: RiskReading,
    causes: Sequence[Place],
    is_provisional: bool | None,
    moved: SquaresMoved | None,
) -> RiskOnPage:
    numbers = {place.part.pk: place.number for place in causes if place.part is not None}

    def on_page(estimate: Estimate) -> EstimateOnPage:
        # What waits to be estimated again is neither provisional nor confirmed.
        stands = estimate in risk.current and not (moved and moved.of(estimate))
        chip = chip_of(estimate, is_provisional if stands else None)
        if estimate.cause_id is None:
            of = "the whole hazard"
        elif estimate.cause_id in numbers:
            of = f"cause {numbers[estimate.cause_id]}"
        else:
            of = "a cause that is no longer in the log"
        return EstimateOnPage(estimate, chip, of)

    shown = on_page(risk.shown) if risk.shown else None
    return RiskOnPage(
        stage=risk.stage,
        chip=shown.chip if shown else None,
        shown=shown,
        others=[on_page(each) for each in risk.current if each != risk.shown],
        superseded=[on_page(each) for each in reversed(risk.superseded)],
        is_needed=risk.is_needed,
        is_moved=_is_moved(risk.current, moved),
    )


def _is_moved(standing: Iterable[Estimate], moved: SquaresMoved | None) -> bool:
    """Whether the matrix in use places one of the estimates that stand elsewhere.

    Rule SC01 says of which, and why.
    """
    return moved is not None and any(moved.of(each) is not None for each in standing)


def _why_not_standing(reading: ControlReading) -> str:
    control = reading.control
    if control.party == Party.DEPLOYER:
        return f"{control.reference} has no instruction to the deploying organisation."
    state = control.get_state_display().lower()
    return f"{control.reference} is {state}, not verified."


def what_is_missing(reading: HazardReading) -> list[str]:
    """What the record needs next, a sentence each. No query."""
    initial, residual = reading.initial.shown, reading.residual.shown
    facts = HazardFacts(
        harms=len(reading.harms),
        initial=_acceptability(initial),
        residual=_acceptability(residual),
        controls=[control_facts(each.control) for each in reading.controls],
        has_additional_controls=bool(reading.additional_controls),
    )
    hazard = reading.hazard
    missing = why_not_live(facts)
    if not reading.causes:
        missing.append("It names no cause: say what may bring it about.")
    if hazard.status != HazardStatus.OPEN:
        misfit = why_not_status(facts, HazardStatus(hazard.status))
        if misfit:
            status = hazard.get_status_display().lower()
            missing.append(f"It is recorded as {status}, which does not fit. {' '.join(misfit)}")
    return missing


def _acceptability(estimate: Estimate | None) -> Acceptability | None:
    return Acceptability(estimate.acceptability) if estimate else None


def _matrix(hazard: Hazard, reading: HazardReading) -> MatrixReading | None:
    """The matrix that the shown estimates were made against, else the current one, with marks."""
    initial, residual = reading.initial.shown, reading.residual.shown
    newest = residual or initial
    cells = Cell.objects.select_related("matrix", "severity", "likelihood", "risk_class")
    if newest is not None:
        matrix = matrix_from(cells.filter(matrix=newest.matrix_id))
    else:
        matrix = matrix_from(cells.filter(matrix=current_matrix_of(hazard.product)))
    if matrix is None:
        return None
    for cell in matrix.cells:
        cell.is_initial = _is_at(cell, initial)
        cell.is_residual = _is_at(cell, residual)
    return matrix


def _is_at(cell: CellReading, estimate: Estimate | None) -> bool:
    return estimate is not None and (cell.severity.pk, cell.likelihood.pk) == (
        estimate.severity_id,
        estimate.likelihood_id,
    )


def matrix_from(cells: Iterable[Cell]) -> MatrixReading | None:
    """A matrix from its cells, read with their levels, class and version; None without cells."""
    found = {(cell.severity_id, cell.likelihood_id): cell for cell in cells}
    if not found:
        return None
    severities = {cell.severity_id: cell.severity for cell in found.values()}
    likelihoods = {cell.likelihood_id: cell.likelihood for cell in found.values()}
    classes = {cell.risk_class_id: cell.risk_class for cell in found.values()}
    across = sorted(severities.values(), key=lambda level: level.position)
    down = sorted(likelihoods.values(), key=lambda level: -level.position)
    rows = [
        RowReading(
            likelihood,
            [
                CellReading(severity, likelihood, found[severity.pk, likelihood.pk].risk_class)
                for severity in across
            ],
        )
        for likelihood in down
    ]
    return MatrixReading(
        version=next(iter(found.values())).matrix,
        severities=across,
        likelihoods=down,
        classes=sorted(classes.values(), key=lambda each: each.number),
        outcomes=[],
        rows=rows,
    )
