"""Restoring a record into an empty log, in one act: all of it or nothing."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from django.utils import timezone

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act, current_act
from audit.bulk import record_many
from audit.canonical import canonical_json
from audit.errors import NotPossible
from audit.tracked import Tracked
from hazards.choices import HazardState, HazardStatus, Stage
from hazards.importing.keys import reserve_keys
from hazards.importing.report import Report
from hazards.locks import lock_product
from hazards.models import (
    Assumption,
    Cause,
    Control,
    ControlLink,
    Estimate,
    Evidence,
    EvidenceLink,
    Harm,
    Hazard,
    HazardFeature,
    ImportBatch,
    NewHazardLink,
)
from hazards.record_format.linking import Linking, estimated_by
from hazards.record_format.plan import RestorePlan, is_decided
from hazards.record_format.report import restore_report
from hazards.record_format.standing import is_empty
from hazards.record_format.values import ControlValue, EstimateValue, EvidenceValue, HazardValue
from hazards.rules import EstimateFacts, current_estimates, worst
from products.permissions import Ability, check_can

Value = TypeVar("Value")

AT_ONCE = 1_000  # rows that are made and written together


def apply_restore(*, plan: RestorePlan, by: User, reason: str = "") -> Report:
    """Do what a plan says, and keep its report. A plan that changes nothing writes nothing.

    Raises ``NotAllowed``; ``NotPossible`` where something stands in the log by now. Then nothing
    at all is saved.
    """
    product, record = plan.product, plan.record
    check_can(by, Ability.IMPORT_LOG, product)
    if plan.linking is None:
        return restore_report(plan)
    if plan.governs:
        check_can(by, Ability.GOVERN_LOG, product)
    why = reason or f"Restored the hazard log from {record.file_name}"
    with act(by=by, reason=why, scope=product.scope):
        lock_product(product)
        if not is_empty(product):
            raise NotPossible(
                f"Somebody wrote into the log of {product.name} while this file was being looked "
                "at. Nothing was restored. Look at the new preview."
            )
        _Restore(plan, plan.linking, by).write()
        report = restore_report(plan)
        batch = ImportBatch(
            product=product,
            file_name=record.file_name,
            sha256=record.sha256,
            sheet="",
            imported_at=timezone.now(),
            imported_by=by,
        )
        report.batch = str(batch.public_id)
        batch.report = canonical_json(report.as_json() | {"memory": {}})
        batch.save()
    return report


class _Restore:
    """One record being written; the keys of hazards and estimates are taken before the rows."""

    def __init__(self, plan: RestorePlan, linking: Linking, by: User) -> None:
        self.plan = plan
        self.linking = linking
        self.by = by
        self.value = plan.record.value
        hazards = self.value["hazards"]
        names = (each["reference"] for each in hazards)
        self.hazards = dict(zip(names, reserve_keys(Hazard, len(hazards)), strict=True))
        estimates = iter(reserve_keys(Estimate, sum(len(each["estimates"]) for each in hazards)))
        self.estimates = {
            each["reference"]: [next(estimates) for _ in each["estimates"]] for each in hazards
        }
        self.harms: dict[str, list[Harm]] = {}
        self.causes: dict[str, list[Cause]] = {}
        self.controls: dict[str, Control] = {}
        self.assumptions: list[Assumption] = []

    def write(self) -> None:
        """Everything, each thing after what it names."""
        for portion in _portions(self.value["hazards"]):
            self._write_hazards(portion)
        self._write_assumptions()
        for portion in _portions(self.value["hazards"]):
            record_many(
                [
                    estimate
                    for value in portion
                    for estimate in self._estimates(value, timezone.now())
                ]
            )
        for controls in _portions(self.value["controls"]):
            self._write_controls(controls)
        for evidence in _portions(self.value["evidence"]):
            self._write_evidence(evidence)

    # --- Hazards ----------------------------------------------------------------------------------

    def _write_hazards(self, portion: list[HazardValue]) -> None:
        _record([self._hazard(value) for value in portion])
        for value in portion:
            self._make_parts(value)
        _record([harm for value in portion for harm in self.harms[value["reference"]]])
        _record([cause for value in portion for cause in self.causes[value["reference"]]])
        _record(
            [
                HazardFeature(hazard_id=self.hazards[value["reference"]], feature=feature)
                for value in portion
                for reference in value["features"]
                if (feature := self.linking.features.get(reference)) is not None
            ]
        )

    def _hazard(self, value: HazardValue) -> Hazard:
        state, status = value["state"], value["status"]
        if not self.plan.governs and is_decided(state, status):
            state, status = HazardState.DRAFT, HazardStatus.OPEN
        initial, residual = (self._worst(value, stage) for stage in Stage)
        current_act().is_first(("content", self.hazards[value["reference"]]))  # its first version
        return Hazard(
            pk=self.hazards[value["reference"]],
            product=self.plan.product,
            number=value["number"],
            reference=value["reference"],
            imported_reference=value["imported_reference"],
            name=value["name"],
            description=value["description"],
            effect=value["effect"],
            for_patients=value.get("for_patients", ""),
            for_product=value.get("for_product", ""),
            family=value["family"],
            state=state,
            status=status,
            merged_into_id=self._named(value["merged_into"]),
            split_from_id=self._named(value["split_from"]),
            library_entry=value["library_entry"],
            action_summary=value["actions"],
            justification=value["justification"],
            review_date=_day(value["review_date"]),
            first_release=self.linking.release(value["in_scope_from"]),
            worst_initial_id=initial,
            worst_residual_id=residual,
            **self.linking.owner(value),
        )

    def _worst(self, value: HazardValue, stage: Stage) -> int | None:
        """The key of the estimate that the hazard shows, by the rule that the log goes by."""
        keys = self.estimates[value["reference"]]
        facts = [
            self._facts(key, each)
            for key, each in zip(keys, value["estimates"], strict=True)
            if each["stage"] == stage
        ]
        there = enumerate(value["causes"], start=1)
        causes = [place for place, cause in there if cause["in_the_log"]]
        shown = worst(current_estimates(facts, causes))
        return shown.id if shown else None

    def _facts(self, key: int, value: EstimateValue) -> EstimateFacts:
        matrix = self.plan.matrices[value["matrix"]]
        return EstimateFacts(
            key,
            value["cause"],
            value["class"],
            matrix.severities[value["severity"]].position,
            matrix.likelihoods[value["likelihood"]].position,
            value["acceptability"],
        )

    def _named(self, reference: str | None) -> int | None:
        return self.hazards[reference] if reference is not None else None

    def _make_parts(self, value: HazardValue) -> None:
        reference = value["reference"]
        self.harms[reference] = [
            Harm(
                hazard_id=self.hazards[reference],
                position=place,
                text=harm["text"],
                is_active=harm["in_the_log"],
            )
            for place, harm in enumerate(value["harms"], start=1)
        ]
        self.causes[reference] = [
            Cause(
                hazard_id=self.hazards[reference],
                position=place,
                text=cause["text"],
                kind=cause["kind"],
                accepted_because=cause["accepted_because"],
                is_active=cause["in_the_log"],
            )
            for place, cause in enumerate(value["causes"], start=1)
        ]

    # --- Estimates --------------------------------------------------------------------------------

    def _write_assumptions(self) -> None:
        self.assumptions = [
            Assumption(
                product=self.plan.product,
                hazard_id=self._named(value["hazard"]),
                text=value["text"],
                held_by=value["held_by"],
                valid_until=_day(value["valid_until"]),
                state=value["state"],
            )
            for value in self.value["assumptions"]
        ]
        _record(self.assumptions)

    def _estimates(self, hazard: HazardValue, at: datetime.datetime) -> Iterator[Estimate]:
        reference = hazard["reference"]
        for key, value in zip(self.estimates[reference], hazard["estimates"], strict=True):
            matrix = self.plan.matrices[value["matrix"]]
            risk_class = matrix.classes[value["class"]]
            assumption = value["assumption"]
            yield Estimate(
                pk=key,
                hazard_id=self.hazards[reference],
                cause=_at(self.causes[reference], value["cause"]),
                harm=_at(self.harms[reference], value["harm"]),
                stage=value["stage"],
                patients=value["patients"],
                matrix=matrix.version,
                severity=matrix.severities[value["severity"]],
                likelihood=matrix.likelihoods[value["likelihood"]],
                risk_class=risk_class,
                class_number=risk_class.number,
                acceptability=risk_class.acceptability,
                why_severity=value["why_severity"],
                why_likelihood=value["why_likelihood"],
                assumption=self.assumptions[assumption - 1] if assumption is not None else None,
                recorded_by=estimated_by(value["by"]),
                recorded_when=value["at"],
                estimated_at=at,
                estimated_by=self.by,
            )

    # --- Controls and evidence --------------------------------------------------------------------

    def _write_controls(self, portion: list[ControlValue]) -> None:
        made = [(self._control(value), value) for value in portion]
        _record([control for control, _ in made])
        self.controls.update({control.reference: control for control, _ in made})
        _record(
            [
                ControlLink(
                    control=control,
                    hazard_id=self.hazards[part["hazard"]],
                    cause=_at(self.causes[part["hazard"]], part["cause"]),
                    harm=_at(self.harms[part["hazard"]], part["harm"]),
                )
                for control, value in made
                for part in value["acts_on"]
            ]
        )
        _record(
            [
                NewHazardLink(control=control, hazard_id=self.hazards[reference])
                for control, value in made
                for reference in value["new_hazards"]
            ]
        )

    def _control(self, value: ControlValue) -> Control:
        return Control(
            product=self.plan.product,
            number=value["number"],
            reference=value["reference"],
            text=value["text"],
            kind=value["kind"],
            type=value["type"],
            strength=value["strength"],
            function=value["function"],
            party=value["party"],
            instruction=value["instruction"],
            state=value["state"],
            delivered_in=self.linking.release(value["delivered_in"]),
            implementation_reference=value["implementation_reference"],
            due_on=_day(value["due_on"]),
            none_because=value["none_because"],
            **self.linking.implementer(value),
        )

    def _write_evidence(self, portion: list[EvidenceValue]) -> None:
        made = [(self._evidence(value), value) for value in portion]
        _record([evidence for evidence, _ in made])
        _record(
            [
                EvidenceLink(evidence=evidence, control=self.controls[reference])
                for evidence, value in made
                for reference in value["controls"]
            ]
        )

    def _evidence(self, value: EvidenceValue) -> Evidence:
        return Evidence(
            product=self.plan.product,
            title=value["title"],
            state=value["state"],
            of=value["of"],
            link=value["link"],
            file=self.linking.file(value),
            result=value["result"],
            dated_on=_day(value["dated_on"]),
            release=self.linking.release(value["release"]),
            valid_until=_day(value["valid_until"]),
            is_active=value["in_the_log"],
            **self.linking.verifier(value),
        )


def _record(rows: Sequence[Tracked]) -> None:
    for row in rows:
        check_row(row)
    record_many(rows)


def _portions(values: Iterable[Value]) -> Iterator[list[Value]]:
    portion: list[Value] = []
    for value in values:
        portion.append(value)
        if len(portion) == AT_ONCE:
            yield portion
            portion = []
    if portion:
        yield portion


def _at(parts: list[Value], place: int | None) -> Value | None:
    return parts[place - 1] if place is not None else None


def _day(value: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(value) if value else None
