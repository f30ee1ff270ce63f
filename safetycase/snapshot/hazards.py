"""Hazards in a snapshot, each whole."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.db.models import Model

from hazards.choices import Acceptability, HazardState, Party, Stage
from hazards.models import Assumption, Cause, Estimate, Evidence, Harm, Hazard
from hazards.reading import ControlReading, RiskReading, read_hazards
from products.models import Release
from reviews.acceptance.reading import AcceptanceReading, AcceptedRisk, with_acceptances
from reviews.acceptance.rules import needs_acceptance
from safetycase.figures import delivery_of
from safetycase.rules import is_delivered_by
from safetycase.snapshot.agreements import risk_benefit_shape
from safetycase.snapshot.shape import (
    AssumptionShape,
    CauseShape,
    ControlShape,
    EstimateShape,
    EvidenceShape,
    HazardShape,
    NamedHazardShape,
    RiskShape,
)
from safetycase.snapshot.version_shapes import AcceptanceShape
from safetycase.snapshot.words import day, moment, name


def hazard_shapes(
    hazards: Iterable[Hazard],
    release: Release | None,
    scopes: Mapping[int, str],
    matrices: Mapping[int, int],
) -> list[HazardShape]:
    """These hazards whole, for a release.

    ``scopes`` holds the version of the release from which each is in scope, ``matrices`` the
    number of each matrix version by key.
    """
    position = release.position if release else None
    return [
        _hazard(risk, position, scopes.get(risk.hazard.pk, ""), matrices)
        for risk in with_acceptances(read_hazards(hazards))
    ]


def named_hazards(
    later: Iterable[Hazard], gone: Iterable[Hazard], scopes: Mapping[int, str]
) -> list[NamedHazardShape]:
    """Hazards that the report does not hold, each with why: nothing is hidden."""
    named = [
        NamedHazardShape(
            reference=hazard.display_reference,
            name=hazard.name,
            why=f"In scope from release {scopes.get(hazard.pk, '')}",
        )
        for hazard in later
    ]
    for hazard in gone:
        why = "Withdrawn from the log"
        if hazard.state == HazardState.MERGED and hazard.merged_into:
            why = f"Merged into {hazard.merged_into.display_reference}"
        named.append(
            NamedHazardShape(reference=hazard.display_reference, name=hazard.name, why=why)
        )
    return named


def assumption_shape(assumption: Assumption) -> AssumptionShape:
    """An assumption."""
    return AssumptionShape(
        text=assumption.text,
        held_by=assumption.held_by,
        valid_until=day(assumption.valid_until),
        state=assumption.state,
        state_words=_words(assumption, "state"),
    )


def _hazard(
    risk: AcceptedRisk, position: int | None, scope: str, matrices: Mapping[int, int]
) -> HazardShape:
    reading = risk.reading
    hazard = reading.hazard
    causes = {cause.pk: place for place, cause in enumerate(reading.causes, start=1)}
    harms = {harm.pk: place for place, harm in enumerate(reading.harms, start=1)}
    controls = [_control(each, position, causes, harms) for each in reading.controls]
    numbers = _Numbers(causes, harms, matrices)
    return HazardShape(
        public_id=str(hazard.public_id),
        reference=hazard.display_reference,
        own_reference=hazard.reference,
        name=hazard.name,
        description=hazard.description,
        effect=hazard.effect,
        for_patients=hazard.for_patients,
        for_product=hazard.for_product,
        family=hazard.family,
        state=hazard.state,
        state_words=_words(hazard, "state"),
        status=hazard.status,
        status_words=_words(hazard, "status"),
        actions=hazard.action_summary,
        justification=hazard.justification,
        owner=name(hazard.owner),
        owner_role=hazard.owner_role,
        review_date=day(hazard.review_date),
        scope_from=scope,
        content_version=hazard.content_version,
        features=[{"reference": each.reference, "title": each.title} for each in reading.features],
        harms=[{"number": harms[each.pk], "text": each.text} for each in reading.harms],
        causes=[_cause(each, causes[each.pk]) for each in reading.causes],
        controls=controls,
        assumptions=[assumption_shape(each) for each in reading.assumptions],
        initial=_risk(reading.initial, [], numbers, None),
        residual=_risk(reading.residual, controls, numbers, risk),
    )


def _cause(cause: Cause, number: int) -> CauseShape:
    return CauseShape(
        number=number,
        text=cause.text,
        kind=cause.kind,
        kind_words=_words(cause, "kind"),
        accepted_because=cause.accepted_because,
    )


def _control(
    reading: ControlReading,
    position: int | None,
    causes: Mapping[int, int],
    harms: Mapping[int, int],
) -> ControlShape:
    control = reading.control
    delivered = is_delivered_by(delivery_of(control.delivered_in), position)
    return ControlShape(
        reference=control.reference,
        text=control.text,
        kind=control.kind,
        kind_words=_words(control, "kind"),
        type=control.type,
        type_words=_words(control, "type"),
        strength=control.strength,
        strength_words=_words(control, "strength"),
        function=control.function,
        function_words=_words(control, "function"),
        party=control.party,
        party_words=_words(control, "party"),
        state=control.state,
        state_words=_words(control, "state"),
        instruction=control.instruction,
        delivered_in=control.delivered_in.label if control.delivered_in else "",
        is_delivered=delivered,
        implementation_reference=control.implementation_reference,
        implementer=name(control.implementer),
        due_on=day(control.due_on),
        new_hazards=[each.display_reference for each in reading.new_hazards],
        none_because=control.none_because,
        causes=_numbers(reading.causes, causes),
        harms=_numbers(reading.harms, harms),
        also_protects=[each.display_reference for each in reading.also_protects],
        stands=reading.stands and delivered,
        evidence=[_evidence(each) for each in reading.evidence],
    )


def _words(row: Model, name: str) -> str:
    """The words of a choice; ``get_…_display`` looks the list of choices through each time."""
    value: str = getattr(row, name)
    return _choices(type(row), name).get(value, value)


@cache
def _choices(model: type[Model], name: str) -> dict[str, str]:
    field: Any = model._meta.get_field(name)
    return {"": "", **{value: str(words) for value, words in field.flatchoices}}


def _numbers(parts: Sequence[Cause | Harm], numbers: Mapping[int, int]) -> list[int]:
    return sorted(numbers[part.pk] for part in parts)


def _evidence(evidence: Evidence) -> EvidenceShape:
    return EvidenceShape(
        title=evidence.title,
        state=evidence.state,
        state_words=_words(evidence, "state"),
        of_words=_words(evidence, "of"),
        link=evidence.link,
        file=evidence.file.name if evidence.file else "",
        file_sha256=evidence.file.sha256 if evidence.file else "",
        result=evidence.result,
        result_words=_words(evidence, "result"),
        dated_on=day(evidence.dated_on),
        release=evidence.release.label if evidence.release else "",
        verifier=name(evidence.verifier),
        valid_until=day(evidence.valid_until),
    )


@dataclass(frozen=True)
class _Numbers:
    """The numbers that a hazard's parts and the matrix versions have in a document, by key."""

    causes: Mapping[int, int]
    harms: Mapping[int, int]
    matrices: Mapping[int, int]


