"""Writing the safety charter: its promise and its lines, each in its place on the page."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseClientRedirect

from accounts.forms import EditForm
from audit.errors import NotPossible
from reviews.actions.charters import (
    add_line,
    edit_line,
    move_line,
    put_back_line,
    take_out_line,
    write_promise,
)
from reviews.charter.access import CharterAt, charter_for_writing, line_in, line_kind
from reviews.charter.forms import FORMS, PromiseForm
from reviews.charter.lines import LineKind
from reviews.charter.reading import Line
from reviews.views.charter import charter_context
from reviews.views.in_place import Place, changed, form_in_place

form_methods = require_http_methods(["GET", "HEAD", "POST"])

_ADD = {
    LineKind.OUTCOME: "Add an outcome",
    LineKind.TRADE_OFF: "Add a trade-off",
    LineKind.RIGHT: "Say who decides",
}
_EDIT = {
    LineKind.OUTCOME: "Change the outcome",
    LineKind.TRADE_OFF: "Change the trade-off",
    LineKind.RIGHT: "Change who decides",
}


@form_methods
def charter_promise(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Write what both sides promise each other."""
    at = charter_for_writing(request, slug, number)

    def save(form: EditForm) -> None:
        write_promise(
            charter=at.charter,
            by=at.person,
            promise=form.cleaned_data["promise"],
            base_version=form.version_before,
            reason=form.why,
        )

    charter = at.charter
    initial = {"promise": charter.promise, "base_version": charter.version}
    place = _place(request, at, "Write the promise", "Save the promise", "promise")
    return form_in_place(request, place, PromiseForm, save, row=charter, initial=initial)


@form_methods
def charter_line_add(request: HttpRequest, slug: str, number: int, kind: str) -> HttpResponse:
    """Add a line."""
    at, of = charter_for_writing(request, slug, number), line_kind(kind)

    def save(form: EditForm) -> None:
        add_line(charter=at.charter, by=at.person, kind=of, values=form.changes(), reason=form.why)

    place = _place(request, at, _ADD[of], "Add it", of.value, "Added.")
    # Opened beside one group, it begins with that group chosen.
    initial = {of.groups_by: request.GET.get("to", "")} if of.groups_by else {}
    return form_in_place(request, place, FORMS[of], save, initial=initial)


@form_methods
def charter_line_edit(
    request: HttpRequest, slug: str, number: int, kind: str, public_id: uuid.UUID
) -> HttpResponse:
    """Change a line."""
    at = charter_for_writing(request, slug, number)
    line = line_in(at, kind, public_id)

    def save(form: EditForm) -> None:
        edit_line(
            line=line,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    of = line_kind(kind)
    initial = {name: getattr(line, name) for name in of.fields} | {"base_version": line.version}
    place = _place(request, at, _EDIT[of], "Save it", f"line-{line.public_id}")
    return form_in_place(request, place, FORMS[of], save, row=line, initial=initial)


@require_POST
def charter_line_move(
    request: HttpRequest, slug: str, number: int, kind: str, public_id: uuid.UUID
) -> HttpResponse:
    """Move a line one place up, or down with ``down`` in the form."""
    at = charter_for_writing(request, slug, number)
    line, up = line_in(at, kind, public_id), "down" not in request.POST

    def move() -> None:
        move_line(line=line, by=at.person, up=up)

    return _button(request, at, line, move, "Moved up." if up else "Moved down.")


@require_POST
def charter_line_take_out(
    request: HttpRequest, slug: str, number: int, kind: str, public_id: uuid.UUID
) -> HttpResponse:
    """Take a line out of the draft, or put it back with ``back`` in the form."""
    at = charter_for_writing(request, slug, number)
    line, back = line_in(at, kind, public_id), "back" in request.POST

    def take() -> None:
        if back:
            put_back_line(line=line, by=at.person)
        else:
            take_out_line(line=line, by=at.person)

    done = "Put back." if back else "Taken out. It can be put back below."
    return _button(request, at, line, take, done)


def _button(
    request: HttpRequest, at: CharterAt, line: Line, do: Callable[[], None], done: str
) -> HttpResponse:
    """Run what a button of a line says, and go on where the line stands."""
    place = _place(request, at, "", "", f"line-{line.public_id}", done)
    try:
        do()
    except NotPossible as refusal:
        messages.error(request, refusal.sentence)
        if "HX-Request" in request.headers:  # the page anew, so that the sentence is seen
            return HttpResponseClientRedirect(place.back)
        return redirect(place.back)
    return changed(request, place)


def _place(
    request: HttpRequest,
    at: CharterAt,
    heading: str,
    submit: str,
    anchor: str,
    done: str = "Saved.",
) -> Place:
    slug, number = at.product.slug, at.charter.number
    url = reverse("charter_version", args=[slug, number])

    def parts(slot: str) -> HttpResponse:
        now = charter_for_writing(request, slug, number)
        context: dict[str, Any] = charter_context(now) | {"slot": slot, "done": done}
        return render(request, "reviews/charter/_saved.html", context)

    trail = (("Safety charter", reverse("charter", args=[slug])), (f"Version {number}", url))
    return Place(heading, submit, done, f"{url}#{anchor}", trail, parts)
