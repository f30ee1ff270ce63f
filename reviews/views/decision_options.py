"""The options of a decision, the hazards that they are held against, and their safeguards."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from accounts.editing import edit_page, form_page
from accounts.forms import EditForm, ReasonForm
from audit.errors import ChangedMeanwhile
from hazards.forms.controls import shown_as_text
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.queries import current_matrix
from reviews.actions.decision_options import (
    add_hazard_row,
    add_option,
    edit_option,
    estimate_option,
    remove_hazard_row,
    remove_option,
)
from reviews.actions.safeguards import add_safeguard, edit_safeguard, remove_safeguard
from reviews.decisions.access import (
    DecisionAt,
    cell_of,
    decision_for_estimating,
    decision_for_writing,
    option_of,
    row_of,
    row_to_take_out,
    safeguard_of,
)
from reviews.decisions.form_page import page_on
from reviews.decisions.forms_options import (
    HazardRowForm,
    OptionEstimateForm,
    OptionForm,
    SafeguardForm,
)
from reviews.decisions.queries import controls_to_adopt, hazards_to_add, standing_version
from reviews.decisions.shapes import OptionCell
from reviews.models import OptionEstimate
from reviews.views.decisions import TEMPLATES, form_methods

_OF_OPTION = (
    "name",
    "side",
    "description",
    "evidence",
    "for_patients",
    "for_business",
    "cost",
)
_OF_SAFEGUARD = (
    "text",
    "kind",
    "answers",
    "type",
    "strength",
    "function",
    "party",
    "tier",
    "months",
    "threshold",
)


@form_methods
def option_new(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Add an option."""
    at = decision_for_writing(request, slug, reference)
    form = OptionForm(request.POST or None)

    def save() -> None:
        add_option(decision=at.decision, by=at.person, **form.changes())

    page = page_on(
        at,
        "Add an option",
        "Add it",
        done="Added. Say what it does to each hazard.",
        intro=at.decision.question,
        anchor="options",
    )
    return form_page(request, form, page, save)


