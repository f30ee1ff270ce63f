"""Carrying a plan out, through the same actions as people use, in one act: all of it or nothing."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.canonical import canonical_json
from audit.errors import NotPossible
from hazards.actions.causes import add_cause, add_harm, edit_cause, edit_harm
from hazards.actions.controls import add_control, edit_control, link_control
from hazards.actions.estimates import record_estimate
from hazards.actions.evidence import add_evidence, edit_evidence, link_evidence
from hazards.actions.hazards import edit_hazard, keep_imported_status
from hazards.actions.importing_mappings import remember_mapping
from hazards.actions.quality_legacy import list_legacy
from hazards.choices import Patients
from hazards.importing.bulk import record_new
from hazards.importing.collecting import without_collecting
from hazards.importing.control_states import bring_to_state
from hazards.importing.fields import CONTROLS
from hazards.importing.mapping import Mapping
from hazards.importing.memory import Memory, key_of
from hazards.importing.new_hazards import bring_new_hazards
from hazards.importing.planned import Deed, Plan, PlannedHazard
from hazards.importing.remembering import remembered_of
from hazards.importing.report import Report, report_of
from hazards.importing.told_evidence import evidence_values
from hazards.locks import lock_product
from hazards.models import Cause, Hazard, ImportBatch
from products.permissions import Ability, check_can


def apply_import(
    *,
    plan: Plan,
    by: User,
    reason: str = "",
    mapping: Mapping | None = None,
    layout: str = "",
) -> Report:
    """Do what a plan says, and keep its report. A plan that changes nothing writes nothing.

    What the quality rules find on new hazards is listed with it. ``mapping`` is remembered for the
    ``layout``, where there is one.
    Raises ``NotAllowed``; ``NotPossible`` when the log has changed since the plan was made;
    whatever else an action refuses. Then nothing at all is saved.
    """
    product = plan.product
    check_can(by, Ability.IMPORT_LOG, product)
    if not plan.changes_anything:
        return report_of(plan)
    why = reason or f"Imported {plan.log.file_name}"
    with without_collecting(), act(by=by, reason=why, scope=product.scope):
        lock_product(product)
        _check_unchanged(plan)
        new = [planned for planned in plan.hazards if planned.standing is None]
        keys = record_new(new, product=product, by=by)
        for planned in plan.hazards:
            if planned.standing is not None:
                _HazardChange(planned, planned.standing.hazard, by).carry_out()
        for planned in plan.hazards:
            if planned.standing is not None:
                _bring_new_hazards(planned, by)
        memory: Memory = dict(plan.memory)
        memory |= {key_of(each.parsed): remembered_of(each) for each in plan.hazards}
        if mapping is not None and layout:
            remember_mapping(product=product, by=by, layout=layout, mapping=mapping)
        batch, report = _keep_report(plan, by, memory)
        if keys:
            list_legacy(product=product, batch=batch, by=by, hazards=keys)
    return report


def _bring_new_hazards(planned: PlannedHazard, by: User) -> None:
    for each in planned.controls:
        if each.control is not None and each.deed is Deed.ADD:
            bring_new_hazards(each.control, each, by)


def _keep_report(plan: Plan, by: User, memory: Memory) -> tuple[ImportBatch, Report]:
    """Store what became of every row, and what the file said."""
    report = report_of(plan)
    batch = ImportBatch(
        product=plan.product,
        file_name=plan.log.file_name,
        sha256=plan.log.sha256,
        sheet=plan.log.sheet,
        imported_at=timezone.now(),
        imported_by=by,
    )
    report.batch = str(batch.public_id)
    remembered = {key: each.as_json() for key, each in memory.items()}
    batch.report = canonical_json(report.as_json() | {"memory": remembered})
    batch.save()
    return batch, report


def _check_unchanged(plan: Plan) -> None:
    """The hazards are locked from here on, and are the ones that the plan was made from."""
    now = Hazard.objects.select_for_update().filter(product=plan.product).order_by("pk")
    if {hazard.pk: hazard.content_version for hazard in now} != plan.versions:
        raise NotPossible(
            "Somebody changed the hazard log while this import was being prepared. "
            "Nothing was imported. Look at the new preview and import again."
        )


class _HazardChange:
    """What a plan changes on one hazard of the log, through the actions that people use too."""

    def __init__(self, planned: PlannedHazard, hazard: Hazard, by: User) -> None:
        self.planned = planned
        self.hazard = hazard
        self.by = by

    def carry_out(self) -> None:
        """Write what is new or changed."""
        planned = self.planned
        planned.hazard = self.hazard
        if planned.values:
            edit_hazard(hazard=self.hazard, by=self.by, changes=planned.values)
        self._write_harms_and_causes()
        self._write_controls()
        self._write_tests()
        self._write_estimates()
        if planned.status is not None:
            planned.misfits = keep_imported_status(
                hazard=self.hazard, by=self.by, status=planned.status
            )

    def _write_harms_and_causes(self) -> None:
        for harm in self.planned.harms:
            if harm.row is None:
                harm.row = add_harm(hazard=self.hazard, by=self.by, text=harm.text)
            elif harm.deed is Deed.EDIT:
                edit_harm(harm=harm.row, by=self.by, changes={"text": harm.text})
        for cause in self.planned.causes:
            if cause.row is None:
                cause.row = add_cause(hazard=self.hazard, by=self.by, text=cause.text)
            elif cause.deed is Deed.EDIT:
                edit_cause(cause=cause.row, by=self.by, changes={"text": cause.text})

    def _causes(self, places: tuple[int, ...]) -> list[Cause]:
        """The causes at these places that are in the log."""
        planned = (self.planned.causes[place] for place in places)
        return [
            cause.row
            for cause in planned
            if cause.row is not None and cause.deed is not Deed.LEAVE_OUT
        ]

    def _write_controls(self) -> None:
        for planned in self.planned.controls:
            causes = self._causes(planned.parsed.on)
            if planned.control is None:
                kind, type_ = CONTROLS[planned.parsed.column]
                details: dict[str, Any] = dict(planned.parsed.details)
                state = details.pop("state", "")
                planned.control = add_control(
                    hazard=self.hazard,
                    by=self.by,
                    text=planned.parsed.text,
                    kind=kind,
                    type=type_,
                    causes=causes,
                    **details,
                )
                if state:
                    bring_to_state(planned.control, state, self.by)
                continue
            changes = dict(planned.changes)
            state = changes.pop("state", "")
            if changes:
                edit_control(control=planned.control, by=self.by, changes=changes)
            if state:
                bring_to_state(planned.control, state, self.by)
            if planned.relink:
                link_control(control=planned.control, hazard=self.hazard, by=self.by, causes=causes)

    def _write_tests(self) -> None:
        for planned in self.planned.tests:
            controls = [
                control
                for place in planned.controls
                if (control := self.planned.controls[place].control) is not None
            ]
            if planned.deed is Deed.ADD:
                values: dict[str, Any] = dict(evidence_values(planned.details))
                planned.evidence = add_evidence(
                    controls=controls, by=self.by, title=planned.text, **values
                )
            elif planned.deed is Deed.EDIT and planned.evidence is not None:
                if planned.changes:
                    edit_evidence(evidence=planned.evidence, by=self.by, changes=planned.changes)
                for control in controls:
                    link_evidence(evidence=planned.evidence, control=control, by=self.by)

    def _write_estimates(self) -> None:
        for planned in self.planned.estimates:
            if planned.deed is not Deed.ADD:
                continue
            cause = self.planned.causes[planned.on].row if planned.on is not None else None
            record_estimate(
                hazard=self.hazard,
                by=self.by,
                stage=planned.parsed.stage,
                severity=planned.square.severity,
                likelihood=planned.square.likelihood,
                cause=cause,
                patients=Patients(planned.parsed.patients) if planned.parsed.patients else None,
                why_severity=planned.parsed.why_severity,
                why_likelihood=planned.parsed.why_likelihood,
                from_file=True,
            )
