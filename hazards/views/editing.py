"""From a form to an action and back, in place on the hazard page or on a page of its own.

htmx asks for a form into a *slot* of the hazard page and gets the same template that the form's own
page includes. After a save the answer holds every part of the page anew; a part in which another
form is open is left alone, so that nothing that somebody types is lost.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.conflicts import ConflictPanel, conflict_over
from accounts.forms import EditForm, SheetForm
from audit.errors import BadText, Conflict, NotPossible, ReasonNeeded
from audit.tracked import Tracked
from hazards.access import HazardAt, hazard_for_reading
from hazards.locks import why_not_in_the_log
from hazards.views.parts import parts_context
from hazards.views.reasons import ask_why, keep_why

CONFLICT = 409
UNPROCESSABLE = 422
FORM = "hazards/_form.html"  # where htmx asks for it; a page of its own includes the same file
_SLOT = re.compile(r"slot-[A-Za-z0-9-]{1,80}")

#: Makes a form: called with ``data``, ``files``, ``initial`` and ``auto_id``.
Make = Callable[..., Any]


@dataclass(frozen=True)
class Sheet:
    """The words of a form, and where on the hazard page one is afterwards."""

    heading: str
    submit: str
    done: str = "Saved."
    anchor: str = ""
    intro: str = ""
    fields: str = "hazards/_fields.html"
    is_dangerous: bool = False
    replaces: bool = False  # while it is open in place, what it edits need not be shown beside it
    in_place: str = FORM
    needs_log: bool = True  # a form that a hazard out of the log could not be saved with
    more: Mapping[str, Any] = field(default_factory=dict)


#: Answers after a save.
Then = Callable[[HttpRequest, HazardAt, Sheet], HttpResponse]


def sent(request: HttpRequest) -> QueryDict | None:
    """What was posted, be it nothing; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def hazard_url(at: HazardAt, anchor: str = "") -> str:
    """The hazard's own address, at a part of its page."""
    url = reverse("hazard_detail", args=[at.product.slug, at.hazard.reference])
    return f"{url}#{anchor}" if anchor else url


def slot_of(request: HttpRequest) -> str:
    """The slot of the hazard page that the form is asked into; '' for a page of its own."""
    target = request.headers.get("HX-Target", "")
    return target if _SLOT.fullmatch(target) else ""


def answer(
    request: HttpRequest,
    at: HazardAt,
    make: Make,
    sheet: Sheet,
    save: Callable[[Any], object],
    *,
    initial: Mapping[str, Any] | None = None,
    then: "Then | None" = None,
) -> HttpResponse:
    """Show a form, or save it: ``save(form)`` runs the action for a valid one.

    ``then`` answers after the save; without it the hazard page does (``saved``).
    """
    if request.method != "POST":
        # A list opens its forms in its rows, where there is no place for a sentence instead.
        if sheet.needs_log and sheet.in_place == FORM and not at.is_in_the_log:
            return no_form(request, at)
        form = _made(make, request, initial=initial)
        ask_why(request, at, form)
        return _show(request, at, form, sheet)
    form = _made(make, request, data=request.POST, files=request.FILES or None)
    ask_why(request, at, form)
    if form.is_valid():
        try:
            save(form)
        except (NotPossible, BadText) as refusal:
            asks = isinstance(refusal, ReasonNeeded) and "reason" in form.fields
            form.add_error("reason" if asks else None, refusal.sentence)
        else:
            keep_why(request, at, form)
            return (then or saved)(request, at, sheet)
    return _show(request, at, form, sheet, status=UNPROCESSABLE)


def no_form(request: HttpRequest, at: HazardAt) -> HttpResponse:
    """A sentence instead of a form: the hazard is withdrawn or merged, so nothing can be saved."""
    sentence = why_not_in_the_log(at.hazard, at.person)
    if slot_of(request):
        return in_place(render(request, "hazards/_no_form.html", {"sentence": sentence}))
    messages.warning(request, sentence)
    return HttpResponseRedirect(hazard_url(at))