@form_methods
def option_edit(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Change an option."""
    at = decision_for_writing(request, slug, reference)
    option = option_of(at, public_id).option

    def save(form: EditForm) -> None:
        edit_option(
            option=option,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    return edit_page(
        request,
        option,
        make=OptionForm,
        save=save,
        page=page_on(at, f"Edit “{option.name}”", "Save", anchor="options"),
        initial={name: getattr(option, name) for name in _OF_OPTION},
    )


@form_methods
def option_remove(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Take an option out."""
    at = decision_for_writing(request, slug, reference)
    option = option_of(at, public_id).option
    form = ReasonForm(request.POST or None)

    def save() -> None:
        remove_option(option=option, by=at.person, reason=form.cleaned_data["reason"])

    page = page_on(
        at,
        f"Take out “{option.name}”",
        "Take it out",
        done="Taken out. It stays in the record.",
        intro="It is considered no more. What was said of it stays in the record.",
        anchor="options",
    )
    return form_page(request, form, page, save)


@form_methods
def decision_hazard_new(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Hold the options against one more hazard."""
    at = decision_for_writing(request, slug, reference)
    form = HazardRowForm(request.POST or None, hazards=hazards_to_add(at.reading))

    def save() -> None:
        add_hazard_row(
            decision=at.decision,
            by=at.person,
            hazard=form.cleaned_data["hazard"],
            new_name=form.cleaned_data["new_name"],
        )

    page = page_on(
        at,
        "Add a hazard",
        "Add it",
        done="Added. Say what each option does to it.",
        intro="Every hazard that any option touches, the cautious one too. A hazard that an "
        "option brings becomes a draft in the log once the decision is agreed.",
        anchor="options",
    )
    return form_page(request, form, page, save)


@form_methods
def decision_hazard_remove(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Take a hazard out of the table."""
    at = decision_for_writing(request, slug, reference)
    row = row_to_take_out(at, public_id)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        remove_hazard_row(row=row.row, by=at.person, reason=form.cleaned_data["reason"])

    page = page_on(
        at,
        f"Take {row.known_as} out of the table",
        "Take it out",
        done="Taken out. It stays in the record.",
        intro="The options are held against it no more. The hazard itself stays as it is.",
        anchor="options",
    )
    return form_page(request, form, page, save)


@form_methods
def option_hazard(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID, row: uuid.UUID
) -> HttpResponse:
    """Say what an option does to a hazard, in the matrix itself."""
    at = decision_for_estimating(request, slug, reference)
    option, hazard = option_of(at, public_id), row_of(at, row)
    cell = cell_of(option, hazard)
    matrix = _matrix(at, cell)
    form = OptionEstimateForm(
        request.POST if request.method == "POST" else None,
        matrix=matrix,
        initial=_initial(cell.estimate),
    )

    def save() -> str | None:
        _estimate(at, cell, form)
        following = _next_gap(at, cell) if "next" in request.POST else None
        return _estimate_url(at, following) if following else None

    page = page_on(
        at,
        f"{option.option.name}: {hazard.known_as}",
        "Save",
        done="The estimate is recorded.",
        anchor="options",
        template=f"{TEMPLATES}estimate.html",
        more={
            "cell": cell,
            "matrix": matrix,
            "reading": at.reading,
            "has_next": _next_gap(at, cell) is not None,
        },
    )
    return form_page(request, form, page, save)


def _estimate(at: DecisionAt, cell: OptionCell, form: OptionEstimateForm) -> None:
    square = form.square
    try:
        estimate_option(
            option=cell.option.option,
            row=cell.row.row,
            by=at.person,
            severity=square.severity if square else None,
            likelihood=square.likelihood if square else None,
            is_touched=form.cleaned_data["touches"] == "yes",
            why=form.cleaned_data["why"],
            seen=form.cleaned_data["seen"],
        )
    except ChangedMeanwhile:
        sent: Any = form.data
        data = sent.copy()
        data["seen"] = standing_version(cell.option.option, cell.row.row)
        form.data = data
        raise


def _initial(estimate: OptionEstimate | None) -> dict[str, Any]:
    if estimate is None:
        return {"touches": "yes", "seen": 0}
    square = f"{estimate.severity_id}:{estimate.likelihood_id}" if estimate.is_touched else ""
    return {
        "touches": "yes" if estimate.is_touched else "no",
        "cell": square,
        "why": estimate.why,
        "seen": estimate.version,
    }


def _matrix(at: DecisionAt, cell: OptionCell) -> MatrixReading:
    """The matrix in use, with today's risk marked where it is of that version."""
    version = current_matrix(at.product)
    if version is None:
        raise Http404
    matrix, today = read_matrix(version), cell.row.today
    matrix.outcomes = []
    if today is not None and today.matrix == version.number:
        for square in matrix.cells:
            if (square.severity.position, square.likelihood.position) == (
                today.severity,
                today.likelihood,
            ):
                square.is_initial = True
    return matrix


def _next_gap(at: DecisionAt, cell: OptionCell) -> OptionCell | None:
    """The next cell of which nobody has said anything, after this one, else the first."""
    gaps = [each for each in at.reading.gaps if each is not cell]
    cells = [each for option in at.reading.options for each in option.cells]
    after = cells[cells.index(cell) + 1 :]
    return next((each for each in gaps if each in after), gaps[0] if gaps else None)


def _estimate_url(at: DecisionAt, cell: OptionCell) -> str:
    args = [at.product.slug, at.decision.reference]
    return reverse(
        "option_hazard", args=[*args, cell.option.option.public_id, cell.row.row.public_id]
    )


# --- Safeguards -----------------------------------------------------------------------------------


@form_methods
def safeguard_new(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Add what an option needs to be safe."""
    at = decision_for_writing(request, slug, reference)
    option = option_of(at, public_id)
    form = SafeguardForm(request.POST or None, product=at.product, rows=at.reading.rows)

    def save() -> None:
        add_safeguard(
            option=option.option, by=at.person, hazards=form.chosen_rows, **form.changes()
        )

    page = page_on(
        at,
        f"Add a safeguard to “{option.option.name}”",
        "Add it",
        done="Added.",
        anchor="third-option" if option.option.is_third else "options",
        template=f"{TEMPLATES}safeguard.html",
        more={"controls": controls_to_adopt(at.reading)},
    )
    return form_page(request, form, page, save)


@form_methods
def safeguard_edit(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Change a safeguard: what it is, what it protects, which control it adopts."""
    at = decision_for_writing(request, slug, reference)
    option, reading = safeguard_of(at, public_id)
    safeguard = reading.safeguard

    def make(**options: Any) -> EditForm:
        return SafeguardForm(**options, product=at.product, rows=at.reading.rows)

    def save(form: EditForm) -> None:
        chosen: Any = form
        edit_safeguard(
            safeguard=safeguard,
            by=at.person,
            changes=form.changes(),
            hazards=chosen.chosen_rows,
            shown=chosen.shown_rows(),
            base_version=form.version_before,
        )

    initial: dict[str, Any] = {name: getattr(safeguard, name) for name in _OF_SAFEGUARD}
    ticked = [str(each.row.pk) for each in reading.rows]
    initial |= {
        "hazards": ticked,
        "shown": shown_as_text(ticked),
        "control": reading.control[0] if reading.control else "",
    }
    page = page_on(
        at,
        "Edit the safeguard",
        "Save",
        anchor="third-option" if option.option.is_third else "options",
        template=f"{TEMPLATES}safeguard.html",
        more={
            "controls": controls_to_adopt(at.reading),
            "remove_url": _remove_url(at, safeguard.public_id),
        },
    )
    return edit_page(request, safeguard, make=make, save=save, page=page, initial=initial)


def _remove_url(at: DecisionAt, public_id: uuid.UUID) -> str:
    return reverse("safeguard_remove", args=[at.product.slug, at.decision.reference, public_id])


@form_methods
def safeguard_remove(
    request: HttpRequest, slug: str, reference: str, public_id: uuid.UUID
) -> HttpResponse:
    """Take a safeguard from an option."""
    at = decision_for_writing(request, slug, reference)
    _, reading = safeguard_of(at, public_id)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        remove_safeguard(
            safeguard=reading.safeguard, by=at.person, reason=form.cleaned_data["reason"]
        )

    page = page_on(
        at,
        "Take the safeguard out",
        "Take it out",
        done="Taken out. It stays in the record.",
        intro=reading.safeguard.text,
        anchor="third-option",
    )
    return form_page(request, form, page, save)
