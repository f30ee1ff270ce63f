"""Tokens: what programs may do here, for whom, until when."""

import uuid

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.downloads import KEPT_NOWHERE
from accounts.editing import UNPROCESSABLE, Page, form_page
from accounts.forms import ReasonForm
from accounts.history import history_view
from audit.errors import BadText, NotPossible
from products.access import product_for, product_for_reading, standing_on
from products.actions.tokens import make_token, withdraw_token
from products.models import ApiToken
from products.permissions import Ability
from products.tokens.access import token_to_withdraw
from products.tokens.forms import TokenForm
from products.tokens.reading import token_rows, tokens_of


@require_safe
def token_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every token of the product, whoever made it: what may act here is no secret of one person."""
    standing = product_for_reading(request, slug)
    context = {
        "heading": "Tokens",
        "trail": [*_trail(slug)[:1], ("Tokens", "")],
        "rows": token_rows(standing, timezone.localdate()),
        "can_make": standing.can(Ability.MAKE_TOKENS),
    }
    return render(request, "products/tokens/tokens.html", context)


def token_new(request: HttpRequest, slug: str) -> HttpResponse:
    """Make a token, and show it this once."""
    standing = product_for(request, slug, Ability.MAKE_TOKENS)
    form = TokenForm(request.POST or None)
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                made = make_token(product=standing.product, by=standing.person, **form.cleaned_data)
            except (NotPossible, BadText) as refusal:
                form.add_error(None, refusal.sentence)
            else:
                context = {
                    "heading": "Copy the token now",
                    "trail": [*_trail(slug), ("New token", "")],
                    "made": made,
                    "site": request.build_absolute_uri("/").rstrip("/"),
                }
                response = render(request, "products/tokens/made.html", context)
                response.headers["Cache-Control"] = KEPT_NOWHERE
                return response
        status = UNPROCESSABLE
    page = Page(
        heading="New token",
        submit="Make the token",
        done_url=reverse("token_list", args=[slug]),
        intro="A program that holds it acts in your name on this product, through the REST API. "
        "It is shown once.",
        trail=tuple(_trail(slug)),
    )
    return render(request, page.template, page.context(form), status=status)


def token_withdraw(request: HttpRequest, slug: str, public_id: uuid.UUID) -> HttpResponse:
    """Make a token stop working."""
    standing = standing_on(request, slug)
    token = token_to_withdraw(standing, public_id)
    form = ReasonForm(request.POST or None)

    def save() -> None:
        withdraw_token(token=token, by=standing.person, reason=form.cleaned_data["reason"])

    page = Page(
        heading=f"Withdraw “{token.name}”",
        submit="Withdraw it",
        # Whoever only manages people has no page of tokens.
        done_url=reverse(
            "token_list" if standing.can(Ability.READ) else "team", args=[standing.product.slug]
        ),
        done=f"“{token.name}” does not work any more.",
        intro="Programs that use it are refused from now on. It stays in the record and cannot be "
        "brought back; make another instead.",
        trail=tuple(_trail(slug)),
    )
    return form_page(request, form, page, save)


@require_safe
def token_history(request: HttpRequest, slug: str) -> HttpResponse:
    """Which tokens were made and withdrawn, by whom."""
    standing = product_for_reading(request, slug)
    keys = tokens_of(standing.product).values_list("pk", flat=True)
    return history_view(
        request,
        {ApiToken: list(keys)},
        heading="History of the tokens",
        trail=_trail(slug),
    )


def _trail(slug: str) -> list[tuple[str, str]]:
    return [
        ("Team", reverse("team", args=[slug])),
        ("Tokens", reverse("token_list", args=[slug])),
    ]