def _risk(
    reading: RiskReading,
    controls: Sequence[ControlShape],
    numbers: _Numbers,
    accepted: AcceptedRisk | None,
) -> RiskShape:
    shown = reading.shown
    is_residual = reading.stage is Stage.RESIDUAL
    reasons = [_why_provisional(each) for each in controls if not each["stands"]]
    return RiskShape(
        shown=_estimate(shown, numbers, accepted) if shown else None,
        current=[_estimate(each, numbers, accepted) for each in reading.current],
        earlier=len(reading.superseded),
        is_needed=reading.is_needed,
        is_provisional=bool(reasons) if shown and is_residual else None,
        why_provisional=reasons if shown and is_residual else [],
        lapsed=[_acceptance(each, numbers) for each in accepted.lapsed] if accepted else [],
    )


def _why_provisional(control: ControlShape) -> str:
    reference = control["reference"]
    if not control["is_delivered"]:
        return f"{reference} is delivered by release {control['delivered_in']}, not by this one"
    if control["party"] == Party.DEPLOYER:
        return f"{reference} has no instruction for the deploying organisation"
    return f"{reference} is {control['state_words'].lower()}, not verified"


def _estimate(
    estimate: Estimate, numbers: _Numbers, accepted: AcceptedRisk | None
) -> EstimateShape:
    standing = accepted.standing_for(estimate) if accepted else None
    weighed = risk_benefit_shape(accepted, estimate) if accepted else None
    shape = EstimateShape(
        public_id=str(estimate.public_id),
        class_number=estimate.class_number,
        acceptability=estimate.acceptability,
        acceptability_words=Acceptability(estimate.acceptability).label,
        severity=estimate.severity.word,
        likelihood=estimate.likelihood.word,
        how_many=estimate.patients,
        patients=_words(estimate, "patients"),
        cause=numbers.causes.get(estimate.cause_id) if estimate.cause_id else None,
        harm=numbers.harms.get(estimate.harm_id) if estimate.harm_id else None,
        why_severity=estimate.why_severity,
        why_likelihood=estimate.why_likelihood,
        assumption=estimate.assumption.text if estimate.assumption else "",
        matrix_number=numbers.matrices[estimate.matrix_id],
        at=moment(estimate.estimated_at),
        by=name(estimate.estimated_by),
        needs_acceptance=accepted is not None and needs_acceptance(estimate.acceptability),
        acceptance=_acceptance(standing, numbers) if standing else None,
    )
    if weighed is not None:
        shape["risk_benefit"] = weighed
    return shape


def _acceptance(reading: AcceptanceReading, numbers: _Numbers) -> AcceptanceShape:
    accepted, signed = reading.acceptance, reading.sign_off
    estimate = accepted.estimate
    return AcceptanceShape(
        by=signed.signer_name,
        job_title=signed.signer_job_title,
        registration=signed.registration,
        authority_words=_words(accepted, "authority"),
        plan=accepted.plan.number,
        at=moment(accepted.accepted_at),
        why=accepted.why,
        was_provisional=accepted.was_provisional,
        class_number=estimate.class_number,
        severity=estimate.severity.word,
        likelihood=estimate.likelihood.word,
        cause=numbers.causes.get(estimate.cause_id) if estimate.cause_id else None,
        stands=reading.stands,
        why_not=reading.reasons,
    )
