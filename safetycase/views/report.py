"""The safety case page: sections, drafts, and the jobs that make them."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import file_download
from audit.errors import NotPossible
from products.access import product_for, product_for_reading
from products.permissions import Ability, Standing
from products.queries import releases_of
from safetycase.access import draft_for_download, job_for_reading
from safetycase.actions.drafts import request_draft
from safetycase.forms import DraftForm
from safetycase.jobs import draft_rows, job_view
from safetycase.live_figures import NextReport, next_report_of
from safetycase.placeholders import known_placeholders
from safetycase.queries import drafts_of, job_number, sections_of
from safetycase.section_reading import read_sections
from safetycase.versions.list import versions_for

DRAFTS_SHOWN = 10


@require_safe
def safety_case(request: HttpRequest, slug: str) -> HttpResponse:
    """The report: how far each section is, making a draft, and earlier drafts."""
    standing = product_for_reading(request, slug)
    report = next_report_of(standing.product)
    return _page(request, standing, report, _form(standing, report))


@require_POST
def draft_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Have a draft made."""
    standing = product_for(request, slug, Ability.MAKE_DRAFT)
    form = DraftForm(request.POST, releases=list(releases_of(standing.product)))
    if form.is_valid():
        try:
            request_draft(
                product=standing.product,
                by=standing.person,
                release_label=form.release_label,
                phase=form.chosen_phase,
            )
        except NotPossible as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, "The draft is being made.")
            return HttpResponseRedirect(reverse("safety_case", args=[slug]) + "#drafts")
    return _page(request, standing, next_report_of(standing.product), form, status=422)


@require_safe
def job_detail(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """One background job: how far it is, and its result."""
    standing, job = job_for_reading(request, slug, public_id)
    view = job_view(job, standing, number=job_number(job))
    context = {"heading": view.title, "trail": [(view.title, "")], **view.as_context()}
    return render(request, "safetycase/job.html", context)


@never_cache
@require_safe
def job_progress(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """The progress of a job alone: what htmx asks for each second."""
    standing, job = job_for_reading(request, slug, public_id)
    view = job_view(job, standing, number=job_number(job))
    return render(request, "components/progress.html", view.as_context())


@require_safe
def draft_download(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponseBase:
    """The PDF of a finished draft."""
    job, file = draft_for_download(request, slug, public_id)
    return file_download(
        request,
        file,
        name=job.result["file_name"],
        content_type="application/pdf",
        what=f"draft {job_number(job)} of the report",
        scope=job.product.scope,
    )


def _form(standing: Standing, report: NextReport) -> DraftForm:
    return DraftForm(
        releases=list(releases_of(standing.product)),
        initial={
            "release": report.release.label if report.release else "",
            "phase": report.phase.value,
        },
    )


def _page(
    request: HttpRequest, standing: Standing, report: NextReport, form: DraftForm, status: int = 200
) -> HttpResponse:
    product = standing.product
    drafts = drafts_of(product)
    context = {
        "heading": "Safety case",
        "versions": versions_for(standing),
        "sections": read_sections(sections_of(product), known_placeholders(report.matrix)),
        "report": report,
        "form": form,
        "drafts": draft_rows(drafts[:DRAFTS_SHOWN], drafts.count(), standing),
        "can_draft": standing.can(Ability.MAKE_DRAFT),
        "can_write": standing.can(Ability.WRITE_REPORT),
    }
    return render(request, "safetycase/safety_case.html", context, status=status)
