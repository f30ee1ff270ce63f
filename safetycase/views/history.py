"""Everything that happened on a product: who, when, what and why."""

import uuid
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import export_download
from accounts.history import page_start
from products.access import product_for_reading
from safetycase.access import job_for_reading
from safetycase.actions.checks import request_check
from safetycase.checking import CHECK_JOB, newest_check, read_check
from safetycase.history.files import (
    CSV_TYPE,
    XLSX_TYPE,
    history_csv,
    history_lines,
    history_workbook,
)
from safetycase.history.form import HistoryFilterForm
from safetycase.history.reading import as_query, history_of
from safetycase.streamed_workbook import Cell


@require_safe
def product_history(request: HttpRequest, slug: str) -> HttpResponse:
    """The acts on a product, newest first, filtered as the address says."""
    product = product_for_reading(request, slug).product
    form = HistoryFilterForm(request.GET, product=product)
    wanted = form.wanted
    before = page_start(request.GET.get("before"))
    page = history_of(product, wanted, before)
    query = as_query(wanted)
    context = {
        "heading": "History",
        "trail": [("History", "")],
        "form": form,
        "wanted": wanted,
        "acts": page.acts,
        "more_url": f"?{urlencode(query | {'before': page.earlier})}" if page.earlier else "",
        "newest_url": f"?{urlencode(query)}" if before is not None else "",
        "query": urlencode(query),
        "check": newest_check(product),
    }
    return render(request, "safetycase/history.html", context)


@require_safe
def history_csv_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the page shows, all pages of it, as CSV."""
    standing = product_for_reading(request, slug)
    form = HistoryFilterForm(request.GET, product=standing.product)
    return export_download(
        request,
        history_csv(history_lines(standing.product, form.wanted)),
        name=f"{slug}-history.csv",
        content_type=CSV_TYPE,
        what=f"history as CSV{form.in_words}",
        scope=standing.product.scope,
    )


@require_safe
def history_xlsx_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What the page shows, all pages of it, as a workbook."""
    standing = product_for_reading(request, slug)
    form = HistoryFilterForm(request.GET, product=standing.product)
    about: list[tuple[str, Cell]] = [
        ("History of", str(standing.product)),
        ("Narrowed to", form.in_words.removeprefix(", ") or "everything"),
        ("Exported by", standing.person.name),
        ("Exported at", timezone.now()),
    ]
    return export_download(
        request,
        history_workbook(history_lines(standing.product, form.wanted), about),
        name=f"{slug}-history.xlsx",
        content_type=XLSX_TYPE,
        what=f"history as a workbook{form.in_words}",
        scope=standing.product.scope,
    )


@require_POST
def record_check_request(request: HttpRequest, slug: str) -> HttpResponse:
    """Have the record of the product checked."""
    standing = product_for_reading(request, slug)
    job = request_check(product=standing.product, by=standing.person)
    return redirect("record_check", slug, job.public_id)


@never_cache
@require_safe
def record_check(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """A check of the record: how far it is, and what it found."""
    _, job = job_for_reading(request, slug, public_id)
    if job.kind != CHECK_JOB:
        raise Http404
    here = reverse("record_check", args=[slug, public_id])
    context = {
        "heading": "Check of the record",
        "trail": [("History", reverse("product_history", args=[slug])), ("Check", "")],
        "check": read_check(job),
        "job": job,
        "title": "Checking the record",
        "poll_url": here,
        "page_url": here,
    }
    if request.headers.get("HX-Target") != f"job-{public_id}":
        return render(request, "safetycase/record_check.html", context)
    response = render(request, "components/progress.html", context)
    if job.is_finished:
        response["HX-Refresh"] = "true"  # the whole page, with what was found
    return response
