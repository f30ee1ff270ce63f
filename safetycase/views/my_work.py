"""The first page: what waits for the person, and their products."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from products.access import signed_in
from products.queries import products_without
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
