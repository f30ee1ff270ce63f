"""Actions that come of meetings: the list, a new one, and what was done."""

import uuid
from collections.abc import Callable

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm, ReasonForm, SheetForm
from products.access import product_for, product_for_reading
from products.facets import facet
from products.permissions import Ability
from products.queries import people_at_work
from reviews.actions.action_items import (
    add_action,
    drop_action,
    edit_action,
    finish_action,
    reopen_action,
)
from reviews.meetings.access import action_for_writing, meeting_named
from reviews.meetings.action_reading import actions_where, count_actions
from reviews.meetings.forms import ActionEditForm, ActionForm, OutcomeForm
from reviews.models import Checkpoint, Workshop

PAGE_SIZE = 50


@require_safe
def action_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Who does what by when: open ones, the late ones first."""
    standing = product_for_reading(request, slug)
    counts = count_actions(standing.product, standing.person)
    state = request.GET.get("state", "")
    found = actions_where(
        standing.product,
        state=state,
        mine=standing.person if request.GET.get("mine") == "yes" else None,
        late=request.GET.get("late") == "yes",
    )
    context = {
        "heading": "Actions",
        "counts": counts,
        "facets": [
            facet(request.GET, "mine", "yes", label="Mine", count=counts.mine),
            facet(request.GET, "late", "yes", label="Late", count=counts.late),
            facet(request.GET, "state", "done", label="Done", count=counts.done),
            facet(request.GET, "state", "dropped", label="Dropped", count=counts.dropped),
        ],
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "is_filtered": any(request.GET.get(name) for name in ("mine", "late", "state")),
        "today": timezone.localdate(),
        "may_meet": standing.can(Ability.MEET),
    }
    return render(request, "reviews/meetings/actions.html", context)


def action_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Note an action; ``?checkpoint=3`` or ``?session=2`` says where it was agreed."""
    standing = product_for(request, slug, Ability.MEET)
    kind = next((each for each in ("checkpoint", "session") if request.GET.get(each)), "")
    meeting = meeting_named(standing, kind, request.GET.get(kind, ""))
    form = ActionForm(request.POST or None, people=people_at_work(standing.product))
    done_url = reverse("action_list", args=[slug])
    if meeting is not None:
        name = "checkpoint" if isinstance(meeting, Checkpoint) else "workshop"
        done_url = reverse(name, args=[slug, meeting.number])

    def save() -> None:
        add_action(
            product=standing.product,
            by=standing.person,
            checkpoint=meeting if isinstance(meeting, Checkpoint) else None,
            session=meeting if isinstance(meeting, Workshop) else None,
            **form.cleaned_data,
        )

    page = Page(
        heading="New action",
        submit="Note the action",
        done_url=done_url,
        done="Noted. Its owner is told.",
        trail=(("Actions", reverse("action_list", args=[slug])),),
    )
    return form_page(request, form, page, save)


def action_edit(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Change the words, the owner or the day of an action."""
    standing, item = action_for_writing(request, slug, public_id)

    def make(**options: object) -> EditForm:
        return ActionEditForm(**options, people=people_at_work(standing.product))

    def save(form: EditForm) -> None:
        edit_action(
            item=item,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    initial = {name: getattr(item, name) for name in ("text", "owner", "due_on")}
    page = _page(slug, heading="Edit the action", submit="Save")
    return edit_page(request, item, make=make, save=save, page=page, initial=initial)


def action_done(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Say what was done."""
    standing, item = action_for_writing(request, slug, public_id)
    form = OutcomeForm(request.POST or None)
    page = _page(slug, heading="What was done", submit="It is done", intro=item.text)
    return _ended(
        request,
        form,
        page,
        lambda: finish_action(item=item, by=standing.person, **form.cleaned_data),
    )


def action_drop(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Say why an action is not needed any more."""
    standing, item = action_for_writing(request, slug, public_id)
    form = OutcomeForm(request.POST or None)
    form.fields["outcome"].label = "Why it is not needed"
    page = _page(slug, heading="Drop the action", submit="Drop it", intro=item.text)
    return _ended(
        request,
        form,
        page,
        lambda: drop_action(item=item, by=standing.person, **form.cleaned_data),
    )


def action_reopen(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Open an action again."""
    standing, item = action_for_writing(request, slug, public_id)
    form = ReasonForm(request.POST or None)
    page = _page(slug, heading="Open the action again", submit="Open it again", intro=item.text)
    return _ended(
        request,
        form,
        page,
        lambda: reopen_action(item=item, by=standing.person, **form.cleaned_data),
    )


def _ended(
    request: HttpRequest, form: SheetForm, page: Page, do: Callable[[], object]
) -> HttpResponse:
    def save() -> None:
        do()

    return form_page(request, form, page, save)


def _page(slug: str, *, heading: str, submit: str, intro: str = "") -> Page:
    url = reverse("action_list", args=[slug])
    return Page(
        heading=heading,
        submit=submit,
        done_url=url,
        intro=intro,
        trail=(("Actions", url),),
    )
