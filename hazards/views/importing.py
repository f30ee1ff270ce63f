"""Bringing in a hazard log: choose the file, say what its columns hold, look, confirm."""

import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from audit.errors import NotAllowed, NotPossible, Refusal
from hazards.actions.importing_jobs import request_import
from hazards.forms.importing import ImportForm, MappingForm, chosen_columns
from hazards.importing.asking import Question, question_about, words_in
from hazards.importing.batches import import_under_way, imports_of
from hazards.importing.intake import Brought, fingerprint_of, prepare
from hazards.importing.mapping import Mapping
from hazards.importing.report import Report
from hazards.importing.report_page import report_page
from hazards.importing.waiting import (
    WaitingFile,
    answer_waiting,
    keep_preview,
    keep_waiting,
    preview_of,
    stop_waiting,
    waiting_file,
)
from hazards.importing.words_said import WordGuess
from hazards.importing.workbook import too_large
from hazards.uploads import safe_file_name
from products.access import product_for
from products.permissions import Ability, Standing

NEWEST = 5  # imports below the form
AT_ONCE = 150  # hazards that are written while the person waits; more go to the worker


@require_http_methods(["GET", "HEAD", "POST"])
def import_hazards(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a file. It is opened at once; what is wrong with it is said in the form."""
    standing = product_for(request, slug, Ability.IMPORT_LOG)
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm()
    if sent and form.is_valid():
        try:
            return _keep(standing, form.cleaned_data["file"], form.cleaned_data["sheet"])
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
    context = {
        "heading": "Import a hazard log",
        "trail": trail(slug, "Import"),
        "form": form,
        "submit": "Look at its columns",
        "cancel_url": reverse("hazard_log", args=[slug]),
        "advice": "Nothing was imported. Put this right and choose the file again.",
        "problem_heading": "Not read yet: something needs to be put right",
        "newest": imports_of(standing.product)[:NEWEST],
    }
    return render(request, "hazards/importing/upload.html", context)


def _keep(standing: Standing, upload: UploadedFile, sheet: str) -> HttpResponse:
    """Open the file before it waits: whatever is wrong with it is said now."""
    product, person = standing.product, standing.person
    name = upload.name or "file"
    if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        raise NotPossible(too_large(safe_file_name(name)))
    brought = Brought(name, upload.read(), sheet)
    report = (
        prepare(product=product, brought=brought, by=person).report if brought.is_record else None
    )
    if report is None:
        question_about(product, brought)
    key = keep_waiting(
        product=product, person=person, name=name, content=brought.content, sheet=sheet
    )
    if report is None:
        return redirect("import_columns", product.slug, key)
    keep_preview(key, report)
    return redirect("import_preview", product.slug, key)


# --- What the columns hold ------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """Say which field each column of the waiting file is, and what its words mean."""
    standing = product_for(request, slug, Ability.IMPORT_LOG)
    waiting = waiting_file(key, product=standing.product, person=standing.person)
    if waiting is None:
        return _gone(request, slug)
    if waiting.brought.is_record:
        return redirect("import_preview", slug, key)
    sent = request.POST if request.method == "POST" else request.GET
    try:
        question = question_about(standing.product, waiting.brought, sent.get("sheet", ""))
    except NotPossible as refusal:
        messages.error(request, refusal.sentence)
        return redirect("import_hazards", slug)
    if request.method != "POST":
        words = _words_expected(question, waiting)
        return _columns_page(request, waiting, question, _form(question, waiting, None, words))
    return _answered(request, standing, waiting, question)


def _answered(
    request: HttpRequest, standing: Standing, waiting: WaitingFile, question: Question
) -> HttpResponse:
    """Read the file as the person said; ask again where that brings up new words."""
    sheet = question.proposal.sheet
    columns = chosen_columns(request.POST, question.proposal.columns)
    form = _form(question, waiting, request.POST)
    try:
        words = words_in(waiting.brought, sheet, columns, question.matrix)
        form = _form(question, waiting, request.POST, words)
        if form.unasked:
            form.add_error(
                None,
                "These columns hold words that the matrix does not have. They stand at the end of "
                "the page: say what each means, or leave it.",
            )
        if form.is_valid():
            layout = question.proposal.layout
            waiting = answer_waiting(waiting, sheet=sheet, mapping=form.mapping, layout=layout)
            brought = waiting.brought
            prepared = prepare(product=standing.product, brought=brought, by=standing.person)
            keep_preview(waiting.id, prepared.report)
            return redirect("import_preview", standing.product.slug, waiting.id)
    except NotAllowed:
        raise
    except Refusal as refusal:
        form.add_error(None, refusal.sentence)
    return _columns_page(request, waiting, question, form, status=422)


def _said_before(question: Question, waiting: WaitingFile) -> Mapping | None:
    """What was answered for this file already, or for an earlier one with its headings."""
    if waiting.mapping is not None and waiting.layout == question.proposal.layout:
        return waiting.mapping
    return question.remembered.mapping if question.remembered else None


def _words_expected(question: Question, waiting: WaitingFile) -> Sequence[WordGuess]:
    """The words to ask about at once: those of the columns as they were answered before."""
    said = _said_before(question, waiting)
    if said is None:
        return question.proposal.words
    columns = question.proposed.columns | said.columns
    try:
        return words_in(waiting.brought, question.proposal.sheet, columns, question.matrix)
    except NotPossible:
        # What was answered no longer fits this file: the page asks, and says so when it is sent.
        return question.proposal.words


def _form(
    question: Question, waiting: WaitingFile, data: Any = None, words: Any = None
) -> MappingForm:
    said = _said_before(question, waiting)
    return MappingForm(
        data,
        columns=question.proposal.columns,
        words=question.proposal.words if words is None else words,
        matrix=question.matrix,
        proposed=said if said is not None and said is waiting.mapping else question.proposed,
        kept=said,
    )


def _columns_page(
    request: HttpRequest,
    waiting: WaitingFile,
    question: Question,
    form: MappingForm,
    status: int = 200,
) -> HttpResponse:
    slug = request.resolver_match.kwargs["slug"] if request.resolver_match else ""
    context = {
        "heading": f"Columns of {waiting.name}",
        "trail": [*trail(slug, "")[:-1], ("Import", reverse("import_hazards", args=[slug]))],
        "question": question,
        "proposal": question.proposal,
        "form": form,
        "advice": "What you chose is still here. Put this right and go on.",
        "problem_heading": "Not read yet: something needs to be put right",
    }
    return render(request, "hazards/importing/columns.html", context, status=status)


# --- What would happen ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """What importing the waiting file would do; confirming does it."""
    standing = product_for(request, slug, Ability.IMPORT_LOG)
    waiting = waiting_file(key, product=standing.product, person=standing.person)
    if waiting is None:
        return _gone(request, slug)
    if request.method == "POST" and "set_aside" in request.POST:
        stop_waiting(key)
        messages.info(request, f"{waiting.name} was set aside. Nothing was changed.")
        return redirect("hazard_log", slug)
    job = import_under_way(standing.product, waiting)
    if job is not None:
        return redirect("import_job", slug, job.public_id)
    report = preview_of(key)
    if report is None:
        return redirect("import_columns", slug, key)
    if request.method != "POST":
        return _preview_page(request, waiting, report)
    try:
        return _confirmed(request, standing, waiting, report)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("import_preview", slug, key)


def _confirmed(
    request: HttpRequest, standing: Standing, waiting: WaitingFile, report: Report
) -> HttpResponse:
    """Do what the person saw; show them the preview again where it is another one by now."""
    product, person = standing.product, standing.person
    seen = request.POST.get("fingerprint", "")
    if seen == fingerprint_of(report) and report.hazards_written > AT_ONCE:
        job = request_import(product=product, by=person, waiting=waiting, fingerprint=seen)
        return redirect("import_job", product.slug, job.public_id)
    prepared = prepare(product=product, brought=waiting.brought, by=person)
    if seen != prepared.fingerprint:
        keep_preview(waiting.id, prepared.report)
        messages.warning(
            request,
            "The hazard log changed since you looked at this preview. Nothing was imported yet. "
            "Here is what would happen now.",
        )
        return _preview_page(request, waiting, prepared.report)
    done = prepared.carry_out()
    stop_waiting(waiting.id)
    if not done.batch:
        messages.info(
            request, f"Everything in {waiting.name} is in the log already. Nothing was changed."
        )
        return redirect("hazard_log", product.slug)
    messages.success(request, "Imported. This report stays at this address.")
    return redirect("import_report", product.slug, done.batch)


def _preview_page(request: HttpRequest, waiting: WaitingFile, report: Report) -> HttpResponse:
    slug = report.product
    context = {
        "heading": f"Import of {waiting.name}",
        "trail": [*trail(slug, "")[:-1], ("Import", reverse("import_hazards", args=[slug]))],
        "report": report,
        "shown": report_page(report, request.GET.dict()),
        "fingerprint": fingerprint_of(report),
        "waiting": waiting,
        "is_mapped": waiting.mapping is not None,
        "is_long": report.hazards_written > AT_ONCE,
    }
    return render(request, "hazards/importing/preview.html", context)


def _gone(request: HttpRequest, slug: str) -> HttpResponse:
    messages.error(
        request,
        "This file is not waiting any more: it was imported, set aside, or is older than a "
        "day. Nothing was changed now. Choose the file again.",
    )
    return redirect("import_hazards", slug)


def trail(slug: str, here: str) -> list[tuple[str, str]]:
    """The way from the log to a page of imports."""
    return [("Hazard log", reverse("hazard_log", args=[slug])), (here, "")]
