"""Where the two sides of a product are apart."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from products.access import product_for_reading
from safetycase.apart.reading import figures_of, gaps_of


@require_safe
def apart(request: HttpRequest, slug: str) -> HttpResponse:
    """The numbers, and what is behind them."""
    product = product_for_reading(request, slug).product
    context = {
        "heading": "Where are we apart?",
        "trail": [("Where are we apart?", "")],
        "figures": figures_of(product),
        "gaps": gaps_of(product),
    }
    return render(request, "safetycase/apart/apart.html", context)
