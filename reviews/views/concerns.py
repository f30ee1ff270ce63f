"""Concerns: one box from any page, one's own and what became of them, and a product's list."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.editing import UNPROCESSABLE, attempt
from audit.errors import NotAllowed
from products.access import product_for_reading, signed_in
from products.facets import facet
from products.permissions import Ability, Standing
from reviews.actions.concerns import answer_concern, answer_concern_with_hazard, raise_concern
from reviews.choices import ConcernOutcome
from reviews.models import Concern
from reviews.rhythm.access import concern_in
from reviews.rhythm.concern_reading import (
    MOST_OF_MINE,
    concerns_by,
    concerns_of,
    first_words,
    may_raise_on,
    own_page,
)
from reviews.rhythm.forms import ConcernAnswerForm, ConcernForm

ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def concern(request: HttpRequest) -> HttpResponse:
    """Raise a concern on any of one's products, and see what became of one's own."""
    person = signed_in(request)
    products = may_raise_on(person)
    if request.method == "POST":
        if not products:
            raise NotAllowed(
                "You are on no team whose product you could raise a concern about. Nothing was "
                "saved. Ask somebody on the team to add you."
            )
        form = ConcernForm(request.POST, products=products)
        if form.is_valid():
            values, by_slug = form.cleaned_data, {each.slug: each for each in products}
            page = own_page(values["page"])

            def save() -> None:
                raise_concern(
                    product=by_slug[values["product"]],
                    by=person,
                    text=values["text"],
                    page=page,
                    about=values["about"],
                )

            if attempt(form, save) is not None:
                messages.success(
                    request, "Your concern is raised. You are told what becomes of it."
                )
                return redirect(page or reverse("concern"))
        return _box(request, form, status=UNPROCESSABLE)
    asked = {name: request.GET.get(name, "") for name in ("product", "page", "about")}
    return _box(request, ConcernForm(products=products, initial=asked) if products else None)


def _box(request: HttpRequest, form: ConcernForm | None, status: int = 200) -> HttpResponse:
    context = {
        "heading": "Raise a concern",
        "trail": [("Raise a concern", "")],
        "form": form,
        "mine": list(concerns_by(signed_in(request))[:MOST_OF_MINE]),
    }
    return render(request, "reviews/concerns/box.html", context, status=status)


@require_safe
def concern_list(request: HttpRequest, slug: str) -> HttpResponse:
    """The concerns of a product: what waits first."""
    standing = product_for_reading(request, slug)
    concerns = concerns_of(standing.product)
    waiting = concerns.filter(answered_at=None)
    answered = concerns.exclude(answered_at=None).order_by("-answered_at", "-pk")
    shown = request.GET.get("outcome", "")
    if shown in ConcernOutcome.values:
        waiting, answered = waiting.none(), answered.filter(outcome=shown)
    context = {
        "heading": "Concerns",
        "trail": [("Concerns", "")],
        "waiting": list(waiting),
        "page": Paginator(answered, ON_A_PAGE).get_page(request.GET.get("page")),
        "facets": [
            facet(request.GET, "outcome", each.value, label=each.label, count=None)
            for each in ConcernOutcome
        ],
        "is_filtered": shown in ConcernOutcome.values,
        "may_handle": standing.can(Ability.HANDLE_CONCERNS),
    }
    return render(request, "reviews/concerns/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def concern_detail(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """One concern, and saying what became of it."""
    standing, row = concern_in(request, slug, public_id)
    if request.method != "POST":
        return _concern(request, standing, row, ConcernAnswerForm(product=standing.product))
    standing.check(Ability.HANDLE_CONCERNS)
    form = ConcernAnswerForm(request.POST, product=standing.product)
    if form.is_valid() and attempt(form, lambda: _answer(standing, row, form)) is not None:
        messages.success(request, f"Answered. {row.raised_by.name} is told.")
        return redirect("concern_list", slug)
    return _concern(request, standing, row, form, status=UNPROCESSABLE)


def _answer(standing: Standing, row: Concern, form: ConcernAnswerForm) -> None:
    values = form.cleaned_data
    if values["outcome"] == ConcernOutcome.HAZARD:
        answer_concern_with_hazard(
            concern=row, by=standing.person, name=values["name"], answer=values["answer"]
        )
        return
    answer_concern(
        concern=row,
        by=standing.person,
        outcome=values["outcome"],
        answer=values["answer"],
        hazard=values["hazard"] if values["outcome"] == ConcernOutcome.KNOWN else None,
    )


def _concern(
    request: HttpRequest,
    standing: Standing,
    row: Concern,
    form: ConcernAnswerForm,
    status: int = 200,
) -> HttpResponse:
    list_url = reverse("concern_list", args=[standing.product.slug])
    context: dict[str, Any] = {
        "heading": first_words(row.text),
        "trail": [("Concerns", list_url), ("Concern", "")],
        "concern": row,
        "form": form,
        "may_answer": standing.can(Ability.HANDLE_CONCERNS) and row.answered_at is None,
    }
    return render(request, "reviews/concerns/concern.html", context, status=status)
