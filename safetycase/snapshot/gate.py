"""What a snapshot says of the release gate."""

import json

from django.utils import timezone

from products.models import Product, Release
from reviews.choices import Meaning
from safetycase.gate.findings import GateFinding
from safetycase.gate.judging import judge
from safetycase.gate.live import findings_now
from safetycase.gate.reading import glass_in_force
from safetycase.gate.signing import BOTH, GlassReading, glasses_of, read_glasses
from safetycase.models import GateResult
from safetycase.snapshot.gate_shapes import (
    GateReasonShape,
    GateShape,
    GlassReasonShape,
    GlassShape,
    GlassSignatureShape,
    WentOutShape,
)
from safetycase.snapshot.words import moment, name


def gate_shape(product: Product, release: Release) -> GateShape:
    """The gate's answer now, apart from what waits for the signatures on the version that is being
    frozen. A second for every 1,000 hazards.

    ``reasons`` are all that block, also where the glass is broken over them: who judges by this
    report later asks whether that still holds.
    """
    found = [each for each in findings_now(product, release) if not each.waits_for_version]
    glasses = read_glasses(list(glasses_of(product, release)))
    holding = glass_in_force(product, glasses)
    verdict = judge(found, holding.breaks if holding else None)
    return GateShape(
        on=timezone.localdate().isoformat(),
        decision=verdict.decision.value,
        decision_words=str(verdict.decision.label),
        reasons=[_reason(each) for each in (*verdict.reasons, *verdict.broken)],
        let_stand=[_reason(each) for each in verdict.let_stand],
        warnings=verdict.warnings,
        is_broken=bool(verdict.broken),
        glasses=[_glass(each, holding) for each in glasses if _was_in_force(each)],
        went_out=_went_out(release),
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


def _was_in_force(reading: GlassReading) -> bool:
    """Whether both have signed it at some time, whatever became of it since."""
    signed = {each.meaning for each in reading.signatures.readings}
    return signed.issuperset(BOTH)


def _glass(reading: GlassReading, holding: GlassReading | None) -> GlassShape:
    glass = reading.glass
    return GlassShape(
        public_id=str(glass.public_id),
        state=_state(reading, holding),
        until=glass.expires_on.isoformat(),
        why=glass.why,
        interim_measures=glass.interim_measures,
        reasons=[
            GlassReasonShape(rule=each["rule"], hazard=each["hazard"], message=each["message"])
            for each in reading.reasons
        ],
        signatures=[
            GlassSignatureShape(
                meaning_words=Meaning(each.sign_off.meaning).label,
                name=each.sign_off.signer_name,
                role=each.sign_off.signer_role,
                registration=each.sign_off.registration,
                at=moment(each.sign_off.signed_at),
                withdrawn_at=moment(each.withdrawal.signed_at) if each.withdrawal else None,
            )
            for each in reading.signatures.readings
        ],
    )


def _state(reading: GlassReading, holding: GlassReading | None) -> str:
    if reading is holding:
        return "In force"
    if any(each.withdrawal for each in reading.signatures.readings):
        return "Withdrawn"
    return "Over" if reading.is_over else "Not in force"


def _went_out(release: Release) -> WentOutShape | None:
    """What was frozen when the release went out last; None while it is not out."""
    results = GateResult.objects.filter(release=release).select_related("frozen_by__profile")
    result = results.order_by("-pk").first()
    if result is None:
        return None
    broken = json.loads(result.content)["broken"]
    return WentOutShape(
        at=moment(result.frozen_at),
        by=name(result.frozen_by),
        decision_words=result.get_decision_display(),
        fingerprint=result.fingerprint,
        break_glass=broken["break_glass"] if broken else "",
    )
