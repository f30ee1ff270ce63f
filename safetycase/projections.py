"""What of a snapshot matters for safety: what the fingerprints of a version are of.

A projection is numbered and never changed: a signature names the one that it was made with, and an
older one is compared with the older projection, so that no upgrade of the application makes a
signature out of date. A change here is a new number beside the old ones.

Left out on purpose: tags, owners, dates of review, evidence and its files (a control's state says
what it showed), people, counts (they follow from the hazards) and every word that only names a
stored value. And what hazards mean for patients and for the product: the same hazard in other
words, shown to whoever signs. And waivers and legacy findings (``quality``): a waiver ends by
itself on its day and a list of legacy findings burns down with every hazard that is put right, so
an approval would be out of date because a day went by or the log got better. They stand in the
frozen text, which has a hash of its own; what they are about, the words and estimates of the
hazards, is in here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from audit.canonical import canonical_json, sha256_of
from safetycase.snapshot.shape import (
    AssumptionShape,
    ControlShape,
    EstimateShape,
    HazardShape,
    Snapshot,
)

Projected = dict[str, Any]


@dataclass(frozen=True)
class Fingerprints:
    """The SHA-256 of what matters in the hazard log, and of what matters in the whole report."""

    log: str
    report: str


def fingerprints_of(snapshot: Snapshot, projection: int) -> Fingerprints:
    """The fingerprints of a snapshot by a projection. Raises ``KeyError`` for an unknown number."""
    log = sha256_of(canonical_json(projected_log(snapshot, projection)))
    report = _REPORTS[projection](snapshot) | {"hazard_log": log}
    return Fingerprints(log, sha256_of(canonical_json(report)))


def projected_log(snapshot: Snapshot, projection: int) -> Projected:
    """What matters of the hazard log."""
    return _LOGS[projection](snapshot)


def projected_hazard(hazard: HazardShape, projection: int) -> Projected:
    """What matters of one hazard, as it stands in the log's projection."""
    return _HAZARDS[projection](hazard)


def projected_report(snapshot: Snapshot, projection: int) -> Projected:
    """What matters of the report besides its hazard log."""
    return _REPORTS[projection](snapshot)


# --- Projection 1 ---------------------------------------------------------------------------------


def _log_1(snapshot: Snapshot) -> Projected:
    matrix = snapshot["matrix"]
    return {
        "projection": 1,
        "release": snapshot["release"]["label"] if snapshot["release"] else None,
        "matrix": None
        if matrix is None
        else {
            "severities": [[each["word"], each["meaning"]] for each in matrix["severities"]],
            "likelihoods": [[each["word"], each["meaning"]] for each in matrix["likelihoods"]],
            "classes": [[each["number"], each["acceptability"]] for each in matrix["classes"]],
            "rows": [[each["likelihood"], each["classes"]] for each in matrix["rows"]],
        },
        "assumptions": [_assumption_1(each) for each in snapshot["assumptions"]],
        "hazards": {each["public_id"]: _hazard_1(each) for each in snapshot["hazards"]},
    }


def _hazard_1(hazard: HazardShape) -> Projected:
    return {
        "reference": hazard["reference"],
        "name": hazard["name"],
        "description": hazard["description"],
        "effect": hazard["effect"],
        "state": hazard["state"],
        "status": hazard["status"],
        "justification": hazard["justification"],
        "harms": [each["text"] for each in hazard["harms"]],
        "causes": [
            [each["text"], each["kind"], each["accepted_because"]] for each in hazard["causes"]
        ],
        "controls": {each["reference"]: _control_1(each) for each in hazard["controls"]},
        "assumptions": [_assumption_1(each) for each in hazard["assumptions"]],
        "initial": [_estimate_1(each) for each in hazard["initial"]["current"]],
        "residual": [_estimate_1(each) for each in hazard["residual"]["current"]],
    }


def _control_1(control: ControlShape) -> Projected:
    return {
        "text": control["text"],
        "kind": control["kind"],
        "type": control["type"],
        "strength": control["strength"],
        "function": control["function"],
        "party": control["party"],
        "state": control["state"],
        "instruction": control["instruction"],
        "delivered_in": control["delivered_in"],
        "causes": control["causes"],
        "harms": control["harms"],
        "new_hazards": control["new_hazards"],
        "none_because": control["none_because"],
    }


def _estimate_1(estimate: EstimateShape) -> Projected:
    acceptance = estimate["acceptance"]
    # Only where there is one: what was frozen before analyses were part of a snapshot has none, so
    # no fingerprint that was ever signed is another by it.
    weighed = estimate.get("risk_benefit")
    return {
        **({"weighed": weighed} if weighed else {}),
        "class": estimate["class_number"],
        "severity": estimate["severity"],
        "likelihood": estimate["likelihood"],
        "patients": estimate["how_many"],
        "cause": estimate["cause"],
        "harm": estimate["harm"],
        "why_severity": estimate["why_severity"],
        "why_likelihood": estimate["why_likelihood"],
        "assumption": estimate["assumption"],
        "accepted": None
        if acceptance is None
        else [acceptance["by"], acceptance["at"], acceptance["why"]],
    }


def _assumption_1(assumption: AssumptionShape) -> Projected:
    return {
        "text": assumption["text"],
        "held_by": assumption["held_by"],
        "valid_until": assumption["valid_until"],
        "state": assumption["state"],
    }


def _report_1(snapshot: Snapshot) -> Projected:
    use = snapshot["intended_use"]
    return {
        "projection": 1,
        "product": snapshot["product"]["public_id"],
        "release": snapshot["release"]["label"] if snapshot["release"] else None,
        "phase": snapshot["lifecycle_phase"],
        "plan": snapshot["plan"]["number"] if snapshot["plan"] else None,
        "features": [[each["reference"], each["title"]] for each in snapshot["features"]],
        "intended_use": None
        if use is None
        else {
            name: use[name]  # type: ignore[literal-required]  # a closed list of its own keys
            for name in (
                "purpose",
                "users",
                "patient_groups",
                "care_settings",
                "exclusions",
                "device_statement",
            )
        },
        "sections": {each["key"]: each["narrative"] for each in snapshot["sections"]},
    }


_HAZARDS: Mapping[int, Callable[[HazardShape], Projected]] = {1: _hazard_1}
_LOGS: Mapping[int, Callable[[Snapshot], Projected]] = {1: _log_1}
_REPORTS: Mapping[int, Callable[[Snapshot], Projected]] = {1: _report_1}

#: The projection that new versions are frozen with.
CURRENT = 1
