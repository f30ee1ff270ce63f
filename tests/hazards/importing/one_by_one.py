"""The new hazards of a plan written one after another, through the actions that people use."""

from typing import Any

from accounts.models import User
from audit.acts import act
from hazards.actions.causes import add_cause, add_harm
from hazards.actions.controls import add_control
from hazards.actions.estimates import record_estimate
from hazards.actions.evidence import add_evidence
from hazards.actions.hazards import create_hazard, keep_imported_status
from hazards.choices import Patients
from hazards.importing.control_states import bring_to_state
from hazards.importing.fields import CONTROLS
from hazards.importing.new_hazards import bring_new_hazards
from hazards.importing.planned import Plan, PlannedHazard
from hazards.importing.told_evidence import evidence_values
from hazards.models import Hazard


def write_one_by_one(plan: Plan, by: User) -> None:
    """Every hazard of the plan, in one act."""
    with act(by=by, reason="One by one", scope=plan.product.scope):
        for planned in plan.hazards:
            _write(planned, plan, by)
        for planned in plan.hazards:
            for each in planned.controls:
                if each.control is not None:
                    bring_new_hazards(each.control, each, by)


def _write(planned: PlannedHazard, plan: Plan, by: User) -> None:
    hazard = create_hazard(
        product=plan.product,
        by=by,
        name=planned.parsed.name,
        imported_reference=planned.parsed.reference,
        **planned.values,
    )
    for harm in planned.harms:
        harm.row = add_harm(hazard=hazard, by=by, text=harm.text)
    for cause in planned.causes:
        cause.row = add_cause(hazard=hazard, by=by, text=cause.text)
    _write_controls(planned, hazard, by)
    for each in planned.estimates:
        record_estimate(
            hazard=hazard,
            by=by,
            stage=each.parsed.stage,
            severity=each.square.severity,
            likelihood=each.square.likelihood,
            cause=planned.causes[each.on].row if each.on is not None else None,
            patients=Patients(each.parsed.patients) if each.parsed.patients else None,
            why_severity=each.parsed.why_severity,
            why_likelihood=each.parsed.why_likelihood,
            from_file=True,
        )
    if planned.status is not None:
        planned.misfits = keep_imported_status(hazard=hazard, by=by, status=planned.status)


def _write_controls(planned: PlannedHazard, hazard: Hazard, by: User) -> None:
    for each in planned.controls:
        kind, type_ = CONTROLS[each.parsed.column]
        causes = [planned.causes[place].row for place in each.parsed.on]
        details: dict[str, Any] = dict(each.parsed.details)
        state = details.pop("state", "")
        each.control = add_control(
            hazard=hazard,
            by=by,
            text=each.parsed.text,
            kind=kind,
            type=type_,
            causes=[cause for cause in causes if cause is not None],
            **details,
        )
        if state:
            bring_to_state(each.control, state, by)
    for test in planned.tests:
        controls = [planned.controls[place].control for place in test.controls]
        values: dict[str, Any] = dict(evidence_values(test.details))
        add_evidence(
            controls=[control for control in controls if control is not None],
            by=by,
            title=test.text,
            **values,
        )
