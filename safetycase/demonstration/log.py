"""The hazard log of the demonstration: imported from the spreadsheet, completed by its people."""

import json
from pathlib import Path
from typing import Any

from accounts.models import User
from hazards.actions.causes import edit_cause
from hazards.actions.controls import (
    edit_control,
    link_control,
    set_control_state,
    set_new_hazards,
)
from hazards.actions.estimates import add_assumption, record_estimate
from hazards.actions.evidence import (
    add_evidence,
    controls_with,
    edit_evidence,
    unlink_evidence,
)
from hazards.actions.features import link_feature
from hazards.actions.hazards import edit_hazard
from hazards.choices import (
    CauseKind,
    ControlFunction,
    ControlState,
    ControlType,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    Party,
    Patients,
    Stage,
    Strength,
)
from hazards.importing.apply import apply_import
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import Cause, Control, Evidence, Hazard
from hazards.queries import current_matrix
from hazards.reading import read_hazards
from products.actions.features import create_feature
from products.actions.releases import carry_feature
from products.models import Product, Release
from safetycase.demonstration import story

People = dict[str, User]
Told = dict[str, Any]  # one object of the log's JSON file

_PARTIES = {
    "manufacturer": Party.MANUFACTURER,
    "deploying organisation": Party.DEPLOYER,
}
_STRENGTHS = {
    "engineered-block": Strength.ENGINEERED_BLOCK,
    "engineered-warn": Strength.ENGINEERED_WARN,
    "procedure": Strength.PROCEDURE,
    "training": Strength.TRAINING,
    "information": Strength.INFORMATION,
}
_FUNCTIONS = {
    "prevent": ControlFunction.PREVENT,
    "detect": ControlFunction.DETECT,
    "recover": ControlFunction.RECOVER,
}
_STEPS = (
    ControlState.PROPOSED,
    ControlState.AGREED,
    ControlState.IMPLEMENTED,
    ControlState.VERIFIED,
)
_TYPE_OF_EXISTING = {
    Strength.PROCEDURE: ControlType.BUSINESS_PROCESS,
    Strength.INFORMATION: ControlType.DESIGN,
}

#: In which circumstances each cause arises, as the workshop judged it.
_N, _M, _F = CauseKind.NORMAL_USE, CauseKind.MISUSE, CauseKind.FAULT
CAUSE_KINDS = {
    "HAZ-001": (_N, _N, _F),
    "HAZ-002": (_N, _N),
    "HAZ-003": (_N, _N),
    "HAZ-004": (_N, _F, _F),
    "HAZ-005": (_N, _F),
    "HAZ-006": (_F, _F, _N),
    "HAZ-007": (_N, _N),
    "HAZ-008": (_N, _F),
    "HAZ-009": (_N, _N, _M),
    "HAZ-010": (_N,),
    "HAZ-011": (_F, _N),
    "HAZ-012": (_N,),
}


def load_log(product: Product, people: People, folder: Path) -> None:
    """Import the spreadsheet, then complete it from the JSON file, hazard by hazard."""
    told = json.loads((folder / "hazard-log.json").read_text(encoding="utf-8"))
    _import(product, people, folder / "hazard-log.xlsx")
    hazards = {hazard.reference: hazard for hazard in Hazard.objects.filter(product=product)}
    releases = {release.label: release for release in Release.objects.filter(product=product)}
    _features(product, people, told["features"], hazards, releases)
    version = current_matrix(product)
    if version is None:
        raise LookupError("a product has a risk matrix from its first day")
    completing = _Completing(people, hazards, releases, read_matrix(version))
    for hazard_told in told["hazards"]:
        completing.hazard(hazard_told)


def _import(product: Product, people: People, path: Path) -> None:
    log = read_log(name=path.name, content=path.read_bytes())
    cso = people["cso"]
    apply_import(plan=plan_import(product=product, log=log, by=cso), by=cso)


def _features(
    product: Product,
    people: People,
    told: list[Told],
    hazards: dict[str, Hazard],
    releases: dict[str, Release],
) -> None:
    for each in told:
        words = story.FEATURES[each["ref"]]
        feature = create_feature(
            product=product,
            by=people["product_manager"],
            reference=each["ref"],
            title=each["title"],
            for_product=words.for_product,
            for_patients=words.for_patients,
            tracker_url=f"https://tracker.example/browse/{each['ref']}",
            owner=people[words.owner],
        )
        carry_feature(
            release=releases[each["release"]], feature=feature, by=people["product_manager"]
        )
        for reference in each["hazards"]:
            link_feature(hazard=hazards[reference], feature=feature, by=people["product_manager"])


