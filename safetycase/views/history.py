"""Everything that happened on a product: who, when, what and why."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.history import page_start
from products.access import product_for_reading
from safetycase.history_form import HistoryFilterForm
from safetycase.history_reading import as_query, history_of


@require_safe
def product_history(request: HttpRequest, slug: str) -> HttpResponse:
    """The acts on a product, newest first, filtered as the address says."""
    product = product_for_reading(request, slug).product
    form = HistoryFilterForm(request.GET, product=product)
    wanted = form.wanted
    before = page_start(request.GET.get("before"))
    page = history_of(product, wanted, before)
    query = as_query(wanted)
    context = {
        "heading": "History",
        "trail": [("History", "")],
        "form": form,
        "wanted": wanted,
        "acts": page.acts,
        "more_url": f"?{urlencode(query | {'before': page.earlier})}" if page.earlier else "",
        "newest_url": f"?{urlencode(query)}" if before is not None else "",
        "query": urlencode(query),
    }
    return render(request, "safetycase/history.html", context)
