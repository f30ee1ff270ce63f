"""Bringing in a hazard log: choose the file, look at what would happen, confirm; reports."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from audit.canonical import canonical_json, sha256_of
from audit.errors import NotAllowed, NotPossible, Refusal
from hazards.forms.importing import ImportForm
from hazards.importing.apply import apply_import
from hazards.importing.batches import import_of, imports_of
from hazards.importing.plan import plan_import
from hazards.importing.planned import Plan
from hazards.importing.read import read_log
from hazards.importing.report import Report, report_of, stored_report
from hazards.importing.waiting import WaitingFile, keep_waiting, stop_waiting, waiting_file
from hazards.importing.workbook import too_large
from hazards.uploads import safe_file_name
from products.access import product_for, product_for_reading
from products.permissions import Ability, Standing

PER_PAGE = 50
NEWEST = 5  # imports below the form


@require_http_methods(["GET", "HEAD", "POST"])
def import_hazards(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose a workbook. It is read at once; what is wrong with it is said in the form."""
    standing = product_for(request, slug, Ability.IMPORT_LOG)
    sent = request.method == "POST"
    form = ImportForm(request.POST, request.FILES) if sent else ImportForm()
    if sent and form.is_valid():
        try:
            key = _read_and_keep(standing, form.cleaned_data["file"], form.cleaned_data["sheet"])
        except NotAllowed:
            raise
        except Refusal as refusal:
            form.add_error("file", refusal.sentence)
        else:
            return redirect("import_preview", slug, key)
    context = {
        "heading": "Import a hazard log",
        "trail": _trail(slug, "Import"),
        "form": form,
        "submit": "Look at what would happen",
        "cancel_url": reverse("hazard_log", args=[slug]),
        "advice": "Nothing was imported. Put this right and choose the file again.",
        "problem_heading": "Not read yet: something needs to be put right",
        "newest": imports_of(standing.product)[:NEWEST],
    }
    return render(request, "hazards/importing/upload.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_preview(request: HttpRequest, slug: str, key: uuid.UUID) -> HttpResponse:
    """What importing the waiting file would do; confirming does it."""
    standing = product_for(request, slug, Ability.IMPORT_LOG)
    waiting = waiting_file(key, product=standing.product, person=standing.person)
    if waiting is None:
        messages.error(
            request,
            "This file is not waiting any more: it was imported, set aside, or is older than a "
            "day. Nothing was changed now. Choose the file again.",
        )
        return redirect("import_hazards", slug)
    if request.method == "POST" and "set_aside" in request.POST:
        stop_waiting(key)
        messages.info(request, f"{waiting.name} was set aside. Nothing was changed.")
        return redirect("hazard_log", slug)
    try:
        return _preview_or_import(request, standing, waiting)
    except NotAllowed:
        raise
    except Refusal as refusal:
        messages.error(request, refusal.sentence)
        return redirect("import_hazards", slug)


@require_safe
def import_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every import into the product, newest first."""
    standing = product_for_reading(request, slug)
    page = Paginator(imports_of(standing.product), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Imports",
        "trail": _trail(slug, "Imports"),
        "page": page,
        "can_import": standing.can(Ability.IMPORT_LOG),
    }
    return render(request, "hazards/importing/imports.html", context)


@require_safe
def import_report(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """What became of every row of one import."""
    standing = product_for_reading(request, slug)
    batch = import_of(standing.product, public_id)
    if batch is None:
        raise Http404
    context = {
        "heading": f"Import of {batch.file_name}",
        "trail": [*_trail(slug, "")[:-1], ("Imports", reverse("import_list", args=[slug]))],
        "batch": batch,
        "report": stored_report(batch),
    }
    return render(request, "hazards/importing/report.html", context)


def _read_and_keep(standing: Standing, upload: UploadedFile, sheet: str) -> uuid.UUID:
    """Read the file to the end before it waits: whatever is wrong with it is said now."""
    name = upload.name or "file"
    if (upload.size or 0) > settings.UPLOAD_LIMIT_BYTES:
        raise NotPossible(too_large(safe_file_name(name)))
    content = upload.read()
    log = read_log(name=name, content=content, sheet=sheet)
    plan_import(product=standing.product, log=log, by=standing.person)
    return keep_waiting(
        product=standing.product, person=standing.person, name=name, content=content, sheet=sheet
    )


def _preview_or_import(
    request: HttpRequest, standing: Standing, waiting: WaitingFile
) -> HttpResponse:
    log = read_log(name=waiting.name, content=waiting.content, sheet=waiting.sheet)
    plan = plan_import(product=standing.product, log=log, by=standing.person)
    report = report_of(plan)
    seen = request.POST.get("fingerprint", "")
    if request.method == "POST" and seen == fingerprint_of(report):
        try:
            return _import(request, standing, waiting, plan)
        except NotPossible as refusal:
            messages.error(request, refusal.sentence)
            return redirect("import_preview", standing.product.slug, waiting.id)
    if request.method == "POST":
        messages.warning(
            request,
            "The hazard log changed since you looked at this preview. Nothing was imported yet. "
            "Here is what would happen now.",
        )
    return render(request, "hazards/importing/preview.html", _preview(standing, waiting, report))


def _preview(standing: Standing, waiting: WaitingFile, report: Report) -> dict[str, Any]:
    slug = standing.product.slug
    return {
        "heading": f"Import of {waiting.name}",
        "trail": [*_trail(slug, "")[:-1], ("Import", reverse("import_hazards", args=[slug]))],
        "report": report,
        "fingerprint": fingerprint_of(report),
    }


def _import(
    request: HttpRequest, standing: Standing, waiting: WaitingFile, plan: Plan
) -> HttpResponse:
    slug = standing.product.slug
    report = apply_import(plan=plan, by=standing.person)
    stop_waiting(waiting.id)
    if not report.batch:
        messages.info(
            request,
            f"Everything in {waiting.name} is in the log already. Nothing was changed.",
        )
        return redirect("hazard_log", slug)
    messages.success(request, "Imported. This report stays at this address.")
    return redirect("import_report", slug, report.batch)


def fingerprint_of(report: Report) -> str:
    """The SHA-256 of what a preview says, to tell whether it would still say it."""
    return sha256_of(canonical_json(report.as_json()))


def _trail(slug: str, here: str) -> list[tuple[str, str]]:
    return [("Hazard log", reverse("hazard_log", args=[slug])), (here, "")]
