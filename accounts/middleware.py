"""Refusals that reach the top become a page with their sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
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
