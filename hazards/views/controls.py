"""Controls of a hazard: what they are, what they act on, how far they have come."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from audit.errors import ChangedMeanwhile
from hazards.access import HazardAt, control_on, hazard_for_editing
from hazards.actions.controls import (
    add_control,
    edit_control,
    link_control,
    set_control_state,
    set_new_hazards,
    unlink_control,
)
from hazards.choices import ControlKind, ControlState
from hazards.forms.controls import (
    ChangeActsOnForm,
    ControlForm,
    ControlStateForm,
    LinkControlForm,
    NewControlForm,
    NewHazardsForm,
    shown_as_text,
)
from hazards.forms.hazards import WhyNeededForm
from hazards.models import Control, Hazard
from hazards.queries import hazards_protected_by, links_of, new_hazards_of, parts_of
from hazards.views.editing import Sheet, answer, answer_edit
from hazards.views.hazard import form_methods


@form_methods
def control_add(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Propose a control, on the cause or harm that the address names or on what is ticked."""
    at = hazard_for_editing(request, slug, reference)
    causes, harms = parts_of(at.hazard)
    make = partial(NewControlForm, product=at.product, causes=causes, harms=harms)

    def save(form: NewControlForm) -> None:
        values = form.changes()
        add_control(
            hazard=at.hazard,
            by=at.person,
            kind=ControlKind(values.pop("kind")),
            reason=form.why,
            **form.parts(),
            **values,
        )

    initial = {"acts_on": _named_in(request), "kind": ControlKind.ADDITIONAL}
    sheet = Sheet("Add a control", "Add the control", "The control is added.", "hazard-causes")
    return answer(request, at, make, sheet, save, initial=initial)


