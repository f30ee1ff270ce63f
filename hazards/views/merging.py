"""Merging a hazard into another, and splitting one in two."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.editing import UNPROCESSABLE, Page, attempt, form_page
from hazards.access import HazardAt, hazard_for, other_hazard
from hazards.actions.merging import merge_hazards
from hazards.actions.splitting import split_hazard
from hazards.forms.merging import IntoForm, MergeForm, SplitForm
from hazards.models import Cause, Harm, Hazard
from hazards.places import same_words
from hazards.presentation import chip_of
from hazards.reading import HazardReading, read_hazards
from hazards.views.editing import hazard_url, no_form, sent, trail_to
from hazards.views.hazard import form_methods
from products.permissions import Ability


@form_methods
def hazard_merge(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Choose the hazard into which this one is merged."""
    at = hazard_for(request, slug, reference, Ability.GOVERN_LOG)
    if request.method != "POST" and not at.is_in_the_log:
        return no_form(request, at)
    form = IntoForm(sent(request), product=at.product, merged=at.hazard)

    def save() -> str:
        into = form.cleaned_data["into"].reference
        return reverse("hazard_merge_into", args=[slug, at.hazard.reference, into])

    if request.method == "POST" and form.is_valid():
        return redirect(save())  # nothing is saved yet: the next page shows both
    page = _page(
        at,
        heading=f"Merge {at.hazard.display_reference} into another hazard",
        submit="Go on and compare them",
        intro="For the same hazard that is in the log twice. On the next page you see both and "
        "choose what comes over.",
    )
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, page.template, page.context(form), status=status)


@form_methods
def hazard_merge_into(request: HttpRequest, slug: str, reference: str, into: str) -> HttpResponse:
    """See both side by side, choose what comes over, and merge."""
    at = hazard_for(request, slug, reference, Ability.GOVERN_LOG)
    survivor = other_hazard(at, into)
    both = {each.hazard.pk: each for each in read_hazards([survivor, at.hazard])}
    stays, goes = both[survivor.pk], both[at.hazard.pk]
    there = {_said(part) for part in _parts(stays)}
    form = MergeForm(sent(request), parts=[p for p in _parts(goes) if _said(p) not in there])

    def save() -> None:
        merge_hazards(
            survivor=survivor,
            merged=at.hazard,
            by=at.person,
            reason=form.cleaned_data["reason"],
            leave=form.left,
        )

    if request.method == "POST" and form.is_valid() and attempt(form, save) is not None:
        messages.success(request, _merged(at.hazard, survivor))
        return redirect("hazard_detail", slug, survivor.reference)
    context = _compared(at, stays, goes).context(form) | {
        "sides": [_side(stays, "Stays"), _side(goes, "Goes into it")],
        "survivor": survivor,
        "merged": at.hazard,
        "same": [part for part in _parts(goes) if _said(part) in there],
        "swap_url": reverse(
            "hazard_merge_into", args=[slug, survivor.reference, at.hazard.reference]
        ),
    }
    status = UNPROCESSABLE if request.method == "POST" else 200
    return render(request, "hazards/merging/merge.html", context, status=status)


def _compared(at: HazardAt, stays: HazardReading, goes: HazardReading) -> Page:
    into = stays.hazard.display_reference
    heading = f"Merge {goes.hazard.display_reference} into {into}"
    return _page(at, heading=heading, submit="Merge them")


def _merged(merged: Hazard, survivor: Hazard) -> str:
    return (
        f"{merged.display_reference} is merged into {survivor.display_reference}. Look at the "
        "estimates: they may not speak for what came over."
    )


def _parts(reading: HazardReading) -> list[Cause | Harm]:
    return [*reading.causes, *reading.harms]


def _said(part: Cause | Harm) -> tuple[bool, str]:
    return isinstance(part, Cause), same_words(part.text)


def _side(reading: HazardReading, word: str) -> dict[str, object]:
    initial, residual = reading.initial.shown, reading.residual.shown
    return {
        "word": word,
        "reading": reading,
        "hazard": reading.hazard,
        "initial": chip_of(initial) if initial else None,
        "residual": chip_of(residual, reading.residual.is_provisional) if residual else None,
    }


@form_methods
def hazard_split(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Make a hazard of its own of some of the causes."""
    at = hazard_for(request, slug, reference, Ability.GOVERN_LOG)
    if request.method != "POST" and not at.is_in_the_log:
        return no_form(request, at)
    [reading] = read_hazards([at.hazard])
    form = SplitForm(sent(request), reading=reading)
    made: list[Hazard] = []

    def save() -> str:
        values = form.cleaned_data
        made.append(
            split_hazard(
                hazard=at.hazard,
                by=at.person,
                name=values["name"],
                causes=form.chosen("causes"),
                harms=form.chosen("harms"),
                controls=form.chosen("controls"),
                for_patients=values["for_patients"],
                for_product=values["for_product"],
                reason=values["reason"],
            )
        )
        return reverse("hazard_detail", args=[slug, made[0].reference])

    page = _page(
        at,
        heading=f"Split {at.hazard.display_reference}",
        submit="Make the new hazard",
        done="The new hazard is a draft: estimate it, and make it live when it is whole.",
        intro="For two hazards that are in the log as one. Some causes become a hazard of their "
        "own, which remembers where it comes from; both keep their owner, family and features. "
        "Estimates stay here: those of a cause that goes no longer count.",
    )
    return form_page(request, form, page, save)


def _page(at: HazardAt, *, heading: str, submit: str, done: str = "", intro: str = "") -> Page:
    return Page(
        heading=heading,
        submit=submit,
        done_url=hazard_url(at),
        done=done,
        intro=intro,
        trail=tuple(trail_to(at, ""))[:-1],
    )
