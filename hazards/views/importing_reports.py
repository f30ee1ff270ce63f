"""The imports that were made, or are under way, and what became of every row."""

import uuid

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from hazards.importing.batches import import_job as job_called
from hazards.importing.batches import import_of, imports_of, legacy_list_of
from hazards.importing.report import stored_report
from hazards.importing.report_page import report_page
from hazards.views.importing import trail
from products.access import product_for, product_for_reading
from products.choices import JobState
from products.models import Job
from products.permissions import Ability

PER_PAGE = 50


@require_safe
def import_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every import into the product, newest first."""
    standing = product_for_reading(request, slug)
    page = Paginator(imports_of(standing.product), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Imports",
        "trail": trail(slug, "Imports"),
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
    report = stored_report(batch)
    context = {
        "heading": f"Import of {batch.file_name}",
        "trail": [*trail(slug, "")[:-1], ("Imports", reverse("import_list", args=[slug]))],
        "batch": batch,
        "report": report,
        "shown": report_page(report, request.GET.dict()),
        "legacy": legacy_list_of(batch),
    }
    return render(request, "hazards/importing/report.html", context)


@require_safe
def import_job(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """A large file being brought in: how far it is, and where its report is."""
    job = _job(request, slug, public_id)
    title = f"Import of {job.request['file']}"
    way = [*trail(slug, "")[:-1], ("Imports", reverse("import_list", args=[slug]))]
    context = {"heading": title, "trail": way, **_progress(job, title)}
    if job.state == JobState.FAILED:
        context["again_url"] = reverse("import_preview", args=[slug, job.request["waiting"]])
    return render(request, "hazards/importing/job.html", context)


@never_cache
@require_safe
def import_progress(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """The progress alone: what htmx asks for each second."""
    job = _job(request, slug, public_id)
    title = f"Import of {job.request['file']}"
    return render(request, "components/progress.html", _progress(job, title))


def _job(request: HttpRequest, slug: str, public_id: uuid.UUID) -> Job:
    standing = product_for(request, slug, Ability.IMPORT_LOG)
    job = job_called(standing.product, public_id)
    if job is None:
        raise Http404
    return job


def _progress(job: Job, title: str) -> dict[str, object]:
    """What ``components/progress.html`` takes."""
    slug = job.product.slug
    arguments = [slug, job.public_id]
    batch = job.result.get("batch", "")
    result_url, result_label = "", ""
    if job.state == JobState.DONE and batch:
        result_url, result_label = reverse("import_report", args=[slug, batch]), "Open the report"
    elif job.state == JobState.DONE:
        result_url, result_label = reverse("hazard_log", args=[slug]), "Open the hazard log"
    return {
        "job": job,
        "title": title,
        "unit": "steps",
        "poll_url": reverse("import_progress", args=arguments),
        "page_url": reverse("import_job", args=arguments),
        "result_url": result_url,
        "result_label": result_label,
    }
