"""From hazards read whole to the plain facts that the quality rules take."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from hazards.choices import Acceptability, AssumptionState, ControlKind, EvidenceState, HazardStatus
from hazards.facts import control_facts
from hazards.importing.cells import says_nothing
from hazards.matrix_moves import Square, SquaresMoved, square_of, squares_moved
from hazards.models import (
    Assumption,
    Cell,
    Control,
    Estimate,
    Evidence,
    HarmOutcome,
    MatrixVersion,
    SeverityLevel,
)
from hazards.quality.facts import (
    NEVER,
    AssumptionInQuestion,
    CauseInQuestion,
    ControlInQuestion,
    EstimateInQuestion,
    EvidenceInQuestion,
    HarmInQuestion,
    HazardInQuestion,
)
from hazards.quality.words import any_of, said, says
from hazards.reading import ControlReading, HazardReading, MatrixRead
from hazards.rules import HazardFacts, why_not_status
from products.choices import ReleaseState
from products.models import Product, Release

_DEATH = any_of(r"death|dies|dead|fatal")


@dataclass
class MatrixRulers:
    """What the rules need to know of the matrices that estimates were made with."""

    classes: dict[tuple[int, int], int] = field(default_factory=dict)  # by the two levels' keys
    lowest: dict[int, int] = field(default_factory=dict)
    grave: dict[int, int | None] = field(default_factory=dict)
    moved: dict[Square, str] = field(default_factory=dict)  # squares that are elsewhere by now

    def know(self, matrices: Collection[int]) -> None:
        """Read these matrices unless they are known. Four queries, or none; where a product has
        other versions of its matrix, some more for each."""
        new = set(matrices) - set(self.lowest)
        if not new:
            return
        for matrix, severity, likelihood, number in Cell.objects.filter(matrix__in=new).values_list(
            "matrix_id", "severity_id", "likelihood_id", "risk_class__number"
        ):
            self.classes[(severity, likelihood)] = number
            self.lowest[matrix] = min(number, self.lowest.get(matrix, number))
        for matrix in new:
            self.lowest.setdefault(matrix, 0)
            self.grave[matrix] = None
        meanings = SeverityLevel.objects.filter(matrix__in=new)
        self._know_how_grave_death_is(new, meanings.values_list("matrix_id", "position", "meaning"))
        self._know_what_moved(new)

    def learn(self, read: MatrixRead) -> None:
        """Take a matrix as somebody has read it. One query, for what it says of outcomes."""
        matrix = read.matrix.version.pk
        for cell in read.matrix.cells:
            self.classes[square_of(cell)] = cell.number
        self.lowest[matrix] = min(each.number for each in read.matrix.classes)
        self.grave[matrix] = None
        self._know_how_grave_death_is(
            {matrix},
            [(matrix, each.position, each.meaning) for each in read.matrix.severities],
        )
        self._keep_moved(read.moved)

    def _know_what_moved(self, matrices: Collection[int]) -> None:
        """The squares of older versions that the matrix in use places elsewhere."""
        others = MatrixVersion.objects.filter(
            product__in=MatrixVersion.objects.filter(pk__in=matrices).values("product"),
            based_on__isnull=False,
        )
        for product in Product.objects.filter(pk__in=others.values("product")):
            self._keep_moved(squares_moved(product, matrices))

    def _keep_moved(self, moved: SquaresMoved | None) -> None:
        if moved is not None:
            said = {square: moved.said_of(move) for square, move in moved.squares.items()}
            self.moved |= said

    def _know_how_grave_death_is(
        self, matrices: Collection[int], meanings: Iterable[tuple[int, int, str]]
    ) -> None:
        """By the outcomes for one patient; where a matrix has none, by what its levels mean."""
        outcomes = HarmOutcome.objects.filter(
            matrix__in=matrices, for_one__isnull=False
        ).values_list("matrix_id", "for_one__position", "words")
        for rows in (meanings, outcomes):
            found: dict[int, int] = {}
            for matrix, place, text in rows:
                if says(_DEATH, text):
                    found[matrix] = min(place, found.get(matrix, place))
            self.grave |= found


def facts_of_readings(
    readings: Sequence[HazardReading], rulers: MatrixRulers | None = None
) -> list[HazardInQuestion]:
    """The facts of hazards that were read whole, in their order."""
    rulers = rulers or MatrixRulers()
    for reading in readings:
        if reading.ruler is not None:
            rulers.learn(reading.ruler)
    rulers.know(
        {
            estimate.matrix_id
            for reading in readings
            for estimate in (*reading.initial.current, *reading.residual.current)
        }
    )
    return [_hazard(reading, rulers) for reading in readings]


def _hazard(reading: HazardReading, rulers: MatrixRulers) -> HazardInQuestion:
    hazard = reading.hazard
    return HazardInQuestion(
        id=str(hazard.public_id),
        reference=hazard.display_reference,
        name=hazard.name,
        description=hazard.description,
        effect=hazard.effect,
        state=hazard.state,
        status=hazard.status,
        justification=hazard.justification,
        actions=hazard.action_summary,
        review_date=hazard.review_date,
        scope=getattr(hazard, "scope_position", None),
        features=tuple(feature.title for feature in reading.features),
        causes=tuple(
            CauseInQuestion(str(each.public_id), each.text, each.accepted_because)
            for each in reading.causes
        ),
        harms=tuple(HarmInQuestion(str(each.public_id), each.text) for each in reading.harms),
        controls=tuple(
            _control(each) for each in reading.controls if not says_nothing(each.control.text)
        ),
        initial=_estimates(reading.initial.current, rulers),
        residual=_estimates(reading.residual.current, rulers),
        residual_is_needed=reading.residual.is_needed,
        assumptions=_assumptions(reading),
        why_status_does_not_fit=_why_status_does_not_fit(reading),
    )


def _why_status_does_not_fit(reading: HazardReading) -> tuple[str, ...]:
    status = HazardStatus(reading.hazard.status)
    if status is HazardStatus.OPEN:
        return ()
    initial, residual = reading.hazard.worst_initial, reading.hazard.worst_residual
    facts = HazardFacts(
        harms=len(reading.harms),
        initial=Acceptability(initial.acceptability) if initial else None,
        residual=Acceptability(residual.acceptability) if residual else None,
        controls=[control_facts(each.control) for each in reading.controls],
        has_additional_controls=bool(reading.additional_controls),
    )
    return tuple(why_not_status(facts, status))


def _control(reading: ControlReading) -> ControlInQuestion:
    control: Control = reading.control
    return ControlInQuestion(
        id=str(control.public_id),
        reference=control.reference,
        text=control.text,
        is_additional=control.kind == ControlKind.ADDITIONAL,
        type=control.type,
        strength=control.strength,
        function=control.function,
        party=control.party,
        instruction=control.instruction,
        state=control.state,
        delivered=_place(control.delivered_in),
        implementation_reference=control.implementation_reference,
        implementer=control.implementer.name if control.implementer else control.implementer_name,
        is_assessed=bool(reading.new_hazards or said(control.none_because)),
        none_because=control.none_because,
        causes=frozenset(str(cause.public_id) for cause in reading.causes),
        harms=frozenset(str(harm.public_id) for harm in reading.harms),
        evidence=tuple(_evidence(each) for each in reading.evidence),
    )


def _place(release: Release | None) -> int | None:
    if release is None:
        return None
    never_out = release.state == ReleaseState.WITHDRAWN and release.released_on is None
    return NEVER if never_out else release.position


def _evidence(evidence: Evidence) -> EvidenceInQuestion:
    return EvidenceInQuestion(
        is_obtained=evidence.state == EvidenceState.OBTAINED,
        result=evidence.result,
        is_dated=evidence.dated_on is not None,
        has_release=evidence.release_id is not None,
        verifier=evidence.verifier.name if evidence.verifier else evidence.verifier_name,
        link=evidence.link,
        has_file=evidence.file_id is not None,
    )


def _estimates(
    estimates: Iterable[Estimate], rulers: MatrixRulers
) -> tuple[EstimateInQuestion, ...]:
    return tuple(
        EstimateInQuestion(
            id=str(each.public_id),
            cause=str(each.cause.public_id) if each.cause else "",
            harm=str(each.harm.public_id) if each.harm else "",
            severity=each.severity.position,
            likelihood=each.likelihood.position,
            class_number=each.class_number,
            acceptability=each.acceptability,
            matrix=each.matrix_id,
            class_in_matrix=rulers.classes.get((each.severity_id, each.likelihood_id)),
            is_lowest_class=each.class_number == rulers.lowest[each.matrix_id],
            grave=rulers.grave[each.matrix_id],
            why_severity=each.why_severity,
            why_likelihood=each.why_likelihood,
            moved=rulers.moved.get((each.severity_id, each.likelihood_id), ""),
        )
        for each in estimates
    )


def _assumptions(reading: HazardReading) -> tuple[AssumptionInQuestion, ...]:
    found = {each.pk: each for each in reading.assumptions}
    for estimate in (*reading.initial.current, *reading.residual.current):
        if estimate.assumption is not None:
            found.setdefault(estimate.assumption.pk, estimate.assumption)
    return tuple(assumption_in_question(each) for each in found.values())


def assumption_in_question(assumption: Assumption) -> AssumptionInQuestion:
    """An assumption as the rules take it."""
    return AssumptionInQuestion(
        id=str(assumption.public_id),
        text=assumption.text,
        is_broken=assumption.state != AssumptionState.HOLDS,
        valid_until=assumption.valid_until,
    )
