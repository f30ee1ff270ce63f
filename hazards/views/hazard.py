"""One hazard: reading it whole, raising it, its own words, its state and status."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import Page, form_page
from accounts.forms import EditForm
from audit.errors import ChangedMeanwhile, Conflict
from hazards.access import HazardAt, hazard_for, hazard_for_editing, hazard_for_reading
from hazards.actions.hazards import (
    RaisedBefore,
    edit_hazard,
    make_live,
    restore_hazard,
    set_status,
    withdraw_hazard,
)
from hazards.actions.raising import raise_hazard
from hazards.choices import HazardStatus
from hazards.forms.hazards import (
    GroupForm,
    JustificationForm,
    KeepingForm,
    NewHazardForm,
    StatusForm,
    VoicesForm,
    WhyForm,
    WhyNeededForm,
    WordsForm,
)
from hazards.origins import final_survivor
from hazards.views.editing import Sheet, answer, answer_edit, hazard_url, sent
from hazards.views.parts import parts_context
from products.access import product_for
from products.permissions import Ability

form_methods = require_http_methods(["GET", "HEAD", "POST"])

#: The groups of fields that are edited together: the form, the words, the slot's place.
_GROUPS: dict[str, tuple[type[GroupForm], str]] = {
    "words": (WordsForm, "Name, description and effect"),
    "voices": (VoicesForm, "What it means for patients and for the product"),
    "why": (JustificationForm, "Justification and actions"),
    "keeping": (KeepingForm, "Owner, review and scope"),
}


@require_safe
def hazard_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One hazard, whole. Another reference of it leads to its own address."""
    at = hazard_for_reading(request, slug, reference)
    survivor = final_survivor(at.hazard)
    if survivor is not None and "as" not in request.GET:
        merged = reverse("hazard_detail", args=[slug, survivor.reference])
        return redirect(f"{merged}?{urlencode({'merged': at.hazard.reference})}")
    if reference != at.hazard.reference:
        return redirect(hazard_url(at))
    log_url = reverse("hazard_log", args=[slug])
    context = parts_context(at) | {
        "heading": f"{at.hazard.display_reference} {at.hazard.name}",
        "trail": [("Hazard log", log_url), (at.hazard.display_reference, "")],
    }
    return render(request, "hazards/hazard.html", context)


@form_methods
def hazard_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Raise a hazard."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    form = NewHazardForm(sent(request), product=standing.product)

    def save() -> str:
        try:
            hazard = raise_hazard(product=standing.product, by=standing.person, **form.cleaned_data)
        except RaisedBefore:
            form.raise_another()
            raise
        return hazard_url(HazardAt(standing, hazard))

    log_url = reverse("hazard_log", args=[slug])
    page = Page(
        heading="New hazard",
        submit="Raise it as a draft",
        done_url=log_url,
        done="The hazard is raised as a draft. It counts once it is made live.",
        intro="It reads: cause, then hazard, so that effect: harm. Everything but the name can "
        "be written later.",
        trail=(("Hazard log", log_url),),
    )
    return form_page(request, form, page, save)


@form_methods
def hazard_edit(request: HttpRequest, slug: str, reference: str, group: str) -> HttpResponse:
    """The hazard's own words, its justification, or who keeps it."""
    if group not in _GROUPS:
        raise Http404
    at = hazard_for_editing(request, slug, reference)
    make, heading = _GROUPS[group]
    sheet = Sheet(heading, "Save", anchor=f"hazard-{group}")

    def save(form: EditForm) -> None:
        edit_hazard(
            hazard=at.hazard,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    return answer_edit(request, at, at.hazard, partial(make, hazard=at.hazard), sheet, save)


@form_methods
def hazard_status(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Open, transfer or close the hazard."""
    at = hazard_for(request, slug, reference, Ability.GOVERN_LOG)
    now = at.hazard.get_status_display().lower()
    sheet = Sheet("Set the status", "Set the status", intro=f"It is {now} now.")

    def save(form: StatusForm) -> None:
        try:
            set_status(
                hazard=at.hazard,
                by=at.person,
                status=HazardStatus(form.cleaned_data["status"]),
                base_version=form.version_before,
                reason=form.why,
            )
        except Conflict as conflict:
            form.show(conflict.current_version)
            raise ChangedMeanwhile(_moved_meanwhile(conflict)) from conflict

    initial = {"base_version": at.hazard.version}
    return answer(request, at, partial(StatusForm, hazard=at.hazard), sheet, save, initial=initial)


def _moved_meanwhile(conflict: Conflict) -> str:
    theirs = HazardStatus(conflict.fields[0].theirs).label.lower()
    return (
        f"Somebody else set the status to {theirs} meanwhile. Nothing was changed. Look at the "
        "hazard as it is now, or save again so that yours counts."
    )


@form_methods
def hazard_make_live(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Take a draft into the live log."""
    sheet = Sheet(
        "Make the hazard live",
        "Make it live",
        done="It is live now.",
        intro="A live hazard counts in every picture and in the report. It needs a harm.",
    )
    return _decide(request, slug, reference, WhyForm, sheet, make_live)


@form_methods
def hazard_withdraw(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Take a hazard out of the log."""
    sheet = Sheet(
        "Withdraw the hazard",
        "Withdraw it",
        done="It is out of the log now.",
        intro="It leaves the log, its counts and its report; it is kept with its history, and can "
        "be restored as a draft.",
        is_dangerous=True,
    )
    return _decide(request, slug, reference, WhyNeededForm, sheet, withdraw_hazard)


@form_methods
def hazard_restore(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Bring a withdrawn hazard back."""
    sheet = Sheet(
        "Restore the hazard",
        "Restore it",
        done="It is a draft again.",
        intro="It comes back as a draft, with everything that was on it.",
        needs_log=False,
    )
    return _decide(request, slug, reference, WhyForm, sheet, restore_hazard)


def _decide(
    request: HttpRequest,
    slug: str,
    reference: str,
    make: type[WhyForm] | type[WhyNeededForm],
    sheet: Sheet,
    do: Callable[..., object],
) -> HttpResponse:
    at = hazard_for(request, slug, reference, Ability.GOVERN_LOG)

    def save(form: Any) -> None:
        do(hazard=at.hazard, by=at.person, reason=form.cleaned_data["reason"])

    return answer(request, at, make, sheet, save)
