"""Triage at kick-off: what waits, the questions on one page, and the clinical side's answer."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import UNPROCESSABLE, attempt
from audit.errors import NotPossible
from products.access import product_for_reading
from products.facets import facet
from products.models import Change, Feature
from products.permissions import Ability, Standing
from reviews.actions.triage import answer_triage, answer_with_hazard, record_triage
from reviews.choices import TriageOutcome
from reviews.rhythm.access import triage_for_answering, triage_for_reading
from reviews.rhythm.forms import TriageAnswerForm, TriageForm
from reviews.rhythm.looking import looks_waiting
from reviews.rhythm.triage_page import parts_of, proposed_for
from reviews.rhythm.triage_reading import (
    TriageReading,
    TriageState,
    earlier_triages,
    readings_to_list,
)
from reviews.rhythm.triage_rules import QUESTIONS

#: Hazards to look at that the list names; the log marks all of them.
MOST_LOOKS = 20

_DONE = {
    TriageOutcome.NO_EFFECT: "Noted: no effect. The clinical safety officer sees it in one list.",
    TriageOutcome.COVERED: "Noted: covered. The clinical safety officer sees by what.",
    TriageOutcome.NEEDS_CSO: "The clinical safety officer is told, and their clock runs.",
    TriageOutcome.STOP: "Noted: stopped. Triage it anew once it has changed.",
}


@require_safe
def triage_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Features and changes by where their triage stands: what is untriaged first."""
    standing = product_for_reading(request, slug)
    readings = readings_to_list(standing.product)
    shown = request.GET.get("state", "").upper()
    only = TriageState[shown] if shown in TriageState.__members__ else None
    counts = {state: sum(each.state is state for each in readings) for state in TriageState}
    looks = list(looks_waiting(standing.product)[: MOST_LOOKS + 1])
    context = {
        "heading": "Triage",
        "trail": [("Triage", "")],
        "parts": parts_of(readings, only),
        "facets": [
            facet(request.GET, "state", state.name.lower(), label=state.value, count=counts[state])
            for state in TriageState
            if counts[state]
        ],
        "is_filtered": only is not None,
        "is_empty": not readings,
        "counts": {state.name: count for state, count in counts.items()},
        "looks": looks[:MOST_LOOKS],
        "more_looks": len(looks) > MOST_LOOKS,
        "may_triage": standing.can(Ability.TRIAGE),
        "may_answer": standing.can(Ability.ANSWER_TRIAGE),
    }
    return render(request, "reviews/triage/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def triage_of(request: HttpRequest, slug: str, kind: str, reference: str) -> HttpResponse:
    """One feature or change: the questions, what was made of them, and the answer."""
    standing, reading = triage_for_reading(request, slug, kind, reference)
    form = TriageForm(request.POST if request.method == "POST" else None, product=standing.product)
    if request.method == "POST":
        standing.check(Ability.TRIAGE)
        if form.is_valid() and attempt(form, lambda: _record(standing, reading, form)) is not None:
            messages.success(request, _DONE[form.cleaned_data["outcome"]])
            return redirect(reading.triage_url)
        return _show(request, standing, reading, form, status=UNPROCESSABLE)
    return _show(request, standing, reading, form)


def _record(standing: Standing, reading: TriageReading, form: TriageForm) -> None:
    values, subject = form.cleaned_data, reading.subject
    record_triage(
        product=standing.product,
        by=standing.person,
        touches=values["touches"],
        outcome=values["outcome"],
        hazards=values["hazards"],
        controls=values["controls"],
        note=values["note"],
        feature=subject if isinstance(subject, Feature) else None,
        change=subject if isinstance(subject, Change) else None,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def triage_answer(request: HttpRequest, slug: str, kind: str, reference: str) -> HttpResponse:
    """The clinical side's answer; a GET leads to the page where it is given."""
    standing, reading = triage_for_answering(request, slug, kind, reference)
    if request.method != "POST":
        return redirect(reading.triage_url)
    form = TriageAnswerForm(request.POST, product=standing.product)
    if form.is_valid() and attempt(form, lambda: _answer(standing, reading, form)) is not None:
        messages.success(request, f"Answered. Whoever triaged {reference} is told.")
        return redirect("triage_list", slug)
    return _show(request, standing, reading, TriageForm(product=standing.product), form)


def _answer(standing: Standing, reading: TriageReading, form: TriageAnswerForm) -> None:
    values = form.cleaned_data
    triage = reading.triage
    if triage is None or triage.public_id != values["triage"]:
        raise NotPossible(
            f"{reading.subject.reference} was triaged anew meanwhile. Nothing was saved; what you "
            "wrote stands here. Read the new triage, then answer that one."
        )
    if values["outcome"] == TriageAnswerForm.RAISE:
        answer_with_hazard(
            triage=triage,
            by=standing.person,
            name=values["name"],
            harm=values["harm"],
            note=values["note"],
        )
        return
    answer_triage(
        triage=triage,
        by=standing.person,
        outcome=TriageOutcome(values["outcome"]),
        hazards=values["hazards"],
        controls=values["controls"],
        note=values["note"],
        none_because=values["none_because"],
    )


def _show(
    request: HttpRequest,
    standing: Standing,
    reading: TriageReading,
    form: TriageForm,
    answering: TriageAnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    slug, subject, triage = standing.product.slug, reading.subject, reading.triage
    is_asked = triage is None or "again" in request.GET or form.is_bound
    asks = is_asked and standing.can(Ability.TRIAGE)
    if answering is not None:
        status = UNPROCESSABLE
    elif triage is not None and not asks and standing.can(Ability.ANSWER_TRIAGE):
        answering = TriageAnswerForm(product=standing.product, initial={"triage": triage.public_id})
    context: dict[str, Any] = {
        "heading": subject.title,
        "trail": [("Triage", reverse("triage_list", args=[slug])), (subject.reference, "")],
        "reading": reading,
        "form": form,
        "questions": QUESTIONS,
        "ticked": _ticked(form, "touches"),
        "covering": _ticked(answering or form, "hazards"),
        "holding": _ticked(answering or form, "controls"),
        "asks": asks,
        "may_triage": standing.can(Ability.TRIAGE),
        "answering": answering,
        "proposed": proposed_for(reading),
        "earlier": earlier_triages(subject) if reading.times > 1 else [],
        "form_has_errors": bool(form.errors or (answering and answering.errors)),
    }
    return render(request, "reviews/triage/triage.html", context, status=status)


def _ticked(form: TriageForm | TriageAnswerForm, name: str) -> set[str]:
    """What is ticked in a form that is shown again."""
    return {str(each) for each in form[name].value() or ()}
