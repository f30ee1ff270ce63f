"""The one door by which files leave the application: each one that leaves is in the record."""

from collections.abc import Iterable
from typing import Any

from django.core.files.base import File
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from accounts.access import person_of
from audit.access_events import record_access
from audit.models import AccessEvent

#: What leaves is kept by nobody on the way, and by the browser only where the person puts it.
KEPT_NOWHERE = "private, no-store"


def file_download(
    request: HttpRequest,
    file: File[Any],
    *,
    name: str,
    content_type: str,
    what: str,
    scope: str,
) -> HttpResponseBase:
    """A stored file, as a download and never as a page; recorded before it goes out.

    ``what`` says in the record what was taken, ``scope`` is the product's.
    """
    _record(request, AccessEvent.Kind.DOWNLOADED, what, scope)
    response = FileResponse(file, as_attachment=True, filename=name, content_type=content_type)
    return _for_this_person_alone(response)


def export_download(
    request: HttpRequest,
    pieces: Iterable[bytes],
    *,
    name: str,
    content_type: str,
    what: str,
    scope: str,
) -> HttpResponseBase:
    """A file that is made while it goes out; recorded before that, also if it breaks off."""
    _record(request, AccessEvent.Kind.EXPORTED, what, scope)
    response: HttpResponseBase = (
        HttpResponse(content_type=content_type)
        if request.method == "HEAD"
        else StreamingHttpResponse(pieces, content_type=content_type)
    )
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return _for_this_person_alone(response)


def _record(request: HttpRequest, kind: AccessEvent.Kind, what: str, scope: str) -> None:
    if request.method != "HEAD":  # which takes nothing away
        record_access(kind=kind, by=person_of(request), what=what, scope=scope)


def _for_this_person_alone(response: HttpResponseBase) -> HttpResponseBase:
    response["Cache-Control"] = KEPT_NOWHERE
    response["X-Content-Type-Options"] = "nosniff"
    return response
