"""Editing in the rows of the hazard log: a cell at a time, saved where it stands.

htmx asks for a form into the cell and gets, once it is saved, the row anew. The same addresses are
pages of their own for those without script.
"""

import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.forms import EditForm
from audit.errors import NotPossible, ReasonNeeded
from hazards.access import HazardAt, hazard_for, hazard_for_editing
from hazards.actions.hazards import edit_hazard, set_status
from hazards.actions.undoing import undo_act
from hazards.choices import HazardStatus
from hazards.forms.log_cells import (
    CellForm,
    NameCellForm,
    OwnerCellForm,
    ReviewCellForm,
    StatusCellForm,
)
from hazards.history import act_since
from hazards.log_columns import columns_from
from hazards.log_reading import LogRow, row_of_hazard
from hazards.log_tools import may_in_rows
from hazards.views.editing import (
    CONFLICT,
    FORM,
    UNPROCESSABLE,
    Sheet,
    answer_edit,
    in_place,
    slot_of,
)
from hazards.views.hazard import form_methods
from hazards.views.reasons import why_undone
from hazards.views.risk import estimate
from products.permissions import Ability

_SAY_WHY = (
    "It stands in an issued version of the report, so undoing says why. Nothing was changed. Undo "
    "it on the hazard’s own page"
)


@dataclass(frozen=True)
class EditedCell:
    """A cell of the row that is edited in place: its form, its words, who may."""

    make: type[CellForm]
    heading: str
    ability: Ability = Ability.EDIT_LOG


CELLS = {
    "name": EditedCell(NameCellForm, "Rename the hazard"),
    "owner": EditedCell(OwnerCellForm, "Who looks after the hazard"),
    "review": EditedCell(ReviewCellForm, "When it is looked at again"),
    "status": EditedCell(StatusCellForm, "Set the status", Ability.GOVERN_LOG),
}


@form_methods
def log_cell(request: HttpRequest, slug: str, reference: str, cell: str) -> HttpResponse:
    """Edit one cell of a hazard's row."""
    if cell not in CELLS:
        raise Http404
    edited = CELLS[cell]
    at = hazard_for(request, slug, reference, edited.ability)
    sheet = Sheet(
        edited.heading,
        "Save",
        in_place=FORM if _is_drawer(request) else "hazards/_log_cell_form.html",
        # Read only where a conflict shows the row again.
        more=_context(request, at) | {"rows": lambda: [_row(at)], "cell": cell},
    )
    save = _saving_status(at) if cell == "status" else _saving(at)
    make = partial(edited.make, hazard=at.hazard)
    response = answer_edit(request, at, at.hazard, make, sheet, save, then=_then(cell))
    return _placed(request, at, response)


def _saving(at: HazardAt) -> Callable[[EditForm], object]:
    def save(form: EditForm) -> None:
        edit_hazard(
            hazard=at.hazard,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    return save


def _saving_status(at: HazardAt) -> Callable[[EditForm], object]:
    def save(form: EditForm) -> None:
        set_status(
            hazard=at.hazard,
            by=at.person,
            status=HazardStatus(form.changes()["status"]),
            base_version=form.version_before,
            reason=form.why,
        )

    return save


@form_methods
def log_risk(request: HttpRequest, slug: str, reference: str, stage: str) -> HttpResponse:
    """Estimate a risk beneath the hazard's row, in the matrix itself."""
    return estimate(
        request,
        slug,
        reference,
        stage,
        in_place=FORM if _is_drawer(request) else "hazards/_log_drawer.html",
        then=_then(stage),
        cancel_url=reverse("hazard_log", args=[slug]),
        drawer_of=stage,
    )


@require_POST
def log_cell_undo(
    request: HttpRequest, slug: str, reference: str, cell: str, act: uuid.UUID
) -> HttpResponse:
    """Take back what one has just saved in a cell."""
    at = hazard_for_editing(request, slug, reference)
    try:
        undo_act(product=at.product, act=act, by=at.person, reason=why_undone(request, at))
    except ReasonNeeded:
        return _answer_row(request, at, cell, _SAY_WHY, is_refused=True)
    except NotPossible as refusal:
        return _answer_row(request, at, cell, refusal.sentence, is_refused=True)
    return _answer_row(request, at, cell, "Undone")


def _then(cell: str) -> Callable[[HttpRequest, HazardAt, Sheet], HttpResponse]:
    """Answers a save with the hazard's row, whose ``cell`` says that it is saved."""

    def respond(request: HttpRequest, at: HazardAt, sheet: Sheet) -> HttpResponse:
        undo = act_since(at.hazard, at.person) if cell in CELLS else None
        return _answer_row(request, at, cell, sheet.done.rstrip("."), undo=undo)

    return respond


def _answer_row(
    request: HttpRequest,
    at: HazardAt,
    cell: str,
    done: str,
    *,
    undo: uuid.UUID | None = None,
    is_refused: bool = False,
) -> HttpResponse:
    if not slot_of(request):
        say = messages.error if is_refused else messages.success
        say(request, f"{at.hazard.display_reference}: {done}.".replace("..", "."))
        return redirect("hazard_log", at.product.slug)
    said = {"rows": [_row(at)], "touched": cell, "done": done, "undo": undo}
    context = _context(request, at) | said | {"is_refused": is_refused}
    response = in_place(render(request, "hazards/_log_rows.html", context))
    sentence = f"{at.hazard.display_reference}: {done}"
    response["HX-Trigger"] = json.dumps({"interface:announce": {"sentence": sentence}})
    if _is_drawer(request):
        _lead_to_row(response, at)
    return response


def _placed(request: HttpRequest, at: HazardAt, response: HttpResponse) -> HttpResponse:
    """Lead what was not saved to where it belongs: beside the field, or beneath the row."""
    slot = slot_of(request)
    if not slot or _is_drawer(request):
        return response
    if response.status_code == CONFLICT:
        _lead_to_row(response, at)
    elif response.status_code == UNPROCESSABLE:
        response["HX-Retarget"] = f"#{slot} .cell-form"
        response["HX-Reselect"] = "unset"
    return response


def _lead_to_row(response: HttpResponse, at: HazardAt) -> None:
    response["HX-Retarget"] = f"#slot-{at.hazard.number}"
    response["HX-Reselect"] = "unset"
    response["HX-Reswap"] = "outerHTML show:none"


def _is_drawer(request: HttpRequest) -> bool:
    """Whether the form stands beneath the row, where there is room for more than a field."""
    return slot_of(request).endswith("-drawer")


def _row(at: HazardAt) -> LogRow:
    return row_of_hazard(at.product, at.hazard.pk, timezone.localdate())


def _context(request: HttpRequest, at: HazardAt) -> dict[str, Any]:
    """What a row needs besides itself. The columns are those of the page that asked."""
    return {
        "product": at.product,
        "columns": columns_from(dict(parse_qsl(_query_of_page(request)))),
        "cancel_url": reverse("hazard_log", args=[at.product.slug]),
        **may_in_rows(at.standing),
    }


def _query_of_page(request: HttpRequest) -> str:
    """What the page that asked shows, as its address says; '' where it names none."""
    try:
        return urlsplit(request.headers.get("HX-Current-URL", "")).query
    except ValueError:
        return ""  # no address at all
