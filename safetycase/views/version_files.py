"""The files of versions: those of an issued one, and the copy to read of one that is not."""

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.files.base import ContentFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import export_download, file_download
from accounts.editing import pressed
from audit.errors import NotPossible
from products.permissions import Standing
from safetycase.access import (
    VersionAt,
    candidate_for_issuing,
    candidate_for_team,
    issued_for_download,
    reading_copy_for_download,
)
from safetycase.actions.copies import request_copy
from safetycase.actions.pdf_requests import request_pdf
from safetycase.log_files.csv_file import CONTENT_TYPE as CSV
from safetycase.log_files.workbook import CONTENT_TYPE as XLSX
from safetycase.models import Issue
from safetycase.rendering import whole_pdf
from safetycase.versions.files import (
    csv_of,
    frozen_text,
    pdf_of,
    workbook_of,
)
from safetycase.versions.page import url_of

JSON = "application/json"
PDF = "application/pdf"
CONFLICT = 409


@require_safe
def version_pdf(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The PDF of an issued version: the file that was made, or none."""
    standing, issue = issued_for_download(request, slug, number)
    pdf = pdf_of(issue)
    if pdf is None:
        return _no_file(
            request,
            standing,
            issue,
            f"The PDF of version {number} is not made yet. Its page shows how far it is.",
            status=404,
        )
    try:
        content = whole_pdf(pdf)
    except NotPossible as refusal:
        return _no_file(request, standing, issue, refusal.sentence, status=CONFLICT)
    return file_download(
        request,
        ContentFile(content),
        name=pdf.name,
        content_type=PDF,
        what=f"the PDF of version {number}",
        scope=standing.product.scope,
    )


@require_safe
def version_json(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """What was frozen: the text whose SHA-256 is on record, byte for byte."""

    def make(issue: Issue, standing: Standing) -> bytes:
        return frozen_text(issue.baseline).encode()

    return _export(request, slug, number, make, kind="json", content_type=JSON)


@require_safe
def version_xlsx(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The hazard log of an issued version as a workbook."""

    def make(issue: Issue, standing: Standing) -> bytes:
        return workbook_of(issue, standing.product)

    return _export(request, slug, number, make, kind="xlsx", content_type=XLSX)


@require_safe
def version_csv(request: HttpRequest, slug: str, number: int) -> HttpResponseBase:
    """The hazard log of an issued version as CSV."""

    def make(issue: Issue, standing: Standing) -> bytes:
        return csv_of(issue, standing.product)

    return _export(request, slug, number, make, kind="csv", content_type=CSV)


def _export(
    request: HttpRequest,
    slug: str,
    number: int,
    make: Callable[[Issue, Standing], bytes],
    *,
    kind: str,
    content_type: str,
) -> HttpResponseBase:
    standing, issue = issued_for_download(request, slug, number)
    try:
        content = make(issue, standing)
    except NotPossible as refusal:
        return _no_file(request, standing, issue, refusal.sentence, status=CONFLICT)
    what = "report-and-log" if kind == "json" else "hazard-log"
    return export_download(
        request,
        [content],
        name=f"{slug}-{what}-v{number}.{kind}",
        content_type=content_type,
        what=f"version {number} as {kind.upper()}",
        scope=standing.product.scope,
    )


def _no_file(
    request: HttpRequest, standing: Standing, issue: Issue, sentence: str, *, status: int
) -> HttpResponse:
    url = reverse("version_detail", args=[standing.product.slug, issue.number])
    context = {
        "heading": "This file is not handed out" if status == CONFLICT else "Not made yet",
        "trail": [(f"Version {issue.number}", url), ("File", "")],
        "sentence": sentence,
        "is_altered": status == CONFLICT,
        "url": url,
        "number": issue.number,
    }
    return render(request, "safetycase/versions/no_file.html", context, status=status)


@require_POST
def version_pdf_request(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Have the PDF of an issued version made, again when it failed."""
    at = candidate_for_issuing(request, slug, public_id)
    if at.reading.issue is None:
        messages.error(request, "This version is not issued, so it has no PDF. Nothing was made.")
        return _to_page(at)
    ask = partial(request_pdf, issue=at.reading.issue, by=at.person)
    pressed(request, ask, "The PDF is being made.")
    return _to_page(at)


@require_POST
def version_copy_request(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Have a copy to read of a version made that is not issued."""
    at = candidate_for_team(request, slug, public_id)
    ask = partial(request_copy, baseline=at.baseline, by=at.person)
    pressed(request, ask, "The copy is being made.")
    return _to_page(at)


@require_safe
def version_copy_download(
    request: HttpRequest, slug: str, public_id: uuid.UUID
) -> HttpResponseBase:
    """The copy to read of a version that was not issued when it was made."""
    job, file = reading_copy_for_download(request, slug, public_id)
    return file_download(
        request,
        file,
        name=job.result["file_name"],
        content_type=PDF,
        what=f"a copy of version {job.request['version']}, not issued",
        scope=job.product.scope,
    )


def _to_page(at: VersionAt) -> HttpResponseRedirect:
    return HttpResponseRedirect(url_of(at.reading, at.product.slug) + "#files")
