"""What happened to a hazard and to everything on it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.history import history_asked
from audit.timeline import timeline_of
from hazards.access import HazardAt, hazard_for_reading
from hazards.acts_to_undo import ActToUndo, last_change_of
from hazards.history import objects_of
from hazards.views.editing import trail_to
from products.permissions import Ability

RECENT = 12  # ledger entries beside the hazard


@require_safe
def hazard_history(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The whole timeline, with old and new words."""
    at = hazard_for_reading(request, slug, reference)
    context = {
        "heading": f"History of {at.hazard.display_reference}",
        "summary": at.hazard.name,
        "trail": trail_to(at, "History"),
        **history_asked(request, objects_of(at.hazard)),
        "undoable": _undoable(at),
        "at": at,
    }
    return render(request, "hazards/history.html", context)


@require_safe
def hazard_history_recent(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The newest acts, for the side of the hazard page."""
    at = hazard_for_reading(request, slug, reference)
    context = {
        "acts": timeline_of(objects_of(at.hazard), most=RECENT),
        "undoable": _undoable(at),
        "at": at,
    }
    return render(request, "hazards/_recent.html", context)


def _undoable(at: HazardAt) -> ActToUndo | None:
    """The person's own last change, where they may take it back."""
    if not at.may(Ability.EDIT_LOG):
        return None
    found = last_change_of(at.hazard, at.person)
    return found if found is not None and found.is_possible else None
