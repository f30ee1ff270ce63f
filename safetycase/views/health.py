"""Whether the site is alive and ready, for machines: no sign-in."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from safetycase.readiness import why_not_ready


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """This process and what it needs are in order: 200, or 503 with what is wrong."""
    problems = why_not_ready()
    return JsonResponse(
        {"ready": not problems, "problems": problems}, status=503 if problems else 200
    )
