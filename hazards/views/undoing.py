"""Taking back one's own change: of a hazard, or of many at once."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.editing import UNPROCESSABLE, Page, attempt, saved
from audit.errors import NotAllowed
from hazards.access import hazard_for_editing
from hazards.actions.undoing import last_change_of, undo_act, undo_last_change
from hazards.acts_to_undo import ActToUndo, act_in, changes_in
from hazards.forms.hazards import WhyForm
from hazards.forms.undoing import UndoForm
from hazards.views.editing import Sheet, answer, sent, slot_of, trail_to
from hazards.views.hazard import form_methods
from products.access import product_for
from products.permissions import Ability

_HEADING = "Undo your change"
_DONE = "Your change is undone. What was there before stands again."


@form_methods
def hazard_undo(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Take back one's own last change of the hazard, or of anything on it."""
    at = hazard_for_editing(request, slug, reference)
    found = last_change_of(at.hazard, at.person)
    if request.method != "POST" and (found is None or not found.is_possible):
        if slot_of(request):
            return render(request, "hazards/undoing/_cannot.html", {"undone": found})
        context = {
            "heading": _HEADING,
            "undone": found,
            "trail": trail_to(at, "Undo"),
            "back_url": reverse("hazard_detail", args=[slug, at.hazard.reference]),
            "back_to": at.hazard.display_reference,
        }
        return render(request, "hazards/undoing/cannot.html", context)

    def save(form: UndoForm) -> None:
        if form.shown is None:
            undo_last_change(hazard=at.hazard, by=at.person, reason=form.cleaned_data["reason"])
        else:
            undo_act(
                product=at.product,
                act=form.shown,
                by=at.person,
                reason=form.cleaned_data["reason"],
            )

    sheet = Sheet(
        _HEADING,
        "Undo it",
        _DONE,
        fields="hazards/undoing/_fields.html",
        more=_words(found),
    )
    initial = {"act": found.id} if found else {}
    return answer(request, at, UndoForm, sheet, save, initial=initial)


@form_methods
def act_undo(request: HttpRequest, slug: str, act: uuid.UUID) -> HttpResponse:
    """Take back a change of one's own by its act: of many hazards at once, for example."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    found = act_in(standing.product, act)
    if found is None:
        raise Http404
    if found.by != standing.person.pk:
        raise NotAllowed("Only who made a change takes it back. Nothing was changed.")
    log_url = reverse("hazard_log", args=[slug])
    if request.method != "POST" and not found.is_possible:
        trail = [("Hazard log", log_url), ("Undo", "")]
        context = {
            "heading": _HEADING,
            "undone": found,
            "trail": trail,
            "back_url": log_url,
            "back_to": "the hazard log",
        }
        return render(request, "hazards/undoing/cannot.html", context)
    form = WhyForm(sent(request))

    def save() -> None:
        reason = form.cleaned_data["reason"]
        undo_act(product=standing.product, act=act, by=standing.person, reason=reason)

    page = Page(
        heading=_HEADING,
        submit="Undo it",
        done_url=log_url,
        done=_DONE,
        trail=(("Hazard log", log_url),),
    )
    status = 200
    if request.method == "POST":
        if form.is_valid() and attempt(form, save) is not None:
            return saved(request, page)
        status = UNPROCESSABLE
    context = page.context(form) | _words(found)
    return render(request, "hazards/undoing/undo.html", context, status=status)


def _words(found: ActToUndo | None) -> dict[str, Any]:
    """What the templates show of the change."""
    return {"undone": found, "changes": changes_in(found) if found else []}
