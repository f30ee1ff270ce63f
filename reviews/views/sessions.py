"""Sessions: the list, one with its grid, opening, changing and closing it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm
from products.access import product_for, product_for_reading
from products.permissions import Ability
from products.queries import features_to_carry, people_at_work, releases_of
from reviews.actions.sessions import choose_features, close_session, edit_session, open_session
from reviews.meetings.access import SessionAt, session_for_reading, session_for_writing
from reviews.meetings.action_reading import actions_from
from reviews.meetings.forms import (
    AttendanceForm,
    CaptureForm,
    CloseSessionForm,
    NewSessionForm,
    SessionFeaturesForm,
    SessionForm,
    StepForm,
)
from reviews.meetings.session_page import coming_square
from reviews.meetings.session_reading import read_session, sessions_of, state_of_grid
from reviews.models import Workshop

PAGE_SIZE = 50


@require_safe
def workshop_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The sessions that were held, the newest first."""
    standing = product_for_reading(request, slug)
    context = {
        "heading": "Sessions",
        "page": Paginator(sessions_of(standing.product), PAGE_SIZE).get_page(
            request.GET.get("page")
        ),
        "may_meet": standing.can(Ability.MEET),
    }
    return render(request, "reviews/meetings/sessions.html", context)


def workshop_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Open a session."""
    standing = product_for(request, slug, Ability.MEET)
    form = NewSessionForm(
        request.POST or None,
        releases=releases_of(standing.product),
        features=features_to_carry(standing.product, ()),
    )

    def save() -> str:
        session = open_session(product=standing.product, by=standing.person, **form.cleaned_data)
        return reverse("workshop", args=[slug, session.number])

    page = Page(
        heading="New session",
        submit="Open the session",
        done_url=reverse("workshop_list", args=[slug]),
        done="The session is open.",
        trail=(("Sessions", reverse("workshop_list", args=[slug])),),
    )
    return form_page(request, form, page, save)


@require_safe
def workshop(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One session: its grid and what came of it. Closed, it is the minutes, ready to print."""
    at = session_for_reading(request, slug, number)
    context = page_context(at) | {
        "capture": capture_form(at, request),
        "attendance_form": AttendanceForm(people=people_at_work(at.product)),
        "step_form": StepForm(),
        "actions": actions_from(at.session),
    }
    return render(request, "reviews/meetings/session.html", context)


@require_safe
def workshop_grid(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """The grid as it is now, for a page that is open; nothing where it has not changed."""
    at = session_for_reading(request, slug, number)
    if request.GET.get("seen") == state_of_grid(at.session):
        return HttpResponse(status=204)
    return render(request, "reviews/meetings/_grid.html", page_context(at))


def workshop_edit(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Change a session's title, kind, day or release."""
    at = session_for_writing(request, slug, number)

    def make(**options: object) -> EditForm:
        return SessionForm(**options, releases=releases_of(at.product))

    def save(form: EditForm) -> None:
        edit_session(
            session=at.session,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    initial = {name: getattr(at.session, name) for name in ("title", "kind", "held_on", "release")}
    page = session_page(at.session, heading="Edit the session", submit="Save")
    return edit_page(request, at.session, make=make, save=save, page=page, initial=initial)


def workshop_features(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Choose which features a session looks at."""
    at = session_for_writing(request, slug, number)
    chosen = [feature.pk for feature in read_session(at.session).features]
    form = SessionFeaturesForm(
        request.POST or None,
        features=features_to_carry(at.product, chosen),
        initial={"features": chosen},
    )

    def save() -> None:
        choose_features(session=at.session, by=at.person, features=form.cleaned_data["features"])

    page = session_page(at.session, heading="Features that you look at", submit="Save")
    return form_page(request, form, page, save)


def workshop_close(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Close a session with what came of it."""
    at = session_for_writing(request, slug, number)
    form = CloseSessionForm(request.POST or None)

    def save() -> None:
        close_session(session=at.session, by=at.person, **form.cleaned_data)

    page = session_page(
        at.session,
        heading="Close the session",
        submit="Close the session",
        intro="From then on it is read only, and its page is the minutes, ready to print.",
        done="The session is closed. These are its minutes.",
    )
    return form_page(request, form, page, save)


def page_context(at: SessionAt) -> dict[str, Any]:
    """What the page of a session needs, and its grid alone."""
    reading = read_session(at.session)
    return {
        "heading": at.session.title,
        "trail": [
            ("Sessions", reverse("workshop_list", args=[at.product.slug])),
            (f"Session {at.session.number}", ""),
        ],
        "session": at.session,
        "reading": reading,
        "product": at.product,
        "may_write": at.may_write,
        "may_meet": at.standing.can(Ability.MEET),
        "seen": state_of_grid(at.session),
    }


def capture_form(at: SessionAt, request: HttpRequest) -> CaptureForm:
    """The line for what is said next, at the square that the address names."""
    steps = at.session.steps.filter(is_active=True)
    step, prompt = coming_square(
        [each.pk for each in steps], request.GET.get("step", ""), request.GET.get("prompt", "")
    )
    return CaptureForm(steps=steps, initial={"step": step, "prompt": prompt})


def session_page(
    session: Workshop, *, heading: str, submit: str, intro: str = "", done: str = "Saved."
) -> Page:
    """A form page of a session."""
    slug = session.product.slug
    url = reverse("workshop", args=[slug, session.number])
    return Page(
        heading=heading,
        submit=submit,
        done_url=url,
        done=done,
        intro=intro,
        trail=(
            ("Sessions", reverse("workshop_list", args=[slug])),
            (f"Session {session.number}", url),
        ),
    )
