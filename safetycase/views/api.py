"""The description of the REST API: as OpenAPI for programs, and as a page for people."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from products.rest.problems import KINDS
from safetycase.rest.description import description
from safetycase.rest.page import groups

JSON = "application/json"


@login_not_required
@require_safe
def api_schema(request: HttpRequest) -> HttpResponse:
    """The description as OpenAPI. It holds nothing of anybody's, so it is open to all."""
    return HttpResponse(description(), content_type=JSON)


@login_not_required
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The same for people. Swagger's own page needs scripts that our policy does not let in."""
    context = {
        "heading": "REST API",
        "trail": [("REST API", "")],
        "groups": groups(description()),
        "problems": KINDS,
        "site": request.build_absolute_uri("/").rstrip("/"),
    }
    return render(request, "safetycase/api.html", context)
