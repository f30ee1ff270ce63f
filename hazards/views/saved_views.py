"""Saved views of the hazard log: keeping one, renaming it, sharing it, withdrawing it."""

import uuid
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from accounts.editing import Page, edit_page, form_page, pressed
from accounts.forms import EditForm
from hazards.access import saved_view_for
from hazards.actions.saved_views import edit_view, save_view, withdraw_view
from hazards.forms.log import ViewEditForm, ViewForm
from hazards.log_columns import asked_in
from hazards.log_words import in_words, kept_query
from hazards.saved_views import names_of_people, view_entries
from hazards.views.editing import sent
from hazards.views.hazard import form_methods
from products.access import product_for, product_for_reading
from products.permissions import Ability


@require_safe
def saved_view_list(request: HttpRequest, slug: str) -> HttpResponse:
    """One's own views and the team's."""
    standing = product_for_reading(request, slug)
    entries = view_entries(standing)
    names = names_of_people(standing.product)
    context = {
        "heading": "Saved views",
        "trail": [("Hazard log", _log(slug)), ("Saved views", "")],
        "log_url": _log(slug),
        "query": kept_query(asked_in(request.GET)),
        "mine": [(entry, in_words(entry.view.query, names)) for entry in entries if entry.is_mine],
        "shared": [
            (entry, in_words(entry.view.query, names)) for entry in entries if not entry.is_mine
        ],
        "may_keep": standing.can(Ability.KEEP_VIEWS),
    }
    return render(request, "hazards/log_views.html", context)


@form_methods
def saved_view_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Keep what the log shows: the filters, sort and columns of this page's own address."""
    standing = product_for(request, slug, Ability.KEEP_VIEWS)
    query = kept_query(asked_in(request.GET))
    form = ViewForm(sent(request))

    def save() -> str:
        view = save_view(
            product=standing.product,
            by=standing.person,
            name=form.cleaned_data["name"],
            is_shared=form.cleaned_data["is_shared"],
            query=query,
        )
        return f"{_log(slug)}?{view.query}"

    page = Page(
        heading="Save this view",
        submit="Save the view",
        done_url=f"{_log(slug)}?{query}",
        done="The view is saved. You find it under Views.",
        intro=f"It shows: {in_words(query, names_of_people(standing.product))}.",
        trail=(("Hazard log", f"{_log(slug)}?{query}"),),
    )
    return form_page(request, form, page, save)


@form_methods
def saved_view_edit(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Rename a view, share it or stop, or let it show what the log shows now."""
    at = saved_view_for(request, slug, public_id)
    view = at.view
    query = kept_query(asked_in(request.GET))

    def save(form: EditForm) -> None:
        edit_view(
            view=view,
            by=at.standing.person,
            changes=form.changes(),
            base_version=form.version_before,
        )

    page = Page(
        heading=f"View “{view.name}”",
        submit="Save",
        done_url=reverse("saved_view_list", args=[slug]),
        intro=f"It shows: {in_words(view.query, names_of_people(at.standing.product))}.",
        trail=(
            ("Hazard log", _log(slug)),
            ("Saved views", reverse("saved_view_list", args=[slug])),
        ),
    )
    initial = {"name": view.name, "is_shared": view.is_shared}
    make = partial(ViewEditForm, query=query, before=view.query)
    return edit_page(request, view, make=make, save=save, page=page, initial=initial)


@require_POST
def saved_view_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Take a view out of the menus."""
    at = saved_view_for(request, slug, public_id)
    withdraw = partial(withdraw_view, view=at.view, by=at.person)
    pressed(request, withdraw, f"The view “{at.view.name}” is withdrawn.")
    return redirect("saved_view_list", slug)


def _log(slug: str) -> str:
    return reverse("hazard_log", args=[slug])
