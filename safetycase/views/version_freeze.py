"""Freezing a version: what is not ready, what changed since the last one, and the password."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.credentials import confirm_password
from accounts.editing import UNPROCESSABLE
from audit.errors import BadText, NotPossible
from products.access import product_for
from products.models import Release
from products.permissions import Ability, Standing
from products.queries import releases_of
from safetycase.actions.versions import freeze_version
from safetycase.choices import LifecyclePhase
from safetycase.figures import Figures, figures_for
from safetycase.freezing import Freezing, freezing_of
from safetycase.models import Baseline
from safetycase.versions.forms import FreezeForm, WhatToFreezeForm
from safetycase.versions.page import name_of


@require_http_methods(["GET", "HEAD", "POST"])
def version_freeze(request: HttpRequest, slug: str) -> HttpResponse:
    """Freeze the report and the hazard log of a release as they are now."""
    standing = product_for(request, slug, Ability.FREEZE)
    chosen = request.POST if request.method == "POST" else request.GET
    figures = _figures(standing, chosen)
    if request.method != "POST":
        return _page(request, standing, figures, FreezeForm(initial=_of(figures)))
    form = FreezeForm(request.POST)
    baseline = _frozen(form, standing) if form.is_valid() else None
    if baseline is None:
        return _page(request, standing, figures, form, status=UNPROCESSABLE)
    messages.success(
        request,
        f"Frozen as {name_of(baseline).lower()}, with your signature as its author. "
        "Others review it now.",
    )
    return HttpResponseRedirect(reverse("version_detail", args=[slug, baseline.number]))


def _frozen(form: FreezeForm, standing: Standing) -> Baseline | None:
    """What a valid form froze; None when it was refused, with the sentence in the form."""
    try:
        confirmed = confirm_password(person=standing.person, password=form.cleaned_data["password"])
    except NotPossible as refusal:
        form.add_error("password", refusal.sentence)
        return None
    try:
        return freeze_version(
            product=standing.product,
            by=standing.person,
            release_label=form.cleaned_data["release"],
            phase=form.chosen_phase,
            summary=form.cleaned_data["summary"],
            confirmed=confirmed,
        )
    except (NotPossible, BadText) as refusal:
        form.add_error(None, refusal.sentence)
        return None


def _figures(standing: Standing, chosen: QueryDict) -> Figures:
    """The figures of what is chosen; an unknown release or phase is as if none was chosen."""
    phase = chosen.get("phase", "")
    chosen_phase = LifecyclePhase(phase) if phase in LifecyclePhase.values else None
    try:
        return figures_for(standing.product, chosen.get("release", ""), chosen_phase)
    except Release.DoesNotExist:
        return figures_for(standing.product, "", chosen_phase)


def _of(figures: Figures) -> dict[str, str]:
    return {
        "release": figures.release.label if figures.release else "",
        "phase": figures.phase.value,
    }


def _page(
    request: HttpRequest, standing: Standing, figures: Figures, form: FreezeForm, status: int = 200
) -> HttpResponse:
    slug = standing.product.slug
    freezing: Freezing | None = freezing_of(figures)
    context: dict[str, Any] = {
        "heading": "Freeze a version",
        "trail": [("Safety case", reverse("safety_case", args=[slug])), ("Freeze a version", "")],
        "figures": figures,
        "freezing": freezing,
        "choose": WhatToFreezeForm(
            releases=list(releases_of(standing.product)), initial=_of(figures)
        ),
        "form": form,
        "submit": f"Freeze version {freezing.number}" if freezing else "",
        "cancel_url": reverse("safety_case", args=[slug]),
    }
    return render(request, "safetycase/versions/freeze.html", context, status=status)
