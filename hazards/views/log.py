"""The hazard log page."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from hazards.log import Wanted, listing_of, wanted_from
from hazards.log_page import PER_PAGE, address, choices, counts_in_words, headings, pills
from hazards.log_reading import (
    features_in_order,
    log_lines,
    log_rows,
    narrowed_by,
    releases_newest_first,
)
from products.access import product_for_reading
from products.permissions import Ability, Standing

FRAGMENT = "log"  # the id of the part of the page that a filter or a sort replaces


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def hazard_log(request: HttpRequest, slug: str) -> HttpResponse:
    """The hazards of a product: filtered, counted, sorted and paged from the address."""
    standing = product_for_reading(request, slug)
    wanted = wanted_from(request.GET.dict())
    context = _context(standing, wanted, request.GET.get("page", "1"))
    if request.headers.get("HX-Target") != FRAGMENT:
        return render(request, "hazards/log.html", context)
    response = render(request, "hazards/_log.html", context)
    page = context["page"].number
    # Without the empty fields of the form that asked.
    response["HX-Push-Url"] = request.path + address(wanted, page=str(page) if page > 1 else "")
    return response


def _context(standing: Standing, wanted: Wanted, page_number: str) -> dict[str, Any]:
    product, today = standing.product, timezone.localdate()
    features, releases = features_in_order(product), releases_newest_first(product)
    lines = log_lines(product, features)
    release = next((each for each in releases if each.label == wanted.release), None)
    only = narrowed_by(product, wanted.search, release)
    listing = listing_of(lines, wanted, me=str(standing.person.pk), today=today, only=only)
    page = Paginator(listing.lines, PER_PAGE).get_page(page_number)
    titles = {feature.reference: feature.title for feature in features}
    return {
        "heading": "Hazard log",
        "summary": counts_in_words(lines),
        "is_empty": not lines,
        "wanted": wanted,
        "page": page,
        "rows": log_rows(list(page), titles, today),
        "in_the_log": listing.in_the_log,
        "facets": pills(wanted, listing),
        "clear_url": "" if wanted.is_everything else "?",
        "choices": choices(wanted, listing, lines=lines, features=features, releases=releases),
        "headings": headings(wanted),
        "can_edit": standing.can(Ability.EDIT_LOG),
        "can_import": standing.can(Ability.IMPORT_LOG),
    }
