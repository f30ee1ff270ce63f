"""The hazard log as a file: a small one at once, a large one through the worker."""

import uuid

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.downloads import export_download, file_download
from products.access import product_for_reading
from safetycase.access import export_for_download
from safetycase.actions.log_exports import request_log_export
from safetycase.log_export import (
    MOST_AT_ONCE,
    LogFormat,
    file_name,
    hazards_in_log,
    live_pieces,
)


@require_safe
def log_export(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The log as it stands in a format; where it is large, a page that offers to have it made."""
    standing = product_for_reading(request, slug)
    product, form = standing.product, _format(request.GET.get("format", LogFormat.XLSX))
    hazards = hazards_in_log(product)
    if hazards > MOST_AT_ONCE:
        return render(
            request,
            "safetycase/log_export.html",
            {
                "heading": f"Hazard log as {form.in_words}",
                "trail": [("Hazard log", reverse("hazard_log", args=[slug])), ("Export", "")],
                "form_of_file": form,
                "hazards": f"{hazards:,}",
                "most_at_once": f"{MOST_AT_ONCE:,}",
            },
        )
    content = b"".join(live_pieces(product, form))
    return export_download(
        request,
        [content],
        name=file_name(product, form),
        content_type=form.content_type,
        what=f"the hazard log as {form.in_words}",
        scope=product.scope,
    )


@require_POST
def log_export_request(request: HttpRequest, slug: str) -> HttpResponseRedirect:
    """Have the file of a large log made."""
    standing = product_for_reading(request, slug)
    form = _format(request.POST.get("format", LogFormat.XLSX))
    job = request_log_export(product=standing.product, by=standing.person, form=form)
    return redirect("job_detail", slug, job.public_id)


@require_safe
def log_export_download(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponseBase:
    """The file that a worker made."""
    job, file = export_for_download(request, slug, public_id)
    form = LogFormat(job.request["format"])
    return file_download(
        request,
        file,
        name=job.result["file_name"],
        content_type=form.content_type,
        what=f"the hazard log as {form.in_words}",
        scope=job.product.scope,
    )


def _format(word: str) -> LogFormat:
    if word not in [each.value for each in LogFormat]:
        raise Http404
    return LogFormat(word)
