"""Single rows of the log as the values of a record."""

import datetime
from collections.abc import Iterable, Mapping

from audit.canonical import canonical_json
from hazards.models import Assumption, Cause, Control, Estimate, Evidence, Harm, Hazard
from hazards.record_format.people import (
    Person,
    names_a_person,
    person_in_text,
    person_of,
)
from hazards.record_format.values import (
    ActsOnValue,
    AssumptionValue,
    CauseValue,
    ControlValue,
    EstimateValue,
    EvidenceValue,
    HarmValue,
    HazardValue,
)
from products.models import Release


def hazard_values(hazard: Hazard, references: Mapping[int, str]) -> HazardValue:
    """A hazard's own values; its parts are added by whoever read them."""
    owner, role = _owner(hazard)
    return {
        "number": hazard.number,
        "reference": hazard.reference,
        "imported_reference": hazard.imported_reference,
        "name": hazard.name,
        "description": hazard.description,
        "effect": hazard.effect,
        "for_patients": hazard.for_patients,
        "for_product": hazard.for_product,
        "family": hazard.family,
        "state": hazard.state,
        "status": hazard.status,
        "merged_into": references.get(hazard.merged_into_id or 0),
        "split_from": references.get(hazard.split_from_id or 0),
        "library_entry": hazard.library_entry,
        "actions": hazard.action_summary,
        "justification": hazard.justification,
        "owner": owner,
        "owner_role": role,
        "review_date": _day(hazard.review_date),
        "in_scope_from": _label(hazard.first_release),
        "features": [],
        "harms": [],
        "causes": [],
        "estimates": [],
    }


def _owner(hazard: Hazard) -> tuple[Person | None, str]:
    """The owner and the role; somebody who is not on the team stands in the role's words."""
    if hazard.owner is not None:
        return person_of(hazard.owner), hazard.owner_role
    if names_a_person(hazard.owner_role):
        return person_in_text(hazard.owner_role)
    return None, hazard.owner_role


def harm_value(harm: Harm) -> HarmValue:
    """A harm."""
    return {"text": harm.text, "in_the_log": harm.is_active}


def cause_value(cause: Cause) -> CauseValue:
    """A cause."""
    return {
        "text": cause.text,
        "kind": cause.kind,
        "accepted_because": cause.accepted_because,
        "in_the_log": cause.is_active,
    }


def estimate_value(
    estimate: Estimate, *, cause: int | None, harm: int | None, assumption: int | None
) -> EstimateValue:
    """An estimate; one that was brought in from another record says who made it there and when."""
    by = person_of(estimate.estimated_by)
    at = canonical_json(estimate.estimated_at).strip('"')
    if estimate.recorded_by or estimate.recorded_when:
        by = person_in_text(estimate.recorded_by)[0] if estimate.recorded_by else by
        at = estimate.recorded_when
    return {
        "stage": estimate.stage,
        "cause": cause,
        "harm": harm,
        "patients": estimate.patients,
        "matrix": estimate.matrix.number,
        "severity": estimate.severity.word,
        "likelihood": estimate.likelihood.word,
        "class": estimate.class_number,
        "acceptability": estimate.acceptability,
        "why_severity": estimate.why_severity,
        "why_likelihood": estimate.why_likelihood,
        "assumption": assumption,
        "by": by,
        "at": at,
    }


def assumption_value(assumption: Assumption, references: Mapping[int, str]) -> AssumptionValue:
    """An assumption."""
    return {
        "hazard": references.get(assumption.hazard_id or 0),
        "text": assumption.text,
        "held_by": assumption.held_by,
        "valid_until": _day(assumption.valid_until),
        "state": assumption.state,
    }


def control_values(control: Control) -> ControlValue:
    """A control's own values; what it acts on and brings is added by whoever read it."""
    return {
        "number": control.number,
        "reference": control.reference,
        "text": control.text,
        "kind": control.kind,
        "type": control.type,
        "strength": control.strength,
        "function": control.function,
        "party": control.party,
        "instruction": control.instruction,
        "state": control.state,
        "delivered_in": _label(control.delivered_in),
        "implementation_reference": control.implementation_reference,
        "implementer": person_of(control.implementer)
        if control.implementer
        else _named(control.implementer_name),
        "due_on": _day(control.due_on),
        "none_because": control.none_because,
        "new_hazards": [],
        "acts_on": [],
    }


def acts_on_value(hazard: str, cause: int | None, harm: int | None) -> ActsOnValue:
    """What a control acts on."""
    return {"hazard": hazard, "cause": cause, "harm": harm}


def in_order(parts: Iterable[ActsOnValue]) -> list[ActsOnValue]:
    """Parts of hazards that come in the order of the hazards: of each the whole, causes, harms."""
    places: dict[str, int] = {}
    return sorted(
        parts,
        key=lambda each: (
            places.setdefault(each["hazard"], len(places)),
            each["cause"] or 0,
            each["harm"] or 0,
        ),
    )


def evidence_values(evidence: Evidence) -> EvidenceValue:
    """A piece of evidence; the controls that it is about are added by whoever read them."""
    file = evidence.file
    return {
        "title": evidence.title,
        "state": evidence.state,
        "of": evidence.of,
        "link": evidence.link,
        "file": {"name": file.name, "kind": file.kind, "size": file.size, "sha256": file.sha256}
        if file
        else None,
        "result": evidence.result,
        "dated_on": _day(evidence.dated_on),
        "release": _label(evidence.release),
        "verifier": person_of(evidence.verifier)
        if evidence.verifier
        else _named(evidence.verifier_name),
        "valid_until": _day(evidence.valid_until),
        "in_the_log": evidence.is_active,
        "controls": [],
    }


def _named(text: str) -> Person | None:
    return person_in_text(text)[0] if text else None


def _label(release: Release | None) -> str:
    return release.label if release else ""


def _day(value: datetime.date | None) -> str | None:
    return value.isoformat() if value else None
