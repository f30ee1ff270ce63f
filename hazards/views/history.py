"""What happened to a hazard and to everything on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.history import history_page, page_start
from audit.timeline import timeline_of
from hazards.access import hazard_for_reading
from hazards.history import objects_of
from hazards.views.editing import trail_to

RECENT = 12  # ledger entries beside the hazard


@require_safe
def hazard_history(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The whole timeline, with old and new words."""
    at = hazard_for_reading(request, slug, reference)
    acts, earlier = history_page(objects_of(at.hazard), page_start(request.GET.get("before")))
    context = {
        "heading": f"History of {at.hazard.display_reference}",
        "summary": at.hazard.name,
        "trail": trail_to(at, "History"),
        "acts": acts,
        "more_url": f"?before={earlier}" if earlier else "",
    }
    return render(request, "hazards/history.html", context)


@require_safe
def hazard_history_recent(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The newest acts, for the side of the hazard page."""
    at = hazard_for_reading(request, slug, reference)
    acts = timeline_of(objects_of(at.hazard), most=RECENT)
    return render(request, "hazards/_recent.html", {"acts": acts})
