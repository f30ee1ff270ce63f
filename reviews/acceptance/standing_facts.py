"""What a residual risk stands on today: the controls that act on it, and what has to stay true.

Acceptances and risk–benefit analyses ask it, and record it, in the same way.
"""

from collections.abc import Mapping

from django.utils import timezone

from audit.canonical import canonical_json
from hazards.choices import AssumptionState, EvidenceResult, EvidenceState
from hazards.models import Estimate
from hazards.reading import ControlReading, HazardReading
from reviews.acceptance.rules import ControlNow


def relied_on_now(reading: HazardReading) -> str:
    """The controls of a hazard as they stand, as canonical JSON, to be compared with later."""
    return canonical_json(
        [
            {
                "id": each.control.pk,
                "reference": each.control.reference,
                "stood": each.stands,
                "had_failed": has_failed(each),
            }
            for each in reading.controls
        ]
    )


def controls_now(reading: HazardReading) -> Mapping[int, ControlNow]:
    """The controls that act on a hazard today, by their keys."""
    return {
        each.control.pk: ControlNow(stands=each.stands, has_failed=has_failed(each))
        for each in reading.controls
    }


def has_failed(control: ControlReading) -> bool:
    """Whether evidence about a control was obtained and failed."""
    return any(
        evidence.state == EvidenceState.OBTAINED and evidence.result == EvidenceResult.FAIL
        for evidence in control.evidence
    )


def broken_under(reading: HazardReading, estimate: Estimate | None) -> list[str]:
    """The assumptions that a hazard's estimate stands on and that do not hold, in their words."""
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


def cause_is_withdrawn(reading: HazardReading, estimate: Estimate) -> bool:
    """Whether an estimate is of a cause that is no longer in the log."""
    return estimate.cause_id is not None and estimate.cause_id not in {
        cause.pk for cause in reading.causes
    }
