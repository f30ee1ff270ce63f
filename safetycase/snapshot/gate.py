"""What a snapshot says of the release gate."""

from django.utils import timezone

from products.models import Product, Release
from safetycase.gate.findings import GateFinding
from safetycase.gate.judging import judge
from safetycase.gate.live import findings_now
from safetycase.snapshot.gate_shapes import GateReasonShape, GateShape


def gate_shape(product: Product, release: Release) -> GateShape:
    """The gate's answer now, apart from what waits for the signatures on the version that is being
    frozen. A second for every 1,000 hazards."""
    found = [each for each in findings_now(product, release) if not each.waits_for_version]
    verdict = judge(found)
    return GateShape(
        on=timezone.localdate().isoformat(),
        decision=verdict.decision.value,
        decision_words=str(verdict.decision.label),
        reasons=[_reason(each) for each in verdict.reasons],
        let_stand=[_reason(each) for each in verdict.let_stand],
        warnings=verdict.warnings,
    )


def _reason(found: GateFinding) -> GateReasonShape:
    return GateReasonShape(
        rule=found.rule,
        title=found.title,
        message=found.message,
        mark=found.mark.value,
        hazard=found.hazard,
        address=found.address,
        field=found.field,
        subject=found.subject,
        waived_until=found.waived_until.isoformat() if found.waived_until else None,
        waived_because=found.waived_because,
        waiver=found.waiver,
    )
