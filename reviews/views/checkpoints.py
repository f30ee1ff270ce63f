"""Checkpoints: the rhythm, the next one with the agenda that writes itself, and minutes."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm, SheetForm
from products.access import product_for, product_for_reading
from products.permissions import Ability
from reviews.actions.checkpoints import (
    close_checkpoint,
    edit_checkpoint,
    open_checkpoint,
    set_rhythm,
)
from reviews.meetings.access import checkpoint_for_reading, checkpoint_for_writing
from reviews.meetings.action_reading import actions_from
from reviews.meetings.checkpoint_agenda import agenda_of
from reviews.meetings.checkpoint_reading import (
    checkpoints_of,
    days_ahead,
    next_checkpoint,
    rhythm_of,
)
from reviews.meetings.forms import NewCheckpointForm, NotesForm, RhythmForm
from reviews.meetings.rules import weeks_in_words
from reviews.models import Checkpoint, CheckpointRhythm

PAGE_SIZE = 50


@require_safe
def checkpoint_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The rhythm with its next days, and the checkpoints that were held."""
    standing = product_for_reading(request, slug)
    rhythm = rhythm_of(standing.product)
    kept = rhythm if rhythm is not None and rhythm.is_active else None
    context = {
        "heading": "Checkpoints",
        "rhythm": kept,
        "often": weeks_in_words(kept.weeks) if kept else "",
        "days": days_ahead(standing.product, rhythm),
        "next": next_checkpoint(standing.product),
        "page": Paginator(checkpoints_of(standing.product), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "may_meet": standing.can(Ability.MEET),
    }
    return render(request, "reviews/meetings/checkpoints.html", context)


def checkpoint_rhythm(request: HttpRequest, slug: str) -> HttpResponse:
    """Say how often the team meets."""
    standing = product_for(request, slug, Ability.MEET)
    rhythm = rhythm_of(standing.product)
    page = Page(
        heading="How often we meet",
        submit="Save",
        done_url=reverse("checkpoint_list", args=[slug]),
        trail=(("Checkpoints", reverse("checkpoint_list", args=[slug])),),
    )

    def save(form: EditForm) -> None:
        set_rhythm(
            product=standing.product,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    if rhythm is None:
        first = {"weeks": 2, "first_on": timezone.localdate(), "is_active": True}
        form = RhythmForm(request.POST or None, initial=first)
        return form_page(request, form, page, lambda: save(form))
    names = ("weeks", "first_on", "is_active")
    initial = {name: getattr(rhythm, name) for name in names}
    row: CheckpointRhythm = rhythm
    return edit_page(request, row, make=RhythmForm, save=save, page=page, initial=initial)


def checkpoint_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open the next checkpoint."""
    standing = product_for(request, slug, Ability.MEET)
    days = days_ahead(standing.product, rhythm_of(standing.product))
    initial = {"held_on": days[0] if days else timezone.localdate()}
    form = NewCheckpointForm(request.POST or None, initial=initial)

    def save() -> str:
        checkpoint = open_checkpoint(
            product=standing.product, by=standing.person, **form.cleaned_data
        )
        return reverse("checkpoint", args=[slug, checkpoint.number])

    page = Page(
        heading="Open the next checkpoint",
        submit="Open it",
        done_url=reverse("checkpoint_list", args=[slug]),
        done="It is open. Its agenda writes itself until you close it.",
        trail=(("Checkpoints", reverse("checkpoint_list", args=[slug])),),
    )
    return form_page(request, form, page, save)


@require_safe
def checkpoint(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One checkpoint: its agenda as it is now; closed, the minutes with the agenda of then."""
    at = checkpoint_for_reading(request, slug, number)
    context = {
        "heading": f"Checkpoint {at.checkpoint.number}",
        "trail": [
            ("Checkpoints", reverse("checkpoint_list", args=[slug])),
            (f"Checkpoint {at.checkpoint.number}", ""),
        ],
        "checkpoint": at.checkpoint,
        "agenda": agenda_of(at.checkpoint),
        "actions": actions_from(at.checkpoint),
        "today": timezone.localdate(),
        "may_write": at.may_write,
        "may_meet": at.standing.can(Ability.MEET),
    }
    return render(request, "reviews/meetings/checkpoint.html", context)


def checkpoint_notes(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write the notes of a checkpoint."""
    at = checkpoint_for_writing(request, slug, number)

    def save(form: EditForm) -> None:
        edit_checkpoint(
            checkpoint=at.checkpoint,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    page = checkpoint_page(at.checkpoint, heading="Notes", submit="Save the notes")
    initial = {"notes": at.checkpoint.notes, "held_on": at.checkpoint.held_on}
    return edit_page(request, at.checkpoint, make=NotesForm, save=save, page=page, initial=initial)


def checkpoint_close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Close a checkpoint: its agenda is frozen."""
    at = checkpoint_for_writing(request, slug, number)
    form = SheetForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        close_checkpoint(checkpoint=at.checkpoint, by=at.person)

    page = checkpoint_page(
        at.checkpoint,
        heading="Close the checkpoint",
        submit="Close it",
        intro="Its agenda is kept as it is now, and the notes cannot be changed any more. What was "
        "agreed lives on as actions. The next agenda begins here.",
        done="Closed. These are its minutes.",
    )
    return form_page(request, form, page, save)


def checkpoint_page(
    row: Checkpoint, *, heading: str, submit: str, intro: str = "", done: str = "Saved."
) -> Page:
    """A form page of a checkpoint."""
    slug = row.product.slug
    url = reverse("checkpoint", args=[slug, row.number])
    return Page(
        heading=heading,
        submit=submit,
        done_url=url,
        done=done,
        intro=intro,
        trail=(
            ("Checkpoints", reverse("checkpoint_list", args=[slug])),
            (f"Checkpoint {row.number}", url),
        ),
    )
