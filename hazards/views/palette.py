"""The command palette: anywhere in a product by a few letters."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from hazards.palette import places_for
from products.access import product_for_reading

FRAGMENT = "palette-found"  # the id of the list that typing replaces


@require_safe
@vary_on_headers("HX-Request", "HX-Target")
def go_to(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the words that were typed lead: a list in the palette, or a page of its own."""
    standing = product_for_reading(request, slug)
    text = request.GET.get("q", "")
    groups = places_for(standing, text)
    context = {
        "heading": "Go to",
        "trail": [("Go to", "")],
        "groups": groups,
        "asked": text.strip(),
        "count": sum(len(group.places) for group in groups),
    }
    is_fragment = request.headers.get("HX-Target") == FRAGMENT
    return render(
        request, "hazards/_palette_found.html" if is_fragment else "hazards/go_to.html", context
    )
