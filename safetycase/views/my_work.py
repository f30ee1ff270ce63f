"""The first page: what waits for the person, and their products."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from products.access import product_for_reading, signed_in
from products.queries import newest_unreleased, products_without
from safetycase.gate.outlook import one_line
from safetycase.my_work import work_of


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What waits for the person, and the products on whose team they are; for administrators the
    others too."""
    person = signed_in(request)
    context = {
        "heading": "My work",
        "work": work_of(person),
        "is_administrator": person.is_administrator,
        "others": products_without(person) if person.is_administrator else [],
    }
    return render(request, "safetycase/my_work.html", context)


@require_safe
@vary_on_headers("HX-Request")
def product_outlook(request: HttpRequest, slug: str) -> HttpResponse:
    """Whether a product's next release can go, as a line; asked by itself it leads to the gate."""
    product = product_for_reading(request, slug).product
    if request.headers.get("HX-Request") == "true":
        context = {"outlook": one_line(product), "product": product}
        return render(request, "safetycase/_outlook.html", context)
    release = newest_unreleased(product)
    if release is None:
        return redirect("release_list", slug)
    return redirect("release_gate", slug, release.label)
