"""Nobody on the way keeps an answer, and the browser asks before it shows one again."""

from typing import Any

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from accounts.middleware import KeepingMiddleware
from accounts.models import User
from products.models import Product
from tests.people import ClientOf


def check_kept_by_nobody_else(answer: Any) -> None:
    said = answer.headers["Cache-Control"]
    assert "private" in said
    assert "no-store" in said or "no-cache" in said


def test_every_answer_passes_by() -> None:
    """Above it stand only those who answer nothing with a page: redirects to https, and headers."""
    above = settings.MIDDLEWARE[
        : settings.MIDDLEWARE.index("accounts.middleware.KeepingMiddleware")
    ]
    assert above == [
        "django.middleware.security.SecurityMiddleware",
        "csp.middleware.CSPMiddleware",
    ]


def test_a_page_may_be_gone_back_to(product: Product, cso: User, client_of: ClientOf) -> None:
    for address in ("my_work", "hazard_log", "hazard_new"):
        args = [] if address == "my_work" else [product.slug]
        answer = client_of(cso).get(reverse(address, args=args))
        assert answer.headers["Cache-Control"] == "private, no-cache", (
            "no-store loses what is typed"
        )


@pytest.mark.parametrize("path", ["/nowhere/", "/products/secret/", "/products/%00/"])
def test_an_error_page_says_it_too(path: str, cso: User, client_of: ClientOf) -> None:
    answer = client_of(cso).get(path)
    assert answer.status_code == 404
    check_kept_by_nobody_else(answer)


def test_a_refusal_and_a_broken_page_say_it(
    product: Product, auditor: User, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(auditor)
    client.raise_request_exception = False
    refused = client.get(reverse("hazard_new", args=[product.slug]))
    assert refused.status_code == 403
    check_kept_by_nobody_else(refused)

    def break_it(*args: object, **more: object) -> None:
        raise RuntimeError("a disk is full")

    monkeypatch.setattr("hazards.views.log.counts_in_words", break_it)
    broken = client.get(reverse("hazard_log", args=[product.slug]))
    assert broken.status_code == 500
    check_kept_by_nobody_else(broken)


def test_signing_out_empties_what_the_browser_kept(cso: User, client_of: ClientOf) -> None:
    client = client_of(cso)
    assert "Clear-Site-Data" not in client.get(reverse("account_logout")).headers
    answer = client.post(reverse("account_logout"))
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    check_kept_by_nobody_else(answer)


def test_an_answer_that_says_who_may_keep_it_is_left_alone(rf: RequestFactory) -> None:
    """Static files do: their names change with their content."""
    kept = HttpResponse(headers={"Cache-Control": "max-age=315360000, public, immutable"})
    passed = KeepingMiddleware(lambda _: kept)(rf.get("/static/css/theme.css"))
    assert passed.headers["Cache-Control"] == "max-age=315360000, public, immutable"
