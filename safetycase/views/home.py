"""The home of a product."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from products.access import product_for_reading
from products.permissions import Ability, Standing
from safetycase.counting import Square, StageCount
from safetycase.heat_maps import heat_map_of, in_words
from safetycase.live_figures import LiveFigures, live_figures_for
from safetycase.missing.report import missing_from
from safetycase.missing.thing import log_url, release_query
from safetycase.queries import recent_changes

#: So many hazards are looked through while the home is made; of more its list is read after it.
AT_ONCE = 500


@require_safe
def product_home(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a product stands: risks before and after, what is missing, what changed."""
    standing = product_for_reading(request, slug)
    figures = live_figures_for(standing.product)
    query = release_query(figures)
    context = {
        "heading": standing.product.name,
        "figures": figures,
        "maps": _maps(figures),
        "provisional_url": log_url(standing.product, provisional="1", **query),
        "estimate_url": log_url(standing.product, needs_estimate="1", **query),
        "missing": missing_from(figures) if len(figures.placed.in_scope) <= AT_ONCE else None,
        "acts": recent_changes(standing.product),
        "links": _links(standing),
    }
    return render(request, "safetycase/product_home.html", context)


@require_safe
@vary_on_headers("HX-Request")
def product_missing(request: HttpRequest, slug: str) -> HttpResponse:
    """What a product lacks for its report, as a page and as the part of its home."""
    standing = product_for_reading(request, slug)
    context = {
        "heading": "What is missing for the report",
        "trail": [("What is missing", "")],
        "missing": missing_from(live_figures_for(standing.product)),
    }
    is_part = request.headers.get("HX-Request") == "true"
    template = "safetycase/_missing.html" if is_part else "safetycase/missing.html"
    return render(request, template, context)


def _maps(figures: LiveFigures) -> list[dict[str, Any]]:
    return [
        _map(figures, "Before", "initial", figures.initial),
        _map(figures, "After", "residual", figures.residual),
    ]


def _map(figures: LiveFigures, title: str, stage: str, counted: StageCount) -> dict[str, Any]:
    def url_of(square: Square) -> str:
        cell = {f"{stage}_cell": f"{square[0]}:{square[1]}"}
        return log_url(figures.product, **cell, **release_query(figures))

    classes = {each.number: each.hazards for each in counted.classes.values()}
    return {
        "id": f"{stage}-map",
        "title": f"{title}: {stage} risk",
        "stage": stage,
        "counted": counted,
        "matrix": heat_map_of(figures.matrix, counted, url_of) if figures.matrix else None,
        "description": in_words(classes, {"not estimated": counted.not_estimated}),
    }


def _links(standing: Standing) -> list[tuple[str, str]]:
    slug = standing.product.slug
    links = [
        ("Clinical risk management plan", reverse("plan", args=[slug])),
        ("Acceptance of residual risk", reverse("acceptances", args=[slug])),
        ("Intended use", reverse("intended_use", args=[slug])),
        ("Risk matrix", reverse("risk_matrix", args=[slug])),
        ("History of the product", reverse("product_history", args=[slug])),
    ]
    if standing.can(Ability.MANAGE_FEATURES):
        links.append(("Settings", reverse("product_settings", args=[slug])))
    return links
