"""Around everything under /api/: whatever goes wrong is answered with problem details."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from products.rest.problems import BROKEN, CONTENT_TYPE, KINDS, MALFORMED, Kind, problem_response

API = "/api/"
FIRST_ERROR = 400
_KEPT = ("Allow", "Retry-After", "WWW-Authenticate")


class ProblemMiddleware:
    """Turns pages of errors into problems where a program asked.

    Most problems are made by the API itself. This is for what happens before or beyond it: an
    address that is none, a method that is none, an error of ours, a busy database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and read the answer."""
        response = self.get_response(request)
        if not request.path.startswith(API) or response.status_code < FIRST_ERROR:
            return response
        if response.headers.get("Content-Type", "").startswith(CONTENT_TYPE):
            return response
        problem = problem_response(_kind_of(response.status_code))
        for name in _KEPT:
            if name in response.headers:
                problem.headers[name] = response.headers[name]
        # The page is not closed: that would tell everybody that the request is over.
        return problem


def _kind_of(status: int) -> Kind:
    named = {kind.status: kind for kind in KINDS}
    return named.get(status, MALFORMED if status < BROKEN.status else BROKEN)
