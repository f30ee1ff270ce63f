"""The hazard log page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from hazards.approved import newest_issue_of
from hazards.changing_many import MOST
from hazards.log import Wanted, wanted_from
from hazards.log_columns import asked_in
from hazards.log_filters import Asked
from hazards.log_page import address, choices, counts_in_words, headings, pills
from hazards.log_reading import (
    features_in_order,
    listing_of,
    page_of,
    releases_newest_first,
    rows_of_page,
)
from hazards.log_tools import act_in_address, tools_of
from products.access import product_for_reading
from products.permissions import Ability, Standing

FRAGMENT = "log"  # the id of the part of the page that a filter or a sort replaces


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def hazard_log(request: HttpRequest, slug: str) -> HttpResponse:
    """The hazards of a product: filtered, counted, sorted and paged from the address."""
    standing = product_for_reading(request, slug)
    wanted = wanted_from(asked_in(request.GET))
    context = _context(standing, wanted, request.GET.get("page", "1"))
    context["changed_at_once"] = act_in_address(request.GET.get("changed", ""))
    if request.headers.get("HX-Target") != FRAGMENT:
        # Of the log, not of what is looked for in it; and a search has queries enough of its own.
        context["issued"] = None if wanted.search else newest_issue_of(standing.product)
        return render(request, "hazards/log.html", context)
    response = render(request, "hazards/_log.html", context)
    page = context["page"].number
    # Without the empty fields of the form that asked.
    response["HX-Push-Url"] = request.path + address(wanted, page=str(page) if page > 1 else "")
    return response


def _context(standing: Standing, wanted: Wanted, page_number: str) -> dict[str, Any]:
    product = standing.product
    features, releases = features_in_order(product), releases_newest_first(product)
    asked = Asked(
        product,
        features,
        wanted,
        me=standing.person.pk,
        today=timezone.localdate(),
        release=next((each for each in releases if each.label == wanted.release), None),
    )
    listing = listing_of(asked)
    page = page_of(listing, page_number)
    return {
        "heading": "Hazard log",
        "summary": counts_in_words(listing),
        # With a filter on, the count is of what the filter leaves.
        "changed_since": listing.counts.marks["changed"] if wanted.is_everything else 0,
        "is_empty": not listing.states,
        "wanted": wanted,
        "page": page,
        "most_at_once": MOST,
        "rows": rows_of_page(asked, page, has_approved=bool(listing.approved)),
        "in_the_log": listing.in_the_log,
        "facets": pills(wanted, listing, product),
        "clear_url": "" if wanted.is_everything else address(Wanted(columns=wanted.columns)),
        "choices": choices(wanted, listing, features=features, releases=releases),
        "headings": headings(wanted),
        **tools_of(standing, wanted),
        "can_import": standing.can(Ability.IMPORT_LOG),
    }