@form_methods
def control_link(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Let a control that the product has already protect this hazard too."""
    at = hazard_for_editing(request, slug, reference)
    causes, harms = parts_of(at.hazard)
    make = partial(LinkControlForm, hazard=at.hazard, causes=causes, harms=harms)

    def save(form: LinkControlForm) -> None:
        link_control(
            control=form.control_found,
            hazard=at.hazard,
            by=at.person,
            is_new=True,
            reason=form.cleaned_data["reason"],
            **form.parts(),
        )

    sheet = Sheet(
        "Link a control of the product",
        "Find and link",
        "The control is linked.",
        "hazard-causes",
        intro="One control may protect several hazards. Its evidence and state are shared.",
    )
    return answer(request, at, make, sheet, save, initial={"acts_on": _named_in(request)})


@form_methods
def control_edit(request: HttpRequest, slug: str, reference: str, control: str) -> HttpResponse:
    """Change a control, for every hazard that it protects."""
    at = hazard_for_editing(request, slug, reference)
    row = control_on(at, control)

    def save(form: ControlForm) -> None:
        edit_control(
            control=row,
            by=at.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    make = partial(ControlForm, product=at.product, control=row)
    sheet = _sheet(row, "Edit", "Save the control", intro=_shared_note(at, row))
    return answer_edit(request, at, row, make, sheet, save)


@form_methods
def control_state(request: HttpRequest, slug: str, reference: str, control: str) -> HttpResponse:
    """Take a control a step along."""
    at = hazard_for_editing(request, slug, reference)
    row = control_on(at, control)

    def save(form: ControlStateForm) -> None:
        values = form.cleaned_data
        try:
            set_control_state(
                control=row,
                by=at.person,
                state=ControlState(values["state"]),
                seen=values["seen"],
                reason=values["reason"],
            )
        except ChangedMeanwhile:
            form.show(control_on(at, control))
            raise

    now = f"It is {row.get_state_display().lower()} now."
    sheet = _sheet(row, "State of", "Set the state", intro=f"{now} {_shared_note(at, row)}")
    make = partial(ControlStateForm, control=row)
    return answer(request, at, make, sheet, save, initial={"seen": row.state})


@form_methods
def control_acts_on(request: HttpRequest, slug: str, reference: str, control: str) -> HttpResponse:
    """Say which causes and harms of the hazard a control acts on."""
    at = hazard_for_editing(request, slug, reference)
    row = control_on(at, control)
    causes, harms = parts_of(at.hazard)

    def save(form: ChangeActsOnForm) -> None:
        try:
            link_control(
                control=row,
                hazard=at.hazard,
                by=at.person,
                shown=form.shown_parts(),
                reason=form.cleaned_data["reason"],
                **form.parts(),
            )
        except ChangedMeanwhile:
            form.show(_ticked(row, at.hazard))
            raise

    ticked = _ticked(row, at.hazard)
    initial = {"acts_on": ticked, "shown": shown_as_text(ticked)}
    sheet = _sheet(row, "What it acts on:", "Save", intro=f"“{row.text}”")
    make = partial(ChangeActsOnForm, causes=causes, harms=harms)
    return answer(request, at, make, sheet, save, initial=initial)


@form_methods
def control_unlink(request: HttpRequest, slug: str, reference: str, control: str) -> HttpResponse:
    """Say that a control no longer protects this hazard."""
    at = hazard_for_editing(request, slug, reference)
    row = control_on(at, control)

    def save(form: Any) -> None:
        reason = form.cleaned_data["reason"]
        unlink_control(control=row, hazard=at.hazard, by=at.person, reason=reason)

    sheet = Sheet(
        f"Unlink {row.reference}",
        "Unlink it",
        f"{row.reference} no longer acts on this hazard.",
        "hazard-causes",
        intro=f"“{row.text}” It stays in the product, on the other hazards that it protects.",
        is_dangerous=True,
    )
    return answer(request, at, WhyNeededForm, sheet, save)


@form_methods
def control_new_hazards(
    request: HttpRequest, slug: str, reference: str, control: str
) -> HttpResponse:
    """Say which hazards a control brings, or why none."""
    at = hazard_for_editing(request, slug, reference)
    row = control_on(at, control)

    def save(form: NewHazardsForm) -> None:
        values = form.cleaned_data
        try:
            set_new_hazards(
                control=row,
                by=at.person,
                hazards=values["hazards"],
                none_because=values["none_because"],
                shown=form.shown_before(),
                reason=values["reason"],
            )
        except ChangedMeanwhile:
            form.show(control_on(at, control), new_hazards_of(row))
            raise

    brought = list(new_hazards_of(row))
    initial = {
        "hazards": ", ".join(_references(brought)),
        "none_because": row.none_because,
        "shown": shown_as_text(hazard.pk for hazard in brought),
        "shown_because": row.none_because,
    }
    sheet = _sheet(
        row,
        "New hazards that it brings:",
        "Save",
        intro=f"“{row.text}” Name the hazards, or say why there are none (clause 6.1.2).",
    )
    make = partial(NewHazardsForm, product=at.product)
    return answer(request, at, make, sheet, save, initial=initial)


def _sheet(control: Control, what: str, submit: str, *, intro: str = "") -> Sheet:
    return Sheet(
        f"{what} {control.reference}", submit, anchor=f"control-{control.reference}", intro=intro
    )


def _shared_note(at: HazardAt, control: Control) -> str:
    others = [each for each in hazards_protected_by(control) if each.pk != at.hazard.pk]
    if not others:
        return ""
    return f"It also protects {', '.join(_references(others))}: what you change, changes there too."


def _ticked(control: Control, hazard: Hazard) -> list[str]:
    """What a control acts on in a hazard, as the ticks of ``PartsField``; none for the whole."""
    return [
        f"cause-{link.cause_id}" if link.cause_id else f"harm-{link.harm_id}"
        for link in links_of(control, hazard)
        if link.cause_id or link.harm_id
    ]


def _references(hazards: Any) -> list[str]:
    return [hazard.display_reference for hazard in hazards if isinstance(hazard, Hazard)]


def _named_in(request: HttpRequest) -> list[str]:
    """The cause or harm that the address names, as the ticks of ``PartsField``."""
    return [
        f"{word}-{key}"
        for word in ("cause", "harm")
        if (key := request.GET.get(word, "")).isdecimal()
    ]
