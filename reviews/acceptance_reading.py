"""Accepted residual risks: which acceptances stand, and which estimates still wait for one."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils import timezone

from hazards.choices import AssumptionState, EvidenceResult, EvidenceState
from hazards.matrix_moves import MovesWhenAsked
from hazards.models import Estimate, Hazard
from hazards.reading import ControlReading, HazardReading, read_hazards
from reviews.choices import AcceptanceState, Meaning, SubjectKind
from reviews.models import Acceptance, SignOff
from reviews.residual_risk import ResidualRisk
from reviews.rules import (
    AcceptanceFacts,
    ControlNow,
    ReliedOn,
    acceptance_state,
    why_lapsed,
)


@dataclass(frozen=True)
class AcceptanceReading:
    """An acceptance, whether it stands, and why not."""

    acceptance: Acceptance
    sign_off: SignOff
    state: AcceptanceState
    reasons: list[str]

    @property
    def stands(self) -> bool:
        """Whether the risk is accepted by it."""
        return self.state is AcceptanceState.STANDS

    @property
    def estimate_id(self) -> int:
        """The estimate that was accepted."""
        return self.acceptance.estimate_id

    @property
    def cause_id(self) -> int | None:
        """The cause that the estimate is of; None for the whole hazard."""
        return self.acceptance.estimate.cause_id


@dataclass
class AcceptedRisk(ResidualRisk[Estimate, AcceptanceReading]):
    """The residual risk of a hazard that was read whole, with its acceptances."""

    reading: HazardReading
    acceptances: list[AcceptanceReading] = field(default_factory=list)
    moves: MovesWhenAsked | None = None

    @property
    def hazard(self) -> Hazard:
        """The hazard."""
        return self.reading.hazard

    @property
    def current(self) -> Sequence[Estimate]:
        """The residual estimates that stand."""
        return self.reading.residual.current

    def broken_under(self, estimate: Estimate) -> list[str]:
        """The assumptions that an estimate stands on and that do not hold, in their words."""
        return _broken(self.reading, estimate)


def read_acceptances(hazards: Iterable[Hazard]) -> list[AcceptedRisk]:
    """These hazards, read whole, with their acceptances.

    Twelve queries, however many there are; one more where an acceptance may stand, and some for
    each product with another version of its matrix then.
    """
    return with_acceptances(read_hazards(hazards))


def with_acceptances(readings: Sequence[HazardReading]) -> list[AcceptedRisk]:
    """The same for hazards that were read already. Two queries, and those of the matrices."""
    moves = MovesWhenAsked(_estimated_with(readings))
    risks = {each.hazard.pk: AcceptedRisk(each, moves=moves) for each in readings}
    rows = list(
        Acceptance.objects.filter(hazard__in=list(risks))
        .select_related("plan", "estimate__severity", "estimate__likelihood", "estimate__cause")
        .order_by("pk")
    )
    signed = _signatures([row.public_id for row in rows])
    for row in rows:
        sign_off, is_withdrawn = signed[row.public_id]
        risk = risks[row.hazard_id]
        facts = _facts(row, risk, is_withdrawn)
        state = acceptance_state(facts)
        reasons = why_lapsed(facts)
        if is_withdrawn:
            reasons = [f"{sign_off.signer_name} withdrew it."]
        risk.acceptances.append(AcceptanceReading(row, sign_off, state, reasons))
    return list(risks.values())


def _signatures(acceptances: Sequence[object]) -> dict[object, tuple[SignOff, bool]]:
    written = SignOff.objects.filter(
        subject_kind=SubjectKind.ACCEPTANCE, subject_id__in=list(acceptances)
    ).order_by("pk")
    found: dict[object, SignOff] = {}
    withdrawn: dict[object, bool] = defaultdict(bool)
    for sign_off in written:
        if sign_off.meaning == Meaning.WITHDRAWN:
            withdrawn[sign_off.subject_id] = True
        else:
            found[sign_off.subject_id] = sign_off
    return {key: (sign_off, withdrawn[key]) for key, sign_off in found.items()}


def _estimated_with(readings: Iterable[HazardReading]) -> dict[int, set[int]]:
    """The versions of the matrix that residual risks were estimated with, by product."""
    versions: dict[int, set[int]] = defaultdict(set)
    for reading in readings:
        versions[reading.hazard.product_id].update(e.matrix_id for e in reading.residual.current)
    return versions


def _facts(row: Acceptance, risk: AcceptedRisk, is_withdrawn: bool) -> AcceptanceFacts:
    reading = risk.reading
    current = {each.pk: each for each in reading.residual.current}
    accepted = current.get(row.estimate_id)
    controls = {
        each.control.pk: ControlNow(
            stands=each.stands,
            has_failed=has_failed(each),
        )
        for each in reading.controls
    }
    return AcceptanceFacts(
        is_withdrawn=is_withdrawn,
        # One of another cause is newer too: what was accepted was the hazard's residual risk.
        estimate_is_current=accepted is not None
        and all(each.estimated_at <= row.accepted_at for each in current.values()),
        relied_on=[ReliedOn(**each) for each in json.loads(row.relied_on)],
        controls=controls,
        broken_assumptions=_broken(reading, accepted),
        cause_is_withdrawn=row.estimate.cause_id is not None
        and row.estimate.cause_id not in {cause.pk for cause in reading.causes},
        moved=risk.why_moved(accepted) if accepted is not None else "",
    )


def has_failed(control: ControlReading) -> bool:
    """Whether evidence about a control was obtained and failed."""
    return any(
        evidence.state == EvidenceState.OBTAINED and evidence.result == EvidenceResult.FAIL
        for evidence in control.evidence
    )


def _broken(reading: HazardReading, estimate: Estimate | None) -> list[str]:
    assumptions = {each.pk: each for each in reading.assumptions}
    if estimate is not None and estimate.assumption is not None:
        assumptions[estimate.assumption.pk] = estimate.assumption
    today = timezone.localdate()
    return [
        each.text
        for each in assumptions.values()
        if each.state != AssumptionState.HOLDS
        or (each.valid_until is not None and each.valid_until < today)
    ]
