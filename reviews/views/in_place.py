"""A form in a slot of a page, or on a page of its own where there is no script.

The same fragment that hazards' forms use; after a save the answer holds the page's parts anew, and
a part in which another form is open is left alone.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from accounts.conflicts import conflict_over
from accounts.editing import CONFLICT, UNPROCESSABLE
from accounts.forms import EditForm
from audit.errors import BadText, Conflict, NotPossible
from audit.tracked import Tracked
from hazards.views.editing import in_place, sent, slot_of


@dataclass(frozen=True)
class Place:
    """The words of a form, and where it leads. ``parts`` renders the page's parts for a slot."""

    heading: str
    submit: str
    done: str
    back: str
    trail: tuple[tuple[str, str], ...]
    parts: Callable[[str], HttpResponse]
    intro: str = ""
    more: Mapping[str, Any] = field(default_factory=dict)


def form_in_place(
    request: HttpRequest,
    place: Place,
    make: Callable[..., EditForm],
    save: Callable[[EditForm], object],
    *,
    row: Tracked | None = None,
    initial: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show a form, or save it: ``save(form)`` runs the action for a valid one.

    With ``row`` it edits that row, and when somebody else saved first both versions are shown.
    """
    slot = slot_of(request)
    auto_id = f"id_{slot}_%s" if slot else "id_%s"
    posted = sent(request)
    if posted is None:
        form = make(initial=initial or {}, auto_id=auto_id)
        return _show(request, place, form, more={"replaces": row is not None})
    form = make(data=posted, auto_id=auto_id)
    if form.is_valid():
        try:
            save(form)
        except Conflict as conflict:
            if row is None:
                raise
            return _show_conflict(request, place, make, form, row, conflict)
        except (NotPossible, BadText) as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return changed(request, place)
    return _show(request, place, form, status=UNPROCESSABLE, more={"replaces": row is not None})


def changed(request: HttpRequest, place: Place) -> HttpResponse:
    """Go on after a save: every part of the page anew, or the page itself."""
    if "HX-Request" not in request.headers:
        messages.success(request, place.done)
        return HttpResponseRedirect(place.back)
    response = place.parts(slot_of(request) or "none")
    response["HX-Trigger"] = json.dumps({"interface:announce": {"sentence": place.done}})
    return in_place(response)


def _show(
    request: HttpRequest,
    place: Place,
    form: EditForm,
    *,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    slot = slot_of(request)
    context = {
        "form": form,
        "slot": slot,
        "heading": place.heading,
        "submit": place.submit,
        "intro": place.intro,
        "fields_template": "hazards/_fields.html",
        "form_action": request.get_full_path(),
        "cancel_url": place.back,
        "trail": [*place.trail, (place.heading, "")],
        **place.more,
        **(more or {}),
    }
    template = "hazards/_form.html" if slot else "hazards/form.html"
    return in_place(render(request, template, context, status=status))


def _show_conflict(
    request: HttpRequest,
    place: Place,
    make: Callable[..., EditForm],
    form: EditForm,
    row: Tracked,
    conflict: Conflict,
) -> HttpResponse:
    panel = conflict_over(row, conflict, proposed=form.changes(), base_version=form.version_before)
    again = {**panel.initial, "reason": form.why, "base_version": panel.version}
    more = {
        "replaces": True,
        "conflict": panel,
        "conflict_hidden_fields": panel.hidden_fields(
            reason=form.why, base_version=str(panel.version)
        ),
    }
    merged = make(initial=again, auto_id=form.auto_id)
    return _show(request, place, merged, status=CONFLICT, more=more)
