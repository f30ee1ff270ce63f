"""The hazard library: its coverage by the log, and drafts from it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import Page, form_page
from hazards.actions.library import draft_from_library, set_family_aside, take_family_back
from hazards.forms.library import DraftForm, SetAsideForm, TakeBackForm
from hazards.library import LibraryFamily, entry_of, family_of
from hazards.library_reading import coverage_of
from products.access import product_for, product_for_reading
from products.permissions import Ability, Standing

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def hazard_library(request: HttpRequest, slug: str) -> HttpResponse:
    """Families and entries, with what the product's log has of each."""
    standing = product_for_reading(request, slug)
    families = coverage_of(standing.product)
    context = {
        "heading": "Hazard library",
        "trail": [("Hazard log", reverse("hazard_log", args=[slug])), ("Library", "")],
        "families": families,
        "entries": sum(len(each.entries) for each in families),
        "used": sum(bool(each.hazards) for each in families),
        "aside": sum(each.set_aside is not None and not each.hazards for each in families),
        "open": sum(each.is_open for each in families),
        "can_edit": standing.can(Ability.EDIT_LOG),
    }
    return render(request, "hazards/library/library.html", context)


@form_methods
def library_draft(request: HttpRequest, slug: str, entry: str) -> HttpResponse:
    """Copy an entry as a draft."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    found = entry_of(entry)
    if found is None:
        raise Http404
    family, of = found
    form = DraftForm(request.POST if request.method == "POST" else None, entry=of)

    def save() -> str:
        values = form.cleaned_data
        hazard = draft_from_library(
            product=standing.product,
            by=standing.person,
            entry=of.key,
            name=values["name"],
            causes=form.chosen_causes,
            effect=values["effect"],
            harm=values["harm"],
            controls=values["controls"],
            reason=values["reason"],
        )
        return reverse("hazard_detail", args=[slug, hazard.reference])

    page = Page(
        heading="Draft from the library",
        submit="Raise it as a draft",
        done_url=_home(standing, family),
        done="The hazard is raised as a draft. Make its words your own, then estimate it.",
        intro=f"{family.name}: an entry is a prompt in general words. Say what it is in your "
        "product.",
        trail=(("Library", _home(standing)),),
    )
    return form_page(request, form, page, save)


@form_methods
def library_set_aside(request: HttpRequest, slug: str, family: str) -> HttpResponse:
    """Say that a family does not concern the product."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    found = _family(family)
    form = SetAsideForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        set_family_aside(
            product=standing.product,
            by=standing.person,
            family=found.key,
            because=form.cleaned_data["because"],
        )

    page = Page(
        heading=f"{found.name}: not applicable",
        submit="Set it aside",
        done_url=_home(standing, found),
        done=f"{found.name} is set aside.",
        trail=(("Library", _home(standing)),),
    )
    return form_page(request, form, page, save)


@form_methods
def library_take_back(request: HttpRequest, slug: str, family: str) -> HttpResponse:
    """Say that a family concerns the product after all."""
    standing = product_for(request, slug, Ability.EDIT_LOG)
    found = _family(family)
    form = TakeBackForm(request.POST if request.method == "POST" else None)

    def save() -> None:
        take_family_back(
            product=standing.product,
            by=standing.person,
            family=found.key,
            reason=form.cleaned_data["reason"],
        )

    page = Page(
        heading=f"{found.name}: applicable after all",
        submit="Take it back",
        done_url=_home(standing, found),
        done=f"{found.name} is to be looked at again.",
        trail=(("Library", _home(standing)),),
    )
    return form_page(request, form, page, save)


def _family(key: str) -> LibraryFamily:
    found = family_of(key)
    if found is None:
        raise Http404
    return found


def _home(standing: Standing, family: LibraryFamily | None = None) -> str:
    url = reverse("hazard_library", args=[standing.product.slug])
    return f"{url}#family-{family.key}" if family else url
