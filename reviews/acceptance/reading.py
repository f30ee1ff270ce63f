"""Accepted residual risks: which acceptances stand, and which estimates still wait for one."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from hazards.matrix_moves import MovesWhenAsked
from hazards.models import Estimate, Hazard
from hazards.reading import HazardReading, read_hazards
from reviews.acceptance.residual_risk import ResidualRisk
from reviews.acceptance.rules import AcceptanceFacts, ReliedOn, acceptance_state, why_lapsed
from reviews.acceptance.standing_facts import broken_under, cause_is_withdrawn, controls_now
from reviews.choices import AcceptanceState, Meaning, SubjectKind
from reviews.models import Acceptance, SignOff
from reviews.risk_benefit.reading import AnalysisReading, analyses_on


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
    #: The risk–benefit analyses of its unacceptable risks that stand, oldest first.
    analyses: list[AnalysisReading] = field(default_factory=list)

    @property
    def borne(self) -> set[int]:
        """The estimates whose risk is borne by a concluded risk–benefit analysis, by their keys."""
        return {each.analysis.estimate_id for each in self.analyses if each.bears}

    @property
    def re_appraised(self) -> list[AnalysisReading]:
        """The analyses that concluded that the project is re-appraised."""
        return [each for each in self.analyses if each.re_appraises]

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
        return broken_under(self.reading, estimate)


def read_acceptances(
    hazards: Iterable[Hazard], moves: MovesWhenAsked | None = None
) -> list[AcceptedRisk]:
    """These hazards, read whole, with their acceptances.

    Twelve queries, however many there are; one more where an acceptance may stand, and some for
    each product with another version of its matrix then. ``moves`` is what somebody read already,
    of these hazards at least.
    """
    return with_acceptances(read_hazards(hazards), moves)


def with_acceptances(
    readings: Sequence[HazardReading], moves: MovesWhenAsked | None = None
) -> list[AcceptedRisk]:
    """The same for hazards that were read already. Two queries, and those of the matrices.

    Where a risk is unacceptable one more, and two where an analysis is about such a risk.
    """
    moves = moves or MovesWhenAsked(_estimated_with(readings))
    risks = {each.hazard.pk: AcceptedRisk(each, moves=moves) for each in readings}
    _read_analyses(risks)
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


def acceptances_once(readings: Sequence[HazardReading]) -> list[AcceptedRisk]:
    """The same, worked out once for a reading, however many parts of a page ask.

    Not for whoever writes an acceptance between two questions.
    """
    asked = [each for each in readings if "accepted" not in vars(each)]
    for reading, risk in zip(asked, with_acceptances(asked) if asked else (), strict=True):
        vars(reading)["accepted"] = risk
    return [vars(each)["accepted"] for each in readings]


def _read_analyses(risks: Mapping[int, AcceptedRisk]) -> None:
    """Put the risk–benefit analyses into the risks."""

    def moved(estimate: Estimate) -> str:
        return risks[estimate.hazard_id].why_moved(estimate)

    for key, found in analyses_on([each.reading for each in risks.values()], moved).items():
        risks[key].analyses = found


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
    return AcceptanceFacts(
        is_withdrawn=is_withdrawn,
        # One of another cause is newer too: what was accepted was the hazard's residual risk.
        estimate_is_current=accepted is not None
        and all(each.estimated_at <= row.accepted_at for each in current.values()),
        relied_on=[ReliedOn(**each) for each in json.loads(row.relied_on)],
        controls=controls_now(reading),
        broken_assumptions=broken_under(reading, accepted),
        cause_is_withdrawn=cause_is_withdrawn(reading, row.estimate),
        moved=risk.why_moved(accepted) if accepted is not None else "",
    )
