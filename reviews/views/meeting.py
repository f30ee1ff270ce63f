"""Meeting mode: the hazards of a checkpoint's agenda one by one, with notes and actions beside."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.editing import UNPROCESSABLE, attempt
from hazards.access import hazard_for_reading
from products.queries import people_at_work
from reviews.actions.action_items import add_action
from reviews.actions.checkpoints import add_note
from reviews.meetings.access import (
    CheckpointAt,
    checkpoint_for_reading,
    checkpoint_for_writing,
)
from reviews.meetings.action_reading import actions_from
from reviews.meetings.checkpoint_agenda import agenda_of, stretch_of
from reviews.meetings.forms import ActionForm, NoteForm
from reviews.meetings.page import HazardInMeeting, hazard_in_meeting


@require_safe
def meeting(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Go to the first hazard of the agenda."""
    at = checkpoint_for_reading(request, slug, number)
    hazards = agenda_of(at.checkpoint).hazards
    if not hazards:
        messages.info(request, "No hazard is on this agenda.")
        return redirect("checkpoint", slug, number)
    return redirect("meeting_hazard", slug, number, hazards[0])


@require_safe
def meeting_hazard(request: HttpRequest, slug: str, number: int, reference: str) -> HttpResponse:
    """One hazard in large type, with those before and after it on the agenda."""
    at = checkpoint_for_reading(request, slug, number)
    on_page = _on_page(request, slug, at, reference)
    return render(request, "reviews/meetings/meeting.html", _context(at, on_page))


def meeting_note(request: HttpRequest, slug: str, number: int, reference: str) -> HttpResponse:
    """Add a line about the hazard to the notes, without leaving it."""
    at = checkpoint_for_writing(request, slug, number)
    on_page = _on_page(request, slug, at, reference)
    form = NoteForm(request.POST or None)

    def save() -> None:
        add_note(
            checkpoint=at.checkpoint,
            by=at.person,
            about=on_page.hazard.display_reference,
            text=form.cleaned_data["text"],
        )

    if request.method == "POST" and form.is_valid() and attempt(form, save) is not None:
        return _noted(request, slug, number, reference)
    return _again(request, at, on_page, note_form=form)


def meeting_action(request: HttpRequest, slug: str, number: int, reference: str) -> HttpResponse:
    """Note an action about the hazard, without leaving it."""
    at = checkpoint_for_writing(request, slug, number)
    on_page = _on_page(request, slug, at, reference)
    form = ActionForm(request.POST or None, people=people_at_work(at.product))

    def save() -> None:
        add_action(
            product=at.product,
            by=at.person,
            checkpoint=at.checkpoint,
            hazard=on_page.hazard,
            **form.cleaned_data,
        )

    if request.method == "POST" and form.is_valid() and attempt(form, save) is not None:
        return _noted(request, slug, number, reference)
    return _again(request, at, on_page, action_form=form)


def _noted(request: HttpRequest, slug: str, number: int, reference: str) -> HttpResponse:
    if not request.headers.get("HX-Request"):
        messages.success(request, "Noted.")
        return redirect("meeting_hazard", slug, number, reference)
    at = checkpoint_for_reading(request, slug, number)
    on_page = _on_page(request, slug, at, reference)
    return render(request, "reviews/meetings/_meeting_notes.html", _context(at, on_page))


def _again(
    request: HttpRequest, at: CheckpointAt, on_page: HazardInMeeting, **forms: Any
) -> HttpResponse:
    """The page, or the part with both forms, with what was typed."""
    context = _context(at, on_page) | forms
    is_part = bool(request.headers.get("HX-Request"))
    name = "_meeting_notes" if is_part else "meeting"
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, f"reviews/meetings/{name}.html", context, status=status)


def _on_page(request: HttpRequest, slug: str, at: CheckpointAt, reference: str) -> HazardInMeeting:
    hazard = hazard_for_reading(request, slug, reference).hazard
    return hazard_in_meeting(agenda_of(at.checkpoint), hazard)


def _context(at: CheckpointAt, on_page: HazardInMeeting) -> dict[str, Any]:
    page = reverse("checkpoint", args=[at.product.slug, at.checkpoint.number])
    about = on_page.hazard.display_reference
    lines = at.checkpoint.notes.splitlines()
    due = stretch_of(at.checkpoint).until
    return {
        "heading": on_page.hazard.name,
        "trail": [(f"Checkpoint {at.checkpoint.number}", page), ("Meeting", "")],
        "checkpoint": at.checkpoint,
        "product": at.product,
        "shown": on_page,
        "notes": [
            line.removeprefix(f"{about}: ") for line in lines if line.startswith(f"{about}: ")
        ],
        "actions": actions_from(at.checkpoint).filter(hazard=on_page.hazard),
        "today": timezone.localdate(),
        "may_write": at.may_write,
        "note_form": NoteForm(auto_id="note_%s"),
        "action_form": ActionForm(
            people=people_at_work(at.product), initial={"due_on": due}, auto_id="action_%s"
        ),
    }
