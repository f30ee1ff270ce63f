"""Around every page: refusals become a page with their sentence, and nobody keeps a copy."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from audit.errors import NotAllowed

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Turns ``NotAllowed`` into a 403 page that says why and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a refusal of permission; leave every other exception to Django."""
        if isinstance(exception, NotAllowed):
            return render(request, "403.html", {"sentence": exception.sentence}, status=403)
        return None


class SignInFirstMiddleware(LoginRequiredMiddleware):
    """Asks for a sign-in; after a form that was sent, its page says that nothing was saved yet."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        """Lead to the sign-in page, and from there to where the person was."""
        response: HttpResponseRedirect = super().handle_no_permission(request, view_func)
        if request.method == "POST":
            return HttpResponseRedirect(f"{response.url}&unsaved=1")
        return response


class KeepingMiddleware:
    """Says of every answer that does not say it itself who may keep it: this person's browser, and
    it asks again before it shows it.

    Not ``no-store``, which throws a half-written form away when somebody goes back to it. Files
    and pages with a secret say that themselves. Signing out empties what the browser kept.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and mark the answer."""
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-cache")
        address = request.resolver_match
        is_sign_out = address is not None and address.url_name == "account_logout"
        if is_sign_out and request.method == "POST":
            response.headers["Clear-Site-Data"] = '"cache"'
        return response