class _Completing:
    """Completes imported hazards with what the spreadsheet has no columns for."""

    def __init__(
        self,
        people: People,
        hazards: dict[str, Hazard],
        releases: dict[str, Release],
        matrix: MatrixReading,
    ) -> None:
        self.people = people
        self.hazards = hazards
        self.releases = releases
        self.severities = {level.word: level for level in matrix.severities}
        self.likelihoods = {level.word: level for level in matrix.likelihoods}

    def hazard(self, told: Told) -> None:
        """Complete one hazard: words, causes, controls, evidence, estimates."""
        hazard = self.hazards[told["ref"]]
        owner = story.OWNERS.get(told["owner"])
        edit_hazard(
            hazard=hazard,
            by=self.people["cso"],
            changes={
                "family": told["family"],
                "effect": told["effect"],
                "justification": told["justification"],
                "owner_id": self.people[owner].pk if owner else None,
                "review_date": story.REVIEW_AFTER,
            },
            reason="Completed after the workshop",
        )
        reading = read_hazards([hazard])[0]
        for cause, kind in zip(reading.causes, CAUSE_KINDS[told["ref"]], strict=True):
            edit_cause(cause=cause, by=self.people["cso"], changes={"kind": kind})
        controls = {each.control.text: each.control for each in reading.controls}
        for control_told in told["controls"]:
            if control_told["kind"] != "test":
                control = controls[control_told["text"]]
                self._control(hazard, control, control_told, reading.causes)
        tests = {each.title: each for row in reading.controls for each in row.evidence}
        for control_told in told["controls"]:
            if control_told["kind"] == "test":
                cause = reading.causes[control_told["cause"]]
                self._test(tests[control_told["text"]], control_told, cause)
        self._estimates(hazard, told, reading.causes)

    def _control(self, hazard: Hazard, control: Control, told: Told, causes: list[Cause]) -> None:
        cso, engineer = self.people["cso"], self.people["engineer"]
        party = _PARTIES[told["party"]]
        strength = _STRENGTHS[told["strength"]]
        is_built = told["state"] == ControlState.VERIFIED
        changes: Told = {
            "party": party,
            "strength": strength,
            "function": _FUNCTIONS[told["function"]],
            "instruction": told.get("instruction", ""),
            "delivered_in_id": self.releases[told["delivered_in"]].pk,
            "implementer_id": engineer.pk if party is Party.MANUFACTURER else None,
        }
        if told["kind"] == "existing":
            changes["type"] = _TYPE_OF_EXISTING[strength]
        if is_built:
            changes["implementation_reference"] = (
                f"https://tracker.example/browse/DP-{control.number + 100}"
            )
        edit_control(
            control=control, by=engineer, changes=changes, reason="Completed with the team"
        )
        link_control(control=control, hazard=hazard, by=cso, causes=[causes[told["cause"]]])
        if "new_hazards" in told:
            set_new_hazards(
                control=control,
                by=cso,
                hazards=[self.hazards[reference] for reference in told["new_hazards"]],
                none_because=told.get("none_because", ""),
            )
        for evidence in told.get("evidence", ()):
            self._evidence(control, evidence)
        self._advance(control, ControlState(told["state"]))

    def _advance(self, control: Control, state: ControlState) -> None:
        by = {
            ControlState.AGREED: self.people["cso"],
            ControlState.IMPLEMENTED: self.people["engineer"],
            ControlState.VERIFIED: self.people["pharmacist"],
        }
        control.refresh_from_db()
        reached = _STEPS.index(ControlState(control.state))
        for step in _STEPS[reached + 1 : _STEPS.index(state) + 1]:
            set_control_state(control=control, by=by[step], state=step)

    def _evidence(self, control: Control, told: Told) -> None:
        add_evidence(
            controls=[control],
            by=self.people["pharmacist"],
            title=told["title"],
            state=EvidenceState.OBTAINED,
            of=EvidenceOf(told["of"]),
            result=EvidenceResult(told["result"]),
            dated_on=story.EVIDENCE_DATE,
            release_id=self.releases[told["release"]].pk,
            verifier_id=self.people["pharmacist"].pk,
            link=f"https://evidence.example/{control.reference.lower()}/{told['of']}",
        )

    def _test(self, evidence: Evidence, told: Told, cause: Cause) -> None:
        changes: Told = {
            "of": EvidenceOf.EFFECTIVENESS,
            "release_id": self.releases[told["release"]].pk,
        }
        if told["result"] != "planned":
            changes |= {
                "state": EvidenceState.OBTAINED,
                "result": EvidenceResult(told["result"]),
                "dated_on": story.EVIDENCE_DATE,
                "verifier_id": self.people["pharmacist"].pk,
            }
        pharmacist = self.people["pharmacist"]
        edit_evidence(evidence=evidence, by=pharmacist, changes=changes)
        # A spreadsheet's column cannot say which controls a test is of; the people who ran it can.
        about = controls_with(evidence)
        ours = cause.control_links.filter(is_active=True, control__party=Party.MANUFACTURER)
        of_cause = {link.control_id for link in ours}
        if of_cause & {control.pk for control in about}:
            for control in about:
                if control.pk not in of_cause:
                    unlink_evidence(evidence=evidence, control=control, by=pharmacist)

    def _estimates(self, hazard: Hazard, told: Told, causes: list[Cause]) -> None:
        if told.get("assumption"):
            add_assumption(
                product=hazard.product,
                hazard=hazard,
                by=self.people["cso"],
                text=told["assumption"],
                held_by="The deploying organisation's clinical lead",
            )
        self._estimate(hazard, Stage.INITIAL, told["initial"], told, None)
        if told["residual"]:
            self._estimate(hazard, Stage.RESIDUAL, told["residual"], told, None)
        for index, words in told.get("residual_by_cause", {}).items():
            self._estimate(hazard, Stage.RESIDUAL, words, told, causes[int(index)])

    def _estimate(
        self, hazard: Hazard, stage: Stage, words: list[str], told: Told, cause: Cause | None
    ) -> None:
        severity, likelihood, patients = words
        record_estimate(
            hazard=hazard,
            by=self.people["cso"],
            stage=stage,
            severity=self.severities[severity],
            likelihood=self.likelihoods[likelihood],
            cause=cause,
            harm=hazard.harms.filter(is_active=True).first(),
            patients=Patients(patients),
            why_severity=told["why_severity"],
            why_likelihood=told["why_initial" if stage is Stage.INITIAL else "why_residual"],
        )