def answer_edit(
    request: HttpRequest,
    at: HazardAt,
    row: Tracked,
    make: Make,
    sheet: Sheet,
    save: Callable[[Any], object],
    *,
    then: "Then | None" = None,
) -> HttpResponse:
    """``answer`` for a form that changes a row: when somebody else saved first, both are shown."""

    def save_or_stop(form: EditForm) -> None:
        try:
            save(form)
        except Conflict as conflict:
            raise _Stopped(
                conflict_over(
                    row, conflict, proposed=form.changes(), base_version=form.version_before
                ),
                form,
            ) from conflict

    fields = _made(make, request).fields
    initial = {name: _value(row, name) for name in fields} | {"base_version": row.version}
    try:
        sheet = replace(sheet, replaces=True)
        return answer(request, at, make, sheet, save_or_stop, initial=initial, then=then)
    except _Stopped as stopped:
        return _show_conflict(request, at, make, sheet, stopped)


class _Stopped(Exception):
    """Somebody else saved first."""

    def __init__(self, panel: ConflictPanel, form: EditForm) -> None:
        super().__init__()
        self.panel, self.form = panel, form


def _show_conflict(
    request: HttpRequest, at: HazardAt, make: Make, sheet: Sheet, stopped: _Stopped
) -> HttpResponse:
    panel, why = stopped.panel, stopped.form.why
    carried: dict[str, str] = getattr(stopped.form, "carried", {})
    again = {**panel.initial, **carried, "reason": why, "base_version": panel.version}
    more = {
        "conflict": panel,
        "conflict_hidden_fields": panel.hidden_fields(
            reason=why, base_version=str(panel.version), **carried
        ),
    }
    form = _made(make, request, initial=again)
    ask_why(request, at, form)
    return _show(request, at, form, sheet, status=CONFLICT, more=more)


def _value(row: Tracked, name: str) -> Any:
    value = getattr(row, name, None)
    return value.pk if isinstance(value, Tracked) else value


def _made(make: Make, request: HttpRequest, **arguments: Any) -> Any:
    # Several forms may be open on the hazard page: the slot tells their fields apart.
    slot = slot_of(request)
    return make(auto_id=f"id_{slot}_%s" if slot else "id_%s", **arguments)


def _show(
    request: HttpRequest,
    at: HazardAt,
    form: SheetForm,
    sheet: Sheet,
    *,
    status: int = 200,
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    slot = slot_of(request)
    context = {
        "at": at,
        "form": form,
        "slot": slot,
        "heading": sheet.heading,
        "submit": sheet.submit,
        "intro": sheet.intro,
        "fields_template": sheet.fields,
        "is_dangerous": sheet.is_dangerous,
        "replaces": sheet.replaces,
        "form_action": request.get_full_path(),
        "cancel_url": hazard_url(at, sheet.anchor),
        "trail": trail_to(at, sheet.heading),
        **sheet.more,
        **(more or {}),
    }
    template = sheet.in_place if slot else "hazards/form.html"
    response = render(request, template, context, status=status)
    return in_place(response)


def trail_to(at: HazardAt, here: str) -> list[tuple[str, str]]:
    """The way to a page below a hazard."""
    return [
        ("Hazard log", reverse("hazard_log", args=[at.product.slug])),
        (at.hazard.display_reference, hazard_url(at)),
        (here, ""),
    ]


def saved(request: HttpRequest, at: HazardAt, sheet: Sheet) -> HttpResponse:
    """Go on after a save: every part of the hazard page anew, or the page itself."""
    slot = slot_of(request)
    if not slot:
        messages.success(request, sheet.done)
        return HttpResponseRedirect(hazard_url(at, sheet.anchor))
    now = hazard_for_reading(request, at.product.slug, at.hazard.reference)
    context = parts_context(now) | {"slot": slot, "done": sheet.done}
    response = render(request, "hazards/_saved.html", context)
    response["HX-Trigger"] = json.dumps({"interface:announce": {"sentence": sheet.done}})
    return in_place(response)


def in_place(response: HttpResponse) -> HttpResponse:
    """The hazard page keeps its address, and no cache takes the fragment for the page."""
    response["HX-Push-Url"] = "false"
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response
