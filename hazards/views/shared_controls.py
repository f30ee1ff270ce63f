"""The controls of a product, and what leans on each: "what if this one fails?"."""

from collections.abc import Mapping

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.editing import Page, form_page
from audit.timeline import timeline_of
from hazards.access import control_in
from hazards.actions.sharing import merge_controls, share_control
from hazards.choices import ControlState, Party
from hazards.control_reading import (
    ControlFilter,
    control_counts,
    controls_where,
    copies_of,
    rows_of,
    what_leans_on,
)
from hazards.forms.sharing import MergeControlsForm, ShareForm
from hazards.models import Control
from hazards.presentation import CONTROL_TONES
from hazards.views.editing import sent
from hazards.views.hazard import form_methods
from products.access import product_for, product_for_reading
from products.facets import Facet, facet
from products.forms import SearchForm
from products.models import Product
from products.permissions import Ability

ON_A_PAGE = 50
RECENT = 12  # entries of the control's history beside it

_REACH = {
    "shared": "Protects several hazards",
    "none": "Protects none",
    "same": "Same words as another",
}


@require_safe
def control_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The controls of the product, filtered as the address says."""
    standing = product_for_reading(request, slug)
    search = SearchForm(request.GET)
    wanted = ControlFilter(
        words=search.cleaned_data["q"] if search.is_valid() else "",
        state=_known(request, "state", ControlState.values),
        party=_known(request, "party", [*Party.values, "nobody"]),
        reach=_known(request, "reach", [*_REACH]),
    )
    found = controls_where(standing.product, wanted)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": "Controls",
        "trail": [("Controls", "")],
        "page": page,
        "rows": rows_of(list(page.object_list)),
        "facets": _facets(request, standing.product),
        "words": request.GET.get("q", ""),
        "problem": search.errors.get("q"),
        "is_filtered": wanted != ControlFilter(),
        "clear_url": reverse("control_list", args=[slug]),
    }
    return render(request, "hazards/controls/controls.html", context)


def _known(request: HttpRequest, name: str, values: list[str]) -> str:
    value = request.GET.get(name, "")
    return value if value in values else ""


def _facets(request: HttpRequest, product: Product) -> list[Facet]:
    states, parties = control_counts(product)
    return [
        *_group(request, "state", {s.value: s.label for s in ControlState}, states),
        *_group(request, "party", {p.value: p.label for p in Party}, parties),
        *_group(request, "party", {"nobody": "Nobody’s yet"}, {"nobody": parties[""]}),
        *(
            facet(request.GET, "reach", value, label=label, count=None)
            for value, label in _REACH.items()
        ),
    ]


def _group(
    request: HttpRequest, name: str, labels: Mapping[str, str], counts: Mapping[str, int]
) -> list[Facet]:
    return [
        facet(request.GET, name, value, label=label, count=counts.get(value, 0))
        for value, label in labels.items()
        if counts.get(value) or request.GET.get(name) == value
    ]


@require_safe
def control_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One control: what happens when it fails, and everything that leans on it."""
    standing = product_for_reading(request, slug)
    control = control_in(standing, reference)
    leaning = what_leans_on(control)
    may_edit = standing.can(Ability.EDIT_LOG) and control.state != ControlState.WITHDRAWN
    context = {
        "heading": control.text,
        "trail": [_way(slug), (control.reference, "")],
        "control": control,
        "leaning": leaning,
        "tone": CONTROL_TONES.get(ControlState(control.state), ""),
        "copies": copies_of(control) if may_edit else [],
        "may_edit": may_edit,
        "acts": timeline_of({Control: [control.pk]}, most=RECENT),
    }
    return render(request, "hazards/controls/control.html", context)


def _way(slug: str) -> tuple[str, str]:
    return "Controls", reverse("control_list", args=[slug])


@form_methods
def control_share(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Let a control protect more hazards."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    control = control_in(standing, reference)
    form = ShareForm(sent(request), product=standing.product)

    def save() -> None:
        share_control(
            control=control,
            hazards=form.cleaned_data["hazards"],
            by=standing.person,
            reason=form.cleaned_data["reason"],
        )

    page = _page(
        slug,
        control,
        heading=f"Let {control.reference} protect more hazards",
        submit="Let it protect them",
        done=f"{control.reference} protects them now.",
        intro=f"“{control.text}” Its evidence and its state count for each of them.",
    )
    return form_page(request, form, page, save)


@form_methods
def control_merge(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Make one control of several that are the same."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    control = control_in(standing, reference)
    form = MergeControlsForm(sent(request), control=control, copies=copies_of(control))

    def save() -> None:
        merge_controls(
            control=control,
            copies=form.chosen,
            by=standing.person,
            reason=form.cleaned_data["reason"],
        )

    page = _page(
        slug,
        control,
        heading=f"Make one control of the copies of {control.reference}",
        submit="Make it one",
        done=f"{control.reference} stands for all of them now.",
        intro=f"“{control.text}” stays as it is. What the copies act on, their evidence and the "
        "hazards that they bring go over to it; the copies are withdrawn and kept in the history. "
        "A residual risk that relied on a verified copy is provisional until this one is verified.",
    )
    return form_page(request, form, page, save)


def _page(slug: str, control: Control, *, heading: str, submit: str, done: str, intro: str) -> Page:
    url = reverse("control_detail", args=[slug, control.reference])
    return Page(
        done_url=url,
        trail=(_way(slug), (control.reference, url)),
        heading=heading,
        submit=submit,
        done=done,
        intro=intro,
    )
