"""The REST API of the release gate and of issued versions."""

from django.core.files.base import ContentFile
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from ninja import Path, Query, Router

from accounts.downloads import export_download, file_download
from hazards.choices import LifecyclePhase
from products.access import product_for_reading
from products.models import Product
from products.parts import release_in
from products.rest.door import asks_the_gate, reads
from products.rest.paging import Paging, page_of_keys
from products.rest.problems import NOT_FOUND, Problem
from products.rest.shapes import PageOf
from safetycase.access import issued_for_download
from safetycase.gate.reading import as_json, read_gate
from safetycase.models import Issue
from safetycase.rendering import whole_pdf
from safetycase.rest.reading import numbers_that_replace
from safetycase.rest.shapes import GateReply, PdfReply, VersionReply
from safetycase.versions.files import frozen_text, pdf_of
from safetycase.versions.reading import issues_of

JSON, PDF = "application/json", "application/pdf"

gate = Router(tags=["Release gate"])
versions = Router(tags=["Safety case"])


def _file(content_type: str, schema: dict[str, str]) -> dict[str, object]:
    """How the description of the API says that an operation answers with a file."""
    content = {content_type: {"schema": schema}}
    return {"responses": {200: {"description": "The file.", "content": content}}}


@gate.get("/{version}/gate", auth=asks_the_gate, response=GateReply, operation_id="ask_gate")
def ask_gate(request: HttpRequest, slug: Path[str], version: Path[str]) -> GateReply:
    """Whether a release can go out: pass, pass with waivers, or blocked, with the reasons."""
    standing = product_for_reading(request, slug)
    release = release_in(standing, version)
    return GateReply.model_validate(as_json(read_gate(standing.product, release)))


@versions.get("", auth=reads, response=PageOf[VersionReply], operation_id="list_versions")
def list_versions(
    request: HttpRequest, slug: Path[str], paging: Query[Paging]
) -> PageOf[VersionReply]:
    """The issued versions, the newest first."""
    product = product_for_reading(request, slug).product
    issues = issues_of(product).defer("baseline__content")
    page = page_of_keys(list(issues.values_list("pk", flat=True)), paging)
    rows = {row.pk: row for row in issues.filter(pk__in=page.keys)}
    replaced = numbers_that_replace(product)
    items = [
        _version(request, product, rows[key], replaced.get(rows[key].baseline_id))
        for key in page.keys
        if key in rows
    ]
    return PageOf[VersionReply](items=items, next=page.next)


@versions.get(
    "/{int:number}.pdf",
    auth=reads,
    operation_id="get_version_pdf",
    openapi_extra=_file(PDF, {"type": "string", "format": "binary"}),
)
def get_pdf(request: HttpRequest, slug: Path[str], number: Path[int]) -> HttpResponseBase:
    """The PDF of an issued version, as it was made. That it was taken is in the record."""
    standing, issue = issued_for_download(request, slug, number)
    pdf = pdf_of(issue)
    if pdf is None:
        raise Problem(NOT_FOUND, f"The PDF of version {number} is not made yet. Ask again later.")
    return file_download(
        request,
        ContentFile(whole_pdf(pdf)),
        name=pdf.name,
        content_type=PDF,
        what=f"the PDF of version {number}",
        scope=standing.product.scope,
    )


@versions.get(
    "/{int:number}.json",
    auth=reads,
    operation_id="get_version_json",
    openapi_extra=_file(JSON, {"type": "object"}),
)
def get_json(request: HttpRequest, slug: Path[str], number: Path[int]) -> HttpResponseBase:
    """What was frozen, byte for byte: its SHA-256 is that of the version. It is in the record."""
    standing, issue = issued_for_download(request, slug, number)
    return export_download(
        request,
        [frozen_text(issue.baseline).encode()],
        name=f"{slug}-report-and-log-v{number}.json",
        content_type=JSON,
        what=f"version {number} as JSON",
        scope=standing.product.scope,
    )


def _version(
    request: HttpRequest, product: Product, issue: Issue, replaced_by: int | None
) -> VersionReply:
    baseline, pdf = issue.baseline, pdf_of(issue)
    page = reverse("version_detail", args=[product.slug, issue.number])
    return VersionReply(
        number=issue.number,
        release=baseline.release.label,
        phase=LifecyclePhase(baseline.phase),
        summary=baseline.summary,
        issued_at=issue.issued_at,
        issued_by=issue.issued_by.name,
        replaced_by=replaced_by,
        sha256=baseline.sha256,
        log_fingerprint=baseline.log_fingerprint,
        report_fingerprint=baseline.report_fingerprint,
        seal_number=issue.seal_number,
        seal_sha256=issue.seal_sha256,
        pdf=PdfReply(name=pdf.name, size=pdf.size, pages=pdf.pages, sha256=pdf.sha256)
        if pdf is not None
        else None,
        url=request.build_absolute_uri(page),
    )
