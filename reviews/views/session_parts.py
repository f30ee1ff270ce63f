"""What is in a session: what was said, the steps of the pathway, who took part."""

import uuid
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from accounts.editing import UNPROCESSABLE, attempt, edit_page, form_page, pressed
from accounts.forms import EditForm
from hazards.queries import hazards_of
from products.queries import people_at_work
from reviews.actions.session_entries import (
    add_entry,
    settle_entry,
    unsettle_entry,
    withdraw_entry,
)
from reviews.actions.sessions import (
    add_step,
    edit_step,
    note_attendance,
    withdraw_attendance,
    withdraw_step,
)
from reviews.choices import EntryOutcome
from reviews.meetings.access import (
    attendance_in,
    entry_in,
    session_for_writing,
    step_in,
)
from reviews.meetings.forms import AttendanceForm, CaptureForm, EntryForm, StepForm
from reviews.meetings.session_page import square_after
from reviews.views.sessions import capture_form, page_context, session_page


def workshop_capture(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Keep one line of what was said. Answers with the grid, or goes back to it."""
    at = session_for_writing(request, slug, number)
    steps = at.session.steps.filter(is_active=True)
    if request.method != "POST":
        context = page_context(at) | {"capture": capture_form(at, request)}
        return render(request, "reviews/meetings/capture.html", context)
    form = CaptureForm(request.POST, steps=steps)

    def save() -> None:
        add_entry(session=at.session, by=at.person, **form.cleaned_data)

    if not form.is_valid() or attempt(form, save) is None:
        context = page_context(at) | {"capture": form}
        if not request.headers.get("HX-Request"):
            return render(request, "reviews/meetings/capture.html", context, status=UNPROCESSABLE)
        answer = render(request, "reviews/meetings/_capture.html", context, status=UNPROCESSABLE)
        answer["HX-Retarget"], answer["HX-Reswap"] = "#capture", "outerHTML"
        return answer
    if request.headers.get("HX-Request"):
        return render(request, "reviews/meetings/_grid.html", page_context(at))
    step = form.cleaned_data["step"]
    place = square_after(
        [each.pk for each in steps], step.pk if step else None, form.cleaned_data["prompt"]
    )
    query = urlencode({"step": place[0] or "", "prompt": place[1]})
    page = reverse("workshop", args=[slug, number])
    return HttpResponseRedirect(f"{page}?{query}#capture")


def workshop_entry(
    request: HttpRequest, slug: str, number: int, public_id: uuid.UUID
) -> HttpResponse:
    """What was said, and what comes of it."""
    at = session_for_writing(request, slug, number)
    entry = entry_in(at, public_id)

    def make(**options: Any) -> EditForm:
        return EntryForm(**options, hazards=hazards_of(at.product))

    def save(form: EditForm) -> None:
        said = form.cleaned_data
        settled = settle_entry(
            entry=entry,
            by=at.person,
            outcome=said["outcome"],
            changes=form.changes(),
            base_version=form.version_before,
            raising={name: said[name] for name in ("name", "cause", "harm")},
            hazard=said["hazard"],
            none_because=said["none_because"],
        )
        if said["outcome"] is EntryOutcome.RAISE and settled.hazard:
            messages.success(request, f"{settled.hazard.display_reference} is a draft in the log.")

    initial = {
        "text": entry.text,
        "outcome": EntryOutcome.NOTHING,
        "name": entry.text[:300],
        "hazard": entry.hazard,
        "none_because": entry.none_because,
    }
    if entry.hazard_id or entry.none_because:
        context = page_context(at) | {"entry": entry, "heading": "What was said"}
        return render(request, "reviews/meetings/entry_settled.html", context)
    page = session_page(at.session, heading="What was said", submit="Save")
    page = replace(page, template="reviews/meetings/entry.html")
    return edit_page(request, entry, make=make, save=save, page=page, initial=initial)


@require_POST
def workshop_entry_unsettle(
    request: HttpRequest, slug: str, number: int, public_id: uuid.UUID
) -> HttpResponse:
    """Take back what came of an entry."""
    at = session_for_writing(request, slug, number)
    entry = entry_in(at, public_id)
    if pressed(request, partial(unsettle_entry, entry=entry, by=at.person), "Taken back."):
        return redirect("workshop_entry", slug, number, public_id)
    return redirect("workshop", slug, number)


@require_POST
def workshop_entry_withdraw(
    request: HttpRequest, slug: str, number: int, public_id: uuid.UUID
) -> HttpResponse:
    """Take an entry out of the session."""
    at = session_for_writing(request, slug, number)
    entry = entry_in(at, public_id)
    pressed(request, partial(withdraw_entry, entry=entry, by=at.person), "Taken out.")
    return redirect("workshop", slug, number)


def workshop_step_add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Add a step at the end of the pathway."""
    at = session_for_writing(request, slug, number)
    form = StepForm(request.POST or None)

    def save() -> None:
        add_step(session=at.session, by=at.person, text=form.cleaned_data["text"])

    page = session_page(at.session, heading="Add a step", submit="Add the step", done="Added.")
    return form_page(request, form, page, save)


def workshop_step(
    request: HttpRequest, slug: str, number: int, public_id: uuid.UUID
) -> HttpResponse:
    """Change the words of a step."""
    at = session_for_writing(request, slug, number)
    step = step_in(at, public_id)

    def save(form: EditForm) -> None:
        edit_step(
            step=step,
            by=at.person,
            text=form.cleaned_data["text"],
            base_version=form.version_before,
        )

    page = session_page(at.session, heading="Edit the step", submit="Save")
    initial = {"text": step.text}
    return edit_page(request, step, make=StepForm, save=save, page=page, initial=initial)


@require_POST
def workshop_step_withdraw(
    request: HttpRequest, slug: str, number: int, public_id: uuid.UUID
) -> HttpResponse:
    """Take a step out of the pathway."""
    at = session_for_writing(request, slug, number)
    step = step_in(at, public_id)
    pressed(request, partial(withdraw_step, step=step, by=at.person), "Taken out.")
    return redirect("workshop", slug, number)


def attendance_add(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Note who takes part."""
    at = session_for_writing(request, slug, number)
    form = AttendanceForm(request.POST or None, people=people_at_work(at.product))

    def save() -> None:
        note_attendance(session=at.session, by=at.person, **form.cleaned_data)

    page = session_page(at.session, heading="Who takes part", submit="Add", done="Noted.")
    return form_page(request, form, page, save)


@require_POST
def attendance_withdraw(
    request: HttpRequest, slug: str, number: int, public_id: uuid.UUID
) -> HttpResponse:
    """Take back that somebody took part."""
    at = session_for_writing(request, slug, number)
    attendance = attendance_in(at, public_id)
    pressed(
        request, partial(withdraw_attendance, attendance=attendance, by=at.person), "Taken back."
    )
    return redirect("workshop", slug, number)
