"""One hazard in the issued versions: a page of its own, and a part of the hazard's."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from hazards.access import hazard_for_reading
from hazards.views.editing import trail_to
from safetycase.hazard_since import since_newest_version


@require_safe
@vary_on_headers("HX-Request")
def hazard_versions(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Whether a hazard stands in the newest issued version, and what changed since."""
    at = hazard_for_reading(request, slug, reference)
    is_part = request.headers.get("HX-Request") == "true"
    context = {
        "heading": f"{at.hazard.display_reference} in issued versions",
        "summary": at.hazard.name,
        "trail": trail_to(at, "In issued versions"),
        "since": since_newest_version(at.hazard, at.product),
    }
    name = "_hazard_since" if is_part else "hazard"
    return render(request, f"safetycase/versions/{name}.html", context)
