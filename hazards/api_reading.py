"""Hazards, controls and their history as the REST API says them."""

from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from audit.timeline import TimelineAct
from hazards.api_shapes import (
    ActReply,
    CauseReply,
    ChangeReply,
    ControlReply,
    EvidenceReply,
    FieldReply,
    HazardReply,
    HazardRowReply,
    PartReply,
    RiskReply,
)
from hazards.choices import (
    Acceptability,
    CauseKind,
    ControlFunction,
    ControlKind,
    ControlState,
    ControlType,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardState,
    HazardStatus,
    Party,
    Strength,
)
from hazards.log import BEST
from hazards.log_filters import Asked, in_order
from hazards.log_reading import LogRow, by_review_day
from hazards.matrix_reading import read_matrix
from hazards.models import Control, Evidence
from hazards.presentation import RiskChip
from hazards.queries import current_matrix
from hazards.reading import ControlReading, HazardReading, RiskReading
from products.models import Product
from products.rest.named import person_named

_NO_SQUARE = "0:0"
_STATUSES = {status.label: status for status in HazardStatus}
_ACCEPTABILITIES = {each.label: each for each in Acceptability}


def keys_in_order(asked: Asked) -> list[int]:
    """The keys of the hazards that are asked for, in the order that is asked for. Two queries at
    most."""
    if asked.wanted.sort == BEST:
        fit = set(asked.rows().values_list("pk", flat=True))
        return [key for key in asked.found if key in fit]
    if asked.wanted.sort.removeprefix("-") == "review":
        return by_review_day(asked)
    return list(in_order(asked.rows(), asked.wanted.sort).values_list("pk", flat=True))


def square_named(product: Product, words: str) -> str:
    """The square of the matrix in use with these two words, as the log's address has it.

    One that no hazard is in where the matrix has no such words. Six queries.
    """
    matrix = current_matrix(product)
    cells = read_matrix(matrix).cells if matrix is not None else []
    for cell in cells:
        if f"{cell.severity.word}:{cell.likelihood.word}".lower() == words.lower():
            return f"{cell.severity.pk}:{cell.likelihood.pk}"
    return _NO_SQUARE


def row_reply(request: HttpRequest, product: Product, row: LogRow) -> HazardRowReply:
    """A hazard as the log lists it. No query."""
    imported = row.display_reference if row.display_reference != row.reference else ""
    return HazardRowReply(
        reference=row.reference,
        imported_reference=imported,
        name=row.name,
        state=HazardState(row.state),
        status=_STATUSES[row.status_words],
        family=row.family,
        owner=row.owner,
        review_date=row.review_date,
        initial=_chip(row.initial),
        residual=_chip(row.residual),
        needs_estimate=row.needs_estimate,
        harm=row.harm,
        causes=row.causes,
        controls=row.controls.total,
        controls_verified=row.controls.verified,
        findings_blocking=row.findings_blocking,
        findings_warning=row.findings_warning,
        since_approval=row.since_approval,  # type: ignore[arg-type]  # one of the four words
        features=list(row.features),
        url=_page(request, product, row.reference),
    )


def _chip(chip: RiskChip | None) -> RiskReply | None:
    if chip is None:
        return None
    return RiskReply(
        risk_class=chip.number,
        severity=chip.severity_word,
        likelihood=chip.likelihood_word,
        acceptability=_ACCEPTABILITIES[chip.acceptability],
        is_provisional=chip.is_provisional,
    )


def _page(request: HttpRequest, product: Product, reference: str) -> str:
    return request.build_absolute_uri(reverse("hazard_detail", args=[product.slug, reference]))


