"""From rows to the plain facts that the rules take."""

from hazards.choices import (
    Acceptability,
    ControlKind,
    ControlState,
    EvidenceState,
)
from hazards.models import Control, Evidence, Harm, Hazard
from hazards.queries import controls_of
from hazards.rules import ControlFacts, EvidenceFacts, HazardFacts


def control_facts(control: Control) -> ControlFacts:
    """What the rules need to know of a control."""
    return ControlFacts(ControlState(control.state), control.party, control.instruction)


def facts_of(hazard: Hazard) -> HazardFacts:
    """What the rules need to know of a hazard. Four queries at most."""
    controls = list(controls_of([hazard]))
    initial, residual = hazard.worst_initial, hazard.worst_residual
    return HazardFacts(
        harms=Harm.objects.filter(hazard=hazard, is_active=True).count(),
        initial=Acceptability(initial.acceptability) if initial else None,
        residual=Acceptability(residual.acceptability) if residual else None,
        controls=[control_facts(control) for control in controls],
        has_additional_controls=any(c.kind == ControlKind.ADDITIONAL for c in controls),
    )


def evidence_facts(evidence: Evidence) -> EvidenceFacts:
    """What the rules need to know of a piece of evidence."""
    return EvidenceFacts(
        state=EvidenceState(evidence.state),
        of=evidence.of,
        result=evidence.result,
        dated_on=evidence.dated_on,
        has_release=evidence.release_id is not None,
        has_verifier=evidence.verifier_id is not None,
        valid_until=evidence.valid_until,
    )
