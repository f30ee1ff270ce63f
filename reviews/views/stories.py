"""Stories: a control in the words of the product side, and what became of it."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm, ReasonForm
from accounts.history import history_asked
from audit.errors import NotPossible
from hazards.views.editing import hazard_url
from products.access import product_for_reading
from products.facets import Facet, facet
from products.forms import SearchForm
from products.models import Product
from products.permissions import Ability
from products.trackers.outbox import trackers_to_write_to
from reviews.actions.stories import (
    edit_story,
    give_reason,
    send_story,
    set_story_open,
    withdraw_story,
    write_and_send_story,
)
from reviews.models import Story
from reviews.stories.access import (
    ControlAt,
    StoryAt,
    control_for_story,
    story_for_reading,
    story_for_writing,
)
from reviews.stories.forms import NewStoryForm, ReasonOfStoryForm, SendStoryForm, StoryForm
from reviews.stories.reading import (
    SHOWN,
    StoryFilter,
    counts_of,
    features_on,
    in_words,
    stories_of,
    stories_where,
    ticket_on_its_way,
)
from reviews.stories.words import drafted

form_methods = require_http_methods(["GET", "HEAD", "POST"])

PAGE_SIZE = 50


@require_safe
def story_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The stories of the product, narrowed as the address says."""
    standing = product_for_reading(request, slug)
    search = SearchForm(request.GET)
    wanted = StoryFilter(
        words=search.cleaned_data["q"] if search.is_valid() else "",
        show=request.GET.get("show", ""),
        control=request.GET.get("control", "").replace("\x00", "")[:60],
    )
    found = stories_where(stories_of(standing.product), wanted)
    context = {
        "heading": "Stories",
        "trail": [("Stories", "")],
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "facets": _facets(request, standing.product),
        "words": request.GET.get("q", ""),
        "problem": search.errors.get("q"),
        "is_filtered": bool(wanted.words or wanted.control or wanted.show in SHOWN),
        "control": wanted.control,
        "may_write": standing.can(Ability.WRITE_STORIES),
    }
    return render(request, "reviews/stories/stories.html", context)


