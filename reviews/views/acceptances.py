"""Accepting residual risks: all that wait, each with its why, under one signature's password."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.credentials import Confirmed
from products.permissions import Standing
from reviews.acceptance.access import acceptances_for
from reviews.acceptance.authority import NO_PLAN
from reviews.acceptance.page import AcceptancesPage, AskedPage, acceptances_page
from reviews.actions.acceptances import accept_risks
from reviews.signing.forms import AcceptancesForm
from reviews.signing.page import UNPROCESSABLE, signed


@require_http_methods(["GET", "HEAD", "POST"])
def acceptances(request: HttpRequest, slug: str) -> HttpResponse:
    """The residual risks that ask for an acceptance, and accepting those that one may."""
    standing, authority = acceptances_for(request, slug)
    page = acceptances_page(standing.product, standing.person, authority, _asked(request))
    if request.method != "POST":
        return _show(request, page, AcceptancesForm(risks=page.mine))
    form = AcceptancesForm(request.POST, risks=page.mine)
    if form.is_valid() and _accept(standing, form):
        count = len(form.accepting())
        what = "1 residual risk is" if count == 1 else f"{count} residual risks are"
        messages.success(request, f"{what} accepted. Your signature is in the record.")
        return redirect("acceptances", slug)
    return _show(request, page, form, status=UNPROCESSABLE)


def _asked(request: HttpRequest) -> AskedPage:
    sent = (name.rpartition("_") for name in request.POST)
    return AskedPage(
        number=request.GET.get("page"),
        hazard=request.GET.get("hazard", ""),
        sent={
            int(key)
            for what, _, key in sent
            if what in ("seen", "accept") and key.isascii() and key.isdigit() and len(key) < 19
        },
    )


def _accept(standing: Standing, form: AcceptancesForm) -> bool:
    def accept(confirmed: Confirmed) -> None:
        accept_risks(
            product=standing.product,
            by=standing.person,
            risks=form.accepting(),
            confirmed=confirmed,
        )

    return signed(form, accept, person=standing.person)


def _show(
    request: HttpRequest, page: AcceptancesPage, form: AcceptancesForm, status: int = 200
) -> HttpResponse:
    rows = [
        (
            each,
            form[f"accept_{each.hazard.pk}"] if not each.against_me else None,
            form[f"why_{each.hazard.pk}"] if not each.against_me else None,
        )
        for each in page.waiting
    ]
    context = {
        "heading": "Acceptance of residual risk",
        "trail": [("Acceptance of risk", "")],
        "page": page,
        "rows": rows,
        "form": form,
        "no_plan": NO_PLAN if page.authority is None else "",
    }
    return render(request, "reviews/acceptances.html", context, status=status)