def hazard_reply(request: HttpRequest, product: Product, reading: HazardReading) -> HazardReply:
    """A hazard, whole. No query where its row came with what it names."""
    hazard = reading.hazard
    return HazardReply(
        reference=hazard.reference,
        imported_reference=hazard.imported_reference,
        name=hazard.name,
        description=hazard.description,
        effect=hazard.effect,
        for_patients=hazard.for_patients,
        for_product=hazard.for_product,
        family=hazard.family,
        state=HazardState(hazard.state),
        status=HazardStatus(hazard.status),
        merged_into=hazard.merged_into.reference if hazard.merged_into else None,
        actions=hazard.action_summary,
        justification=hazard.justification,
        owner=person_named(hazard.owner),
        owner_role=hazard.owner_role,
        review_date=hazard.review_date,
        first_release=hazard.first_release.label if hazard.first_release else None,
        initial=_risk(reading.initial, None),
        residual=_risk(reading.residual, reading.residual.is_provisional),
        residual_is_needed=reading.residual.is_needed,
        harms=[PartReply(id=harm.public_id, text=harm.text) for harm in reading.harms],
        causes=[
            CauseReply(
                id=cause.public_id,
                text=cause.text,
                kind=CauseKind(cause.kind) if cause.kind else None,
                accepted_because=cause.accepted_because,
            )
            for cause in reading.causes
        ],
        controls=[each.control.reference for each in reading.controls],
        features=[feature.reference for feature in reading.features],
        version=hazard.version,
        url=_page(request, product, hazard.reference),
    )


def _risk(risk: RiskReading, is_provisional: bool | None) -> RiskReply | None:
    shown = risk.shown
    if shown is None:
        return None
    return RiskReply(
        risk_class=shown.class_number,
        severity=shown.severity.word,
        likelihood=shown.likelihood.word,
        acceptability=Acceptability(shown.acceptability),
        is_provisional=is_provisional,
    )


def control_reply(reading: ControlReading) -> ControlReply:
    """A control as one hazard sees it. No query."""
    control = reading.control
    return ControlReply(
        id=control.reference,
        text=control.text,
        kind=ControlKind(control.kind),
        type=ControlType(control.type) if control.type else None,
        strength=Strength(control.strength) if control.strength else None,
        function=ControlFunction(control.function) if control.function else None,
        party=Party(control.party) if control.party else None,
        instruction=control.instruction,
        state=ControlState(control.state),
        stands=reading.stands,
        delivered_in=control.delivered_in.label if control.delivered_in else None,
        implementation_reference=control.implementation_reference,
        implementer=_implementer(control),
        due_on=control.due_on,
        causes=[cause.public_id for cause in reading.causes],
        harms=[harm.public_id for harm in reading.harms],
        new_hazards=[hazard.reference for hazard in reading.new_hazards],
        none_because=control.none_because,
        also_protects=[hazard.reference for hazard in reading.also_protects],
        evidence=[evidence_reply(each) for each in reading.evidence],
        version=control.version,
    )


def _implementer(control: Control) -> str:
    return control.implementer.name if control.implementer else control.implementer_name


def evidence_reply(evidence: Evidence) -> EvidenceReply:
    """A piece of evidence. No query where its row came with what it names."""
    return EvidenceReply(
        id=evidence.public_id,
        title=evidence.title,
        state=EvidenceState(evidence.state),
        of=EvidenceOf(evidence.of) if evidence.of else None,
        result=EvidenceResult(evidence.result) if evidence.result else None,
        link=evidence.link,
        file=evidence.file.name if evidence.file else None,
        dated_on=evidence.dated_on,
        release=evidence.release.label if evidence.release else None,
        verifier=evidence.verifier.name if evidence.verifier else evidence.verifier_name,
        valid_until=evidence.valid_until,
        version=evidence.version,
    )


def act_reply(act: TimelineAct) -> ActReply:
    """An act of the record, in words."""
    return ActReply(
        id=UUID(act.id),
        at=act.when,
        person=str(act.person),
        reason=act.reason,
        changes=[
            ChangeReply(
                subject=change.subject,
                kind=change.kind,
                fields=[
                    FieldReply(label=each.label, old=each.old, new=each.new)
                    for each in change.fields
                ],
            )
            for change in act.changes
        ],
    )
