"""The worst risk that a file gives a hazard, by the rule that the log goes by."""

from hazards.choices import Stage
from hazards.importing.planned import PlannedHazard
from hazards.rules import EstimateFacts, current_estimates, worst


def worst_of(planned: PlannedHazard, stage: Stage) -> int | None:
    """The place, among the planned estimates, of the one that the hazard would show; None: none.

    An estimate of the whole hazard counts less than newer ones of each of its causes.
    """
    facts = [
        EstimateFacts(
            id=place,
            cause=each.on,
            class_number=each.square.number,
            severity=each.square.severity.position,
            likelihood=each.square.likelihood.position,
        )
        for place, each in enumerate(planned.estimates)
        if each.parsed.stage is stage
    ]
    shown = worst(current_estimates(facts, range(len(planned.causes))))
    return shown.id if shown is not None else None
