"""Changes: what is looked at before it is built, besides features; and how far things are built."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import Page, edit_page, form_page
from accounts.forms import EditForm, ReasonForm
from accounts.history import history_page, history_view
from products.access import product_for, product_for_reading
from products.actions import (
    create_change,
    edit_change,
    restore_change,
    set_build_state,
    withdraw_change,
)
from products.choices import BuildState
from products.facets import facet
from products.forms_changes import BuildForm, ChangeForm, NewChangeForm
from products.models import Change, Feature
from products.parts import change_in, feature_in
from products.permissions import Ability, Standing
from products.queries import changes_of, feature_named

PAGE_SIZE = 100
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def change_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The changes of the product, the newest first."""
    standing = product_for_reading(request, slug)
    changes = changes_of(standing.product)
    withdrawn = changes.filter(is_active=False).count()
    shown = request.GET.get("state", "")
    if shown == "withdrawn":
        found = changes.filter(is_active=False)
    else:
        found = changes.filter(is_active=True)
        if shown in BuildState.values:
            found = found.filter(state=shown)
    facets = [
        facet(request.GET, "state", state.value, label=state.label, count=None)
        for state in BuildState
    ]
    if withdrawn:
        facets.append(facet(request.GET, "state", "withdrawn", label="Withdrawn", count=withdrawn))
    context = {
        "heading": "Changes",
        "trail": [("Changes", "")],
        "page": Paginator(found, PAGE_SIZE).get_page(request.GET.get("page")),
        "facets": facets if changes.exists() else [],
        "is_filtered": bool(shown),
        "may_add": standing.can(Ability.TRIAGE),
    }
    return render(request, "products/changes/list.html", context)


@require_safe
def change_detail(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """One change: what it is, its triage, how far it is built."""
    standing = product_for_reading(request, slug)
    change = change_in(standing, reference)
    acts, _ = history_page({Change: [change.pk]})
    context = {
        "heading": change.title,
        "trail": [*_trail(slug), (change.reference, "")],
        "change": change,
        "acts": acts[:3],
        "may_edit": standing.can(Ability.TRIAGE),
        "may_build": standing.can(Ability.MANAGE_FEATURES),
    }
    return render(request, "products/changes/change.html", context)


@form_methods
def change_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Add a change; its triage is the next page."""
    standing = product_for(request, slug, Ability.TRIAGE)
    form = NewChangeForm(
        request.POST if request.method == "POST" else None,
        product=standing.product,
        initial={"feature": feature_named(standing.product, request.GET.get("feature", ""))},
    )

    def save() -> str:
        change = create_change(product=standing.product, by=standing.person, **form.cleaned_data)
        return reverse("change_detail", args=[slug, change.reference])

    page = Page(
        heading="New change",
        submit="Add the change",
        done_url=reverse("change_list", args=[slug]),
        done="Added. Triage it before it is built.",
        intro="A change of a feature, or of something that none of them is: a library, a server.",
        trail=_trail(slug),
    )
    return form_page(request, form, page, save)


@form_methods
def change_edit(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Change what is said of a change."""
    standing = product_for(request, slug, Ability.TRIAGE)
    change = change_in(standing, reference)

    def make(**options: Any) -> EditForm:
        return ChangeForm(**options, product=standing.product, change=change)

    def save(form: EditForm) -> None:
        edit_change(
            change=change,
            by=standing.person,
            changes=form.changes(),
            base_version=form.version_before,
            reason=form.why,
        )

    names = ("title", "what", "feature", "release", "tracker_url", "owner")
    initial = {name: getattr(change, name) for name in names}
    page = _page(slug, change, f"Edit {change.reference}", "Save")
    return edit_page(request, change, make=make, save=save, page=page, initial=initial)


@form_methods
def change_withdraw(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say that a change is not made."""
    standing = product_for(request, slug, Ability.TRIAGE)
    change = change_in(standing, reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    page = _page(
        slug,
        change,
        f"Withdraw {change.reference}",
        "Withdraw",
        intro="It is not made. It stays in the record, and it can be restored.",
        done=f"{change.reference} is withdrawn.",
    )

    def save() -> None:
        withdraw_change(change=change, by=standing.person, reason=form.cleaned_data["reason"])

    return form_page(request, form, page, save)


@form_methods
def change_restore(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Bring a withdrawn change back."""
    standing = product_for(request, slug, Ability.TRIAGE)
    change = change_in(standing, reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    page = _page(
        slug,
        change,
        f"Restore {change.reference}",
        "Restore",
        intro="It is to be made again, with the triage that it has.",
        done=f"{change.reference} is back.",
    )

    def save() -> None:
        restore_change(change=change, by=standing.person, reason=form.cleaned_data["reason"])

    return form_page(request, form, page, save)


@form_methods
def change_build(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say how far a change has come."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    return _build(request, standing, change_in(standing, reference))


@form_methods
def feature_build(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Say how far a feature has come."""
    standing = product_for(request, slug, Ability.MANAGE_FEATURES)
    return _build(request, standing, feature_in(standing, reference))


def _build(request: HttpRequest, standing: Standing, row: Feature | Change) -> HttpResponse:
    now = BuildState(row.state)
    form = BuildForm(
        request.POST if request.method == "POST" else None, now=now, initial={"state": row.state}
    )

    def save() -> None:
        values = form.cleaned_data
        set_build_state(
            feature=row if isinstance(row, Feature) else None,
            change=row if isinstance(row, Change) else None,
            by=standing.person,
            state=values["state"],
            on=values["on"],
            reason=values["reason"],
        )

    slug = standing.product.slug
    page = _page(
        slug,
        row,
        f"How far {row.reference} is",
        "Save",
        intro="A tracker that is connected says so by itself. The day on which building began is "
        "compared with the clinical side’s first look.",
    )
    return form_page(request, form, page, save)


@require_safe
def change_history(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """Everything that was changed in what is said of a change."""
    standing = product_for_reading(request, slug)
    change = change_in(standing, reference)
    url = reverse("change_detail", args=[slug, change.reference])
    return history_view(
        request,
        {Change: [change.pk]},
        heading=f"History of {change.reference}",
        trail=[*_trail(slug), (change.reference, url)],
    )


def _trail(slug: str) -> tuple[tuple[str, str], ...]:
    return (("Changes", reverse("change_list", args=[slug])),)


def _page(
    slug: str,
    row: Feature | Change,
    heading: str,
    submit: str,
    *,
    intro: str = "",
    done: str = "Saved.",
) -> Page:
    is_change = isinstance(row, Change)
    url = reverse("change_detail" if is_change else "feature_detail", args=[slug, row.reference])
    trail = _trail(slug) if is_change else (("Features", reverse("feature_list", args=[slug])),)
    return Page(
        heading=heading,
        submit=submit,
        done_url=url,
        done=done,
        intro=intro,
        trail=(*trail, (row.reference, url)),
    )
