"""The map from feature to hazard to control to evidence, with its gaps."""

from typing import TypeVar

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from hazards.log_reading import features_in_order, releases_newest_first
from hazards.traceability import Asked, Gap, Trace, TracedControl, count_gaps, read_rows, rows_of
from hazards.traceability_drawing import FeatureUrlOf, UrlOf, drawn_traces
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
