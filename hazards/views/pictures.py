"""A hazard's bow-tie alone, and the map from feature to hazard to control to evidence."""

from typing import TypeVar

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from hazards.access import hazard_for_reading
from hazards.bow_tie import bow_tie_of
from hazards.bow_tie_drawing import drawn_narrow, drawn_wide
from hazards.bow_tie_links import leads_on_page
from hazards.log_reading import features_in_order, releases_newest_first
from hazards.reading import read_hazards
from hazards.traceability import Asked, Gap, Trace, TracedControl, count_gaps, read_rows, rows_of
from hazards.traceability_drawing import FeatureUrlOf, UrlOf, drawn_traces
from hazards.views.editing import trail_to
from products.access import product_for_reading
from products.facets import facet
from products.models import Feature

PER_PAGE = 12  # rows: each is drawn with all its controls

Thing = TypeVar("Thing")


@require_safe
def traceability(request: HttpRequest, slug: str) -> HttpResponse:
    """Which control of which hazard of which feature has evidence, and where the way breaks off."""
    product = product_for_reading(request, slug).product
    features, releases = features_in_order(product), releases_newest_first(product)
    query = request.GET
    asked = Asked(
        release=_chosen({each.label: each for each in releases}, query.get("release", "")),
        feature=_chosen({each.reference: each for each in features}, query.get("feature", "")),
        gap=_chosen({each.value: each for each in Gap}, query.get("gap", "")),
    )
    page = Paginator(rows_of(product, asked), PER_PAGE).get_page(query.get("page"))
    traces = read_rows(product, list(page.object_list))
    counts = count_gaps(product, asked)
    context = {
        "heading": "Traceability",
        "trail": [("Traceability", "")],
        "product": product,
        "features": features,
        "releases": releases,
        "asked": asked,
        "page": page,
        "traces": traces,
        "gaps": sum(counts.values()),
        "facets": [
            facet(query, "gap", gap.value, label=gap.label, count=count)
            for gap, count in counts.items()
            if count or gap is asked.gap
        ],
        "drawing": drawn_traces(traces, _part_url(slug), _feature_url(slug)) if traces else None,
    }
    return render(request, "hazards/pictures/traceability.html", context)


@require_safe
@vary_on_headers("HX-Request")
def hazard_bow_tie(request: HttpRequest, slug: str, reference: str) -> HttpResponse:
    """The bow-tie of a hazard alone; for the hazard page its narrow drawing."""
    at = hazard_for_reading(request, slug, reference)
    home = reverse("hazard_detail", args=[slug, at.hazard.reference])
    is_part = request.headers.get("HX-Request") == "true"
    [reading] = read_hazards([at.hazard])
    bow_tie = bow_tie_of(reading, leads_on_page(at.hazard, "" if is_part else home))
    context = {
        "heading": f"Bow-tie of {at.hazard.display_reference}",
        "trail": trail_to(at, "Bow-tie"),
        "product": at.product,
        "hazard": at.hazard,
        "bow_tie": bow_tie,
        "drawing": drawn_narrow(bow_tie) if is_part else drawn_wide(bow_tie),
    }
    name = "_bow_tie_narrow" if is_part else "bow_tie"
    return render(request, f"hazards/pictures/{name}.html", context)


def _chosen(choices: dict[str, Thing], value: str) -> Thing | None:
    """What the address names; None when it names nothing. Raises ``Http404`` for an unknown one."""
    if value and value not in choices:
        raise Http404
    return choices.get(value)


def _part_url(slug: str) -> UrlOf:
    def url_of(trace: Trace, control: TracedControl | None) -> str:
        if trace.hazard is None:
            return ""
        url = reverse("hazard_detail", args=[slug, trace.hazard.reference])
        return url if control is None else f"{url}#control-{control.reading.control.reference}"

    return url_of


def _feature_url(slug: str) -> FeatureUrlOf:
    def url_of(feature: Feature) -> str:
        return reverse("feature_detail", args=[slug, feature.reference])

    return url_of
