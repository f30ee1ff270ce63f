"""Causes and harms of a hazard."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from accounts.forms import EditForm
from hazards.access import cause_on, harm_on, hazard_for_editing
from hazards.actions.causes import (
    add_cause,
    add_harm,
    edit_cause,
    edit_harm,
    withdraw_cause,
    withdraw_harm,
)
from hazards.forms.causes import CauseForm, HarmForm
from hazards.forms.hazards import WhyNeededForm
from hazards.views.editing import Sheet, answer, answer_edit
from hazards.views.hazard import form_methods


@form_methods
def cause_add(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Add a cause."""
    at = hazard_for_editing(request, slug, reference)

    def save(form: EditForm) -> None:
        add_cause(hazard=at.hazard, by=at.person, reason=form.why, **form.changes())

    sheet = Sheet("Add a cause", "Add the cause", "The cause is added.", "hazard-causes")
    return answer(request, at, CauseForm, sheet, save)


@form_methods
def cause_edit(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Change a cause."""
    at = hazard_for_editing(request, slug, reference)
    cause = cause_on(at, pk)

    def save(form: EditForm) -> None:
        edit_cause(
            cause=cause,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    sheet = Sheet("Edit the cause", "Save the cause", anchor=f"cause-{pk}")
    return answer_edit(request, at, cause, CauseForm, sheet, save)


@form_methods
def cause_withdraw(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Take a cause out of the log."""
    at = hazard_for_editing(request, slug, reference)
    cause = cause_on(at, pk)

    def save(form: Any) -> None:
        withdraw_cause(cause=cause, by=at.person, reason=form.cleaned_data["reason"])

    sheet = Sheet(
        "Withdraw the cause",
        "Withdraw it",
        "The cause is out of the log.",
        "hazard-causes",
        intro=f"“{cause.text}” Its own estimates no longer count. A control that acts on nothing "
        "else here stays, on the whole hazard.",
        is_dangerous=True,
    )
    return answer(request, at, WhyNeededForm, sheet, save)


@form_methods
def harm_add(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Add a harm."""
    at = hazard_for_editing(request, slug, reference)

    def save(form: EditForm) -> None:
        add_harm(hazard=at.hazard, by=at.person, reason=form.why, **form.changes())

    sheet = Sheet("Add a harm", "Add the harm", "The harm is added.", "hazard-harms")
    return answer(request, at, HarmForm, sheet, save)


@form_methods
def harm_edit(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Change a harm."""
    at = hazard_for_editing(request, slug, reference)
    harm = harm_on(at, pk)

    def save(form: EditForm) -> None:
        edit_harm(
            harm=harm,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    sheet = Sheet("Edit the harm", "Save the harm", anchor=f"harm-{pk}")
    return answer_edit(request, at, harm, HarmForm, sheet, save)


@form_methods
def harm_withdraw(request: HttpRequest, slug: str, reference: str, pk: int) -> HttpResponse:
    """Take a harm out of the log."""
    at = hazard_for_editing(request, slug, reference)
    harm = harm_on(at, pk)

    def save(form: Any) -> None:
        withdraw_harm(harm=harm, by=at.person, reason=form.cleaned_data["reason"])

    sheet = Sheet(
        "Withdraw the harm",
        "Withdraw it",
        "The harm is out of the log.",
        "hazard-harms",
        intro=f"“{harm.text}”",
        is_dangerous=True,
    )
    return answer(request, at, WhyNeededForm, sheet, save)