@require_safe
def story_detail(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """One story, to read and to copy, with its clinical reason and its ticket."""
    at = story_for_reading(request, slug, public_id)
    rows: dict[type[Model], list[int]] = {Story: [at.story.pk]}
    may_write = at.standing.can(Ability.WRITE_STORIES) and at.story.is_active
    waits = None if at.story.item_id else ticket_on_its_way(at.story)
    context = {
        "heading": at.story.title,
        "trail": [("Stories", reverse("story_list", args=[slug])), (at.story.title, "")],
        "story": at.story,
        **history_asked(request, rows),
        "may_write": may_write,
        "on_its_way": waits,
        "may_send": may_write
        and at.story.item_id is None
        and waits is None
        and trackers_to_write_to(at.product).exists(),
    }
    return render(request, "reviews/stories/story.html", context)


@form_methods
def control_story(request: HttpRequest, slug: str, reference: str, control: str) -> HttpResponse:
    """A control as a story: proposed, edited, kept, and sent where there is a tracker."""
    found = control_for_story(request, slug, reference, control)
    draft = drafted(in_words(found.reading, found.as_read))
    form = NewStoryForm(
        request.POST if request.method == "POST" else None,
        product=found.at.product,
        features=features_on(found.reading),
        initial={"title": draft.title, "story": draft.story, "criteria": draft.criteria},
    )
    page = _new_page(found)

    def save() -> str:
        story = write_and_send_story(
            control=found.control,
            hazard=found.at.hazard,
            by=found.at.person,
            title=form.cleaned_data["title"],
            criteria=form.text,
            feature=form.cleaned_data["feature"],
            url=form.cleaned_data["url"],
            connection=form.cleaned_data.get("tracker"),
        )
        return reverse("story_detail", args=[slug, story.public_id])

    return form_page(request, form, page, save)


def _new_page(found: ControlAt) -> Page:
    reference = found.control.reference
    hazard = found.at.hazard.display_reference
    log = reverse("hazard_log", args=[found.at.product.slug])
    return Page(
        heading=f"{reference} as a story",
        submit="Keep the story",
        done_url=hazard_url(found.at, f"control-{reference}"),
        done="The story is kept with its control.",
        intro=f"Proposed from {reference}, what it acts on, and {hazard} in the patients’ voice. "
        "Edit it so that the team would have written it.",
        trail=(("Hazard log", log), (hazard, hazard_url(found.at))),
        template="reviews/stories/new.html",
    )


@form_methods
def story_edit(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Change a story."""
    at = story_for_writing(request, slug, public_id)

    def make(**arguments: Any) -> StoryForm:
        return StoryForm(story=at.story, **arguments)

    def save(form: EditForm) -> None:
        edit_story(
            story=at.story,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    initial = {name: getattr(at.story, name) for name in ("title", "criteria", "url")}
    page = _page(at, "Edit the story", "Save")
    return edit_page(request, at.story, make=make, save=save, page=page, initial=initial)


@form_methods
def story_reason(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Say which control a story is the work of."""
    at = story_for_writing(request, slug, public_id)
    data = request.POST if request.method == "POST" else None
    named = {
        "control": at.story.control.reference if at.story.control else "",
        "hazard": at.story.hazard.reference if at.story.hazard else "",
    }
    form = ReasonOfStoryForm(data, product=at.product, initial=named)
    intro = "The control whose work this is, so that everybody sees which hazard it is about."
    page = _page(at, "Say its clinical reason", "Link it", intro=intro)

    def save() -> None:
        give_reason(
            story=at.story,
            by=at.person,
            control=form.cleaned_data["control"],
            hazard=form.cleaned_data["hazard"],
            reason=form.cleaned_data["reason"],
        )

    return form_page(request, form, page, save)


@form_methods
def story_send(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Make a ticket of a story that has none."""
    at = story_for_writing(request, slug, public_id)
    data = request.POST if request.method == "POST" else None
    form = SendStoryForm(data, product=at.product)
    intro = "The ticket is made in the background. From then on the story follows it."
    page = _page(
        at, "Make a ticket", "Make the ticket", done="The ticket is on its way.", intro=intro
    )

    def save() -> None:
        send_story(story=at.story, by=at.person, connection=form.cleaned_data["tracker"])

    return form_page(request, form, page, save)


@form_methods
def story_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Keep a story no longer."""
    at = story_for_writing(request, slug, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    intro = (
        "It leaves the list and the control. Its history is kept, and its ticket stays as it is."
    )
    page = _page(at, "Withdraw the story", "Withdraw it", intro=intro)

    def save() -> str:
        withdraw_story(story=at.story, by=at.person, reason=form.cleaned_data["reason"])
        return reverse("story_list", args=[slug])

    return form_page(request, form, page, save)


@require_POST
def story_state(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Done, or open again, for a story that has no ticket."""
    at = story_for_writing(request, slug, public_id)
    is_open = request.POST.get("open") == "yes"
    try:
        set_story_open(story=at.story, by=at.person, is_open=is_open)
    except NotPossible as refusal:
        messages.warning(request, refusal.sentence)
    else:
        messages.success(request, "It is open again." if is_open else "It is done.")
    return redirect("story_detail", slug=slug, public_id=public_id)


def _facets(request: HttpRequest, product: Product) -> list[Facet]:
    counts = counts_of(product)
    return [
        facet(request.GET, "show", value, label=label, count=counts[value])
        for value, (label, _) in SHOWN.items()
        if counts[value] or request.GET.get("show") == value
    ]


def _page(at: StoryAt, heading: str, submit: str, *, intro: str = "", done: str = "Saved.") -> Page:
    slug, story = at.product.slug, at.story
    url = reverse("story_detail", args=[slug, story.public_id])
    return Page(
        heading=heading,
        submit=submit,
        done_url=url,
        done=done,
        intro=intro,
        trail=(("Stories", reverse("story_list", args=[slug])), (story.title, url)),
    )
