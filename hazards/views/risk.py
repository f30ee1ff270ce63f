"""Estimates and assumptions."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse

from accounts.forms import EditForm
from audit.errors import ChangedMeanwhile
from hazards.access import HazardAt, assumption_on, hazard_for, hazard_for_editing
from hazards.actions.estimates import add_assumption, edit_assumption, record_estimate
from hazards.choices import Patients, Stage
from hazards.forms.risk import AssumptionForm, AssumptionStateForm, EstimateForm
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.queries import current_matrix, last_estimate, newest_estimate, parts_of
from hazards.views.editing import FORM, Sheet, Then, answer, answer_edit
from hazards.views.hazard import form_methods
from products.permissions import Ability


@form_methods
def estimate(
    request: HttpRequest,
    slug: str,
    reference: str,
    stage: str,
    *,
    then: Then | None = None,
    in_place: str = FORM,
    **more: Any,
) -> HttpResponse:
    """Estimate the initial or the residual risk, of the whole hazard or of a cause.

    Another page that offers it says how it is drawn there, and how it goes on after the save.
    """
    if stage not in Stage.values:
        raise Http404
    at = hazard_for(request, slug, reference, Ability.ESTIMATE)
    matrix = _matrix_of(at, Stage(stage))
    causes, harms = parts_of(at.hazard)
    make = partial(EstimateForm, hazard=at.hazard, matrix=matrix, causes=causes, harms=harms)
    outcomes, matrix.outcomes = matrix.outcomes, []  # asked beside the grid, and recorded
    asked = {"matrix": matrix, "outcomes": outcomes, "is_residual": stage == Stage.RESIDUAL}
    sheet = Sheet(
        f"Estimate the {stage} risk",
        "Record the estimate",
        "The estimate is recorded.",
        "hazard-risk",
        intro=_INTROS[Stage(stage)],
        fields="hazards/_fields_estimate.html",
        replaces=True,
        in_place=in_place,
        more=asked | more,
    )
    initial = _initial(request, at, Stage(stage), matrix)
    save = _recording(at, Stage(stage))
    return answer(request, at, make, sheet, save, initial=initial, then=then)


def _recording(at: HazardAt, stage: Stage) -> Callable[[EstimateForm], object]:
    def save(form: EstimateForm) -> None:
        values = form.cleaned_data
        try:
            record_estimate(
                hazard=at.hazard,
                by=at.person,
                stage=stage,
                severity=values["cell"].severity,
                likelihood=values["cell"].likelihood,
                cause=values.get("cause"),
                harm=values.get("harm"),
                patients=Patients(values["patients"]),
                why_severity=values["why_severity"],
                why_likelihood=values["why_likelihood"],
                assumption=values["assumption"],
                seen=values["seen"],
                reason=values["reason"],
            )
        except ChangedMeanwhile:
            form.show(last_estimate(at.hazard, stage))
            raise

    return save


_INTROS = {
    Stage.INITIAL: "With the existing controls, which stay in place. Severity is of the harm at "
    "its most credible, not the worst imaginable.",
    Stage.RESIDUAL: "With all controls. While one of them does not stand yet, the risk is shown "
    "as provisional.",
}


def _matrix_of(at: HazardAt, stage: Stage) -> MatrixReading:
    version = current_matrix(at.product)
    if version is None:
        raise Http404
    matrix = read_matrix(version)
    shown = at.hazard.worst_initial
    if stage is Stage.RESIDUAL and shown is not None:
        initial = matrix.at(shown.severity_id, shown.likelihood_id)
        if initial is not None:
            initial.is_initial = True
    return matrix


def _initial(
    request: HttpRequest, at: HazardAt, stage: Stage, matrix: MatrixReading
) -> dict[str, Any]:
    """What stands now, to be corrected rather than written again."""
    key = request.GET.get("cause", "")
    cause = int(key) if key.isascii() and key.isdecimal() and len(key) < 19 else None
    now = newest_estimate(at.hazard, stage, cause)
    always = {"cause": cause, "seen": last_estimate(at.hazard, stage)}
    if now is None:
        return always
    cell = matrix.at(now.severity_id, now.likelihood_id)
    return always | {
        "harm": now.harm_id,
        "patients": now.patients,
        "cell": cell.value if cell else "",
        "why_severity": now.why_severity,
        "why_likelihood": now.why_likelihood,
        "assumption": now.assumption_id,
    }


@form_methods
def assumption_add(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Write down what must stay true for the hazard's estimates."""
    at = hazard_for_editing(request, slug, reference)

    def save(form: EditForm) -> None:
        add_assumption(
            product=at.product,
            hazard=at.hazard,
            by=at.person,
            reason=form.why,
            **form.changes(),
        )

    sheet = Sheet("Add an assumption", "Add it", "The assumption is added.", "hazard-assumptions")
    return answer(request, at, AssumptionForm, sheet, save)


@form_methods
def assumption_edit(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Change an assumption, or say that it is broken."""
    at = hazard_for_editing(request, slug, reference)
    row = assumption_on(at, pk)

    def save(form: EditForm) -> None:
        edit_assumption(
            assumption=row,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    sheet = Sheet("Edit the assumption", "Save", anchor="hazard-assumptions")
    return answer_edit(request, at, row, AssumptionStateForm, sheet, save)
