"""The risk matrix: reading it, and its versions from draft to approved."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import Page, form_page, pressed
from accounts.forms import ReasonForm
from audit.errors import BadText, Conflict, NotPossible
from hazards.actions.matrix_versions import (
    approve_matrix,
    discard_matrix,
    draft_matrix,
    edit_matrix,
)
from hazards.choices import MatrixState
from hazards.forms.matrices import MatrixForm, MatrixSizeForm
from hazards.matrix_access import matrix_of
from hazards.matrix_moves import hazards_to_estimate_again, higher, moved_estimates, moves_by_stage
from hazards.matrix_reading import MatrixReading, matrix_versions_of, read_matrix
from hazards.matrix_rules import oddities, why_not_approved
from hazards.matrix_shape import fingerprint_of, shape_of
from hazards.models import MatrixVersion
from hazards.queries import current_matrix
from products.access import product_for, product_for_reading
from products.permissions import Ability, Standing

PER_PAGE = 50
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def risk_matrix(request: HttpRequest, slug: str) -> HttpResponse:
    """The matrix that the product's risks are estimated against, and what its words mean."""
    standing = product_for_reading(request, slug)
    version = current_matrix(standing.product)
    if version is None:
        raise Http404
    return _show(request, standing, version)


@require_safe
def risk_matrix_version(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Another version of the matrix: a draft, or one that was in use."""
    standing = product_for_reading(request, slug)
    return _show(request, standing, matrix_of(standing.product, number))


def _show(request: HttpRequest, standing: Standing, version: MatrixVersion) -> HttpResponse:
    matrix = read_matrix(version)
    current = current_matrix(standing.product)
    is_draft = version.state == MatrixState.DRAFT
    is_current = version == current
    again = hazards_to_estimate_again(standing.product, matrix) if is_current else []
    versions = list(matrix_versions_of(standing.product))
    context = {
        "heading": version.name,
        "trail": [("Risk matrix", "" if is_current else _url("risk_matrix", standing))]
        + ([] if is_current else [(f"Version {version.number}", "")]),
        "version": version,
        "matrix": matrix,
        "is_current": is_current,
        "is_approved": version.state == MatrixState.APPROVED,
        "is_draft": is_draft,
        "missing": why_not_approved(shape_of(matrix)) if is_draft else [],
        "oddities": oddities(shape_of(matrix)) if is_draft else [],
        "seen": fingerprint_of(matrix),
        "versions": versions,
        "to_estimate_again": len(again),
        "may_edit": standing.can(Ability.WRITE_PLAN),
        "may_approve": standing.can(Ability.GOVERN_LOG) and is_draft,
        "may_start": standing.can(Ability.WRITE_PLAN)
        and all(each.state != MatrixState.DRAFT for each in versions),
    }
    return render(request, "hazards/matrices/matrix.html", context)


@form_methods
def risk_matrix_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a new version of the matrix, in a size of its own."""
    standing = product_for(request, slug, Ability.WRITE_PLAN)
    version = current_matrix(standing.product)
    if version is None:
        raise Http404
    now = read_matrix(version)
    size = {
        "severities": len(now.severities),
        "likelihoods": len(now.likelihoods),
        "classes": len(now.classes),
    }
    form = MatrixSizeForm(request.POST if request.method == "POST" else None, initial=size)

    def save() -> str:
        draft = draft_matrix(product=standing.product, by=standing.person, **form.cleaned_data)
        return _url("risk_matrix_edit", standing, draft.number)

    page = Page(
        heading="Start a new version of the matrix",
        submit="Start the draft",
        done_url=_url("risk_matrix", standing),
        done="The draft is made. Nothing changes for the log until it is approved.",
        intro="It starts with the words and squares of the version in use. Estimates stay as they "
        "are; before it is approved you see every one that it would place elsewhere.",
        trail=(("Risk matrix", _url("risk_matrix", standing)),),
    )
    return form_page(request, form, page, save)


@form_methods
def risk_matrix_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every word, square and class of a draft on one page."""
    standing = product_for(request, slug, Ability.WRITE_PLAN)
    version = matrix_of(standing.product, number)
    if version.state != MatrixState.DRAFT:
        messages.error(
            request,
            f"Version {number} is no draft, so nothing of it changes. Start a new version.",
        )
        return redirect("risk_matrix_version", slug, number)
    matrix = read_matrix(version)
    if request.method != "POST":
        return _edit_page(request, standing, matrix, MatrixForm(matrix=matrix))
    form = MatrixForm(request.POST, matrix=matrix)
    if not form.is_valid():
        return _edit_page(request, standing, matrix, form, status=422)
    changes, versions = form.changes()
    try:
        edit_matrix(
            matrix=version,
            by=standing.person,
            changes=changes,
            versions=versions,
            reason=form.cleaned_data["reason"],
        )
    except Conflict as conflict:
        return _collided(request, standing, version, conflict)
    except (NotPossible, BadText) as refusal:
        form.add_error(None, refusal.sentence)
        return _edit_page(request, standing, matrix, form, status=422)
    messages.success(request, "Saved. Nothing changes for the log until it is approved.")
    return redirect("risk_matrix_version", slug, number)


def _collided(
    request: HttpRequest, standing: Standing, version: MatrixVersion, conflict: Conflict
) -> HttpResponse:
    """The form with what this person wrote, beside what somebody else saved meanwhile."""
    matrix = read_matrix(version)
    newest = MatrixForm(matrix=matrix)
    posted = request.POST.copy()
    for name, field in newest.fields.items():
        if name.startswith("was-"):
            posted[name] = str(field.initial)  # saving again means: mine, knowing theirs
    form = MatrixForm(posted, matrix=matrix)
    form.is_valid()
    said = "; ".join(
        f"{each.label}: theirs “{each.theirs}”, yours “{each.yours}”" for each in conflict.fields
    )
    form.add_error(
        None,
        "Somebody else changed the same thing since you opened this page. Nothing of yours was "
        f"saved yet, and all of it is below ({said}). Put right what should stay, then save.",
    )
    return _edit_page(request, standing, matrix, form, status=409)


def _edit_page(
    request: HttpRequest,
    standing: Standing,
    matrix: MatrixReading,
    form: MatrixForm,
    status: int = 200,
) -> HttpResponse:
    number = matrix.version.number
    here = _url("risk_matrix_version", standing, number)
    context = {
        "heading": f"Edit version {number} of the matrix",
        "trail": [
            ("Risk matrix", _url("risk_matrix", standing)),
            (f"Version {number}", here),
            ("Edit", ""),
        ],
        "form": form,
        "matrix": matrix,
        "submit": "Save the draft",
        "cancel_url": here,
    }
    return render(request, "hazards/matrices/edit.html", context, status=status)


@require_safe
def risk_matrix_changes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Every estimate that a version of the matrix places elsewhere."""
    standing = product_for_reading(request, slug)
    version = matrix_of(standing.product, number)
    matrix = read_matrix(version)
    moves = moved_estimates(standing.product, matrix)
    page = Paginator(moves, PER_PAGE).get_page(request.GET.get("page"))
    is_draft = version.state == MatrixState.DRAFT
    context = {
        "heading": "What would move" if is_draft else "To be estimated again",
        "trail": [
            ("Risk matrix", _url("risk_matrix", standing)),
            (f"Version {number}", _url("risk_matrix_version", standing, number)),
            ("What moves", ""),
        ],
        "version": version,
        "page": page,
        "count": len(moves),
        "hazards": len({move.hazard.pk for move in moves}),
        "by_stage": moves_by_stage(moves),
        "higher": higher(moves),
        "is_draft": is_draft,
        "missing": why_not_approved(shape_of(matrix)) if is_draft else [],
        "seen": fingerprint_of(matrix),
        "may_approve": standing.can(Ability.GOVERN_LOG) and is_draft,
        "may_estimate": standing.can(Ability.ESTIMATE),
    }
    return render(request, "hazards/matrices/changes.html", context)


@require_POST
def risk_matrix_approve(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A clinical safety officer approves a version of the matrix."""
    standing = product_for(request, slug, Ability.GOVERN_LOG)
    version = matrix_of(standing.product, number)
    seen = request.POST.get("seen", "")
    approve = partial(approve_matrix, matrix=version, by=standing.person, seen=seen)
    done = "The risk matrix is approved. Risks are estimated against it now."
    if pressed(request, approve, done) is None:
        return redirect("risk_matrix_version", slug, number)
    return redirect("risk_matrix", slug)


@form_methods
def risk_matrix_discard(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Put a draft of the matrix aside."""
    standing = product_for(request, slug, Ability.WRITE_PLAN)
    version = matrix_of(standing.product, number)
    form = ReasonForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        discard_matrix(matrix=version, by=standing.person, reason=form.cleaned_data["reason"])

    page = Page(
        heading=f"Discard version {number} of the matrix",
        submit="Discard it",
        done_url=_url("risk_matrix", standing),
        done="The draft is discarded. It is kept, and cannot be used.",
        trail=(("Risk matrix", _url("risk_matrix", standing)),),
    )
    return form_page(request, form, page, save)


def _url(name: str, standing: Standing, *more: Any) -> str:
    return reverse(name, args=[standing.product.slug, *more])
