"""Pictures of a product's risks: how they moved with the controls, and how they went over time."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from hazards.matrix_reading import read_matrix
from hazards.queries import current_matrix
from hazards.risk_movement import Square, movement_of
from hazards.risk_movement_drawing import drawn_movement
from products.access import product_for_reading
from products.models import Product, Release
from safetycase.missing.thing import log_url
from safetycase.queries import release_of_report
from safetycase.residual_trend import trend_of
from safetycase.residual_trend_drawing import drawn_trend


@require_safe
@vary_on_headers("HX-Request")
def risk_movement(request: HttpRequest, slug: str) -> HttpResponse:
    """From which square of the matrix to which the controls moved the risks in scope."""
    product = product_for_reading(request, slug).product
    release = _release(product, request.GET.get("release", ""))
    version = current_matrix(product)
    context: dict[str, Any] = {
        "heading": "Movement of risk",
        "trail": [("Movement of risk", "")],
        "release": release,
        "product": product,
        "id": "movement",
    }
    if version is not None:
        label = release.label if release else ""

        def url_of(before: Square, after: Square) -> str:
            cells = {"initial_cell": _cell(before), "residual_cell": _cell(after)}
            return log_url(product, **cells, release=label)

        scope = release.position if release else None
        movement = movement_of(product, read_matrix(version), scope, url_of)
        context |= {"movement": movement, "drawing": drawn_movement(movement)}
    return _answer(request, "movement", context)


@require_safe
@vary_on_headers("HX-Request")
def risk_trend(request: HttpRequest, slug: str) -> HttpResponse:
    """Residual risk at the end of each day, week or month, told from history."""
    product = product_for_reading(request, slug).product
    trend = trend_of(product)
    context = {
        "heading": "Residual risk over time",
        "trail": [("Residual risk over time", "")],
        "product": product,
        "trend": trend,
        "rows": [
            (column, [column.classes[number] for number in trend.classes], column.classes[0])
            for column in reversed(trend.columns)
        ],
        "drawing": drawn_trend(trend) if trend.columns else None,
        "id": "trend",
    }
    return _answer(request, "trend", context)


def _answer(request: HttpRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    """The page, or only its picture where another page asks for it."""
    is_part = request.headers.get("HX-Request") == "true"
    return render(request, f"safetycase/pictures/{'_' if is_part else ''}{name}.html", context)


def _cell(square: Square) -> str:
    return f"{square[0]}:{square[1]}"


def _release(product: Product, label: str) -> Release | None:
    try:
        return release_of_report(product, label)
    except Release.DoesNotExist as unknown:
        raise Http404 from unknown
