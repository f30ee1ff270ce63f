"""Changing several hazards at once: choose, look at what would become of each, and do it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from audit.errors import BadText, NotPossible
from hazards.actions.bulk import change_many
from hazards.approved import approved_among
from hazards.changing_many import MOST, PlannedChange, check_changes, planned_changes
from hazards.forms.log_bulk import ChangeForm, chosen_as_text, chosen_in
from hazards.log import wanted_from
from hazards.log_access import HazardsAt, hazards_for_editing, hazards_that_fit
from hazards.views.editing import UNPROCESSABLE
from hazards.views.hazard import form_methods
from products.permissions import Ability


@dataclass(frozen=True)
class Preview:
    """What the change would do to each hazard, before it is made."""

    planned: list[PlannedChange]

    @property
    def changing(self) -> int:
        """How many hazards would be another than they are."""
        return sum(each.is_a_change for each in self.planned)

    @property
    def refused(self) -> int:
        """How many cannot be changed so; then none of them is."""
        return sum(bool(each.obstacles) for each in self.planned)

    @property
    def is_possible(self) -> bool:
        """Whether the change can be confirmed."""
        return bool(self.changing) and not self.refused


@form_methods
def log_change(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the chosen hazards new values: the form, then the preview, then the change itself."""
    if request.method != "POST":
        return _choose(request, slug)
    seen = chosen_in(request.POST.get("chosen", ""))
    at = hazards_for_editing(request, slug, seen)
    form = _form(at, request.POST)
    if not form.is_valid() or "back" in request.POST:
        return _page(request, at, form, status=UNPROCESSABLE if form.errors else 200)
    return _preview_or_change(request, at, form, seen)


def _choose(request: HttpRequest, slug: str) -> HttpResponse:
    if "all" in request.GET:
        wanted = wanted_from(dict(parse_qsl(request.GET["all"])))
        at = hazards_that_fit(request, slug, wanted, most=MOST + 1)
    else:
        at = hazards_for_editing(request, slug, request.GET.getlist("hazard"))
    if len(at.hazards) > MOST:
        messages.warning(
            request,
            f"More than {MOST:,} hazards fit, and at most {MOST:,} are changed at a time. "
            "Nothing was changed. Narrow the list with a filter first.",
        )
        return redirect("hazard_log", slug)
    if not at.hazards:
        messages.warning(request, "No hazard is chosen. Tick at least one, then change them.")
        return redirect("hazard_log", slug)
    return _page(request, at, _form(at, None, initial={"chosen": chosen_as_text(at.hazards)}))


def _preview_or_change(
    request: HttpRequest, at: HazardsAt, form: ChangeForm, seen: dict[str, int]
) -> HttpResponse:
    changes, product = form.changes(), at.standing.product
    versions = {hazard.pk: seen[hazard.reference] for hazard in at.hazards}
    try:
        if "confirmed" in request.POST:
            act = change_many(
                product=product,
                hazards=at.hazards,
                changes=changes,
                by=at.standing.person,
                seen=versions,
                reason=form.cleaned_data["reason"],
            )
            return redirect(f"{reverse('hazard_log', args=[product.slug])}?changed={act}")
        check_changes(at.hazards, changes, product)
    except (NotPossible, BadText) as refusal:
        form.add_error(None, refusal.sentence)
        return _page(request, at, form, status=UNPROCESSABLE)
    planned = planned_changes(at.hazards, changes, versions)
    return _page(request, at, form, preview=Preview(planned))


def _form(at: HazardsAt, sent: Any, **more: Any) -> ChangeForm:
    may_govern = at.standing.can(Ability.GOVERN_LOG)
    return ChangeForm(
        sent,
        product=at.standing.product,
        may_govern=may_govern,
        approved=approved_among(at.hazards),
        **more,
    )


def _page(
    request: HttpRequest,
    at: HazardsAt,
    form: ChangeForm,
    *,
    preview: Preview | None = None,
    status: int = 200,
) -> HttpResponse:
    count = len(at.hazards)
    log_url = reverse("hazard_log", args=[at.standing.product.slug])
    heading = f"Change {count} hazard{'' if count == 1 else 's'}"
    context = {
        "heading": heading,
        "trail": [("Hazard log", log_url), (heading, "")],
        "log_url": log_url,
        "hazards": at.hazards,
        "form": form,
        "preview": preview,
    }
    template = "hazards/log_change_preview.html" if preview else "hazards/log_change.html"
    return render(request, template, context, status=status)
