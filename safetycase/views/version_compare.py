"""Two versions beside each other, or a version and the record now: hazard by hazard."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from products.access import product_for_reading
from safetycase.versions.choice import chosen_sides, compare_sides, sides_of

#: Hazards whose differences are shown on one page: each is compared word by word.
PER_PAGE = 50


@require_safe
def version_compare(request: HttpRequest, slug: str) -> HttpResponse:
    """What differs between two versions, hazard by hazard and word by word."""
    standing = product_for_reading(request, slug)
    sides = sides_of(standing.product)
    old, new = request.GET.get("from", ""), request.GET.get("to", "")
    chosen = chosen_sides(sides, old, new)
    context: dict[str, Any] = {
        "heading": "Compare versions",
        "trail": [("Safety case", reverse("safety_case", args=[slug])), ("Compare versions", "")],
        "older_sides": [each for each in sides if each.baseline is not None],
        "newer_sides": sides,
        "is_unknown": chosen is None and bool(old or new),
    }
    if chosen is not None:
        before, after = chosen
        comparison = compare_sides(before, after, standing.product)
        pages = Paginator(comparison.hazards, PER_PAGE)
        context |= {
            "before": before,
            "after": after,
            "comparison": comparison,
            "page": pages.get_page(request.GET.get("page")),
        }
    return render(request, "safetycase/versions/compare.html", context)
