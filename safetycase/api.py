"""The REST API, /api/v1: the routers of every package behind one door."""

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver
from ninja import NinjaAPI

from hazards import api as log
from hazards import api_controls
from products import api as products
from products.rest.door import by_token
from products.rest.problems import answer_problems
from reviews.rhythm import api as reviews
from safetycase.rest import versions as api_versions

NAMESPACE = "api"
OF_PRODUCT = "/products/{slug:slug}"

api = NinjaAPI(
    title="Safety Case",
    version="1.0.0",
    description="A product's features, hazards, controls, evidence, releases and safety case, for "
    "programs that act for somebody on the team.",
    urls_namespace=NAMESPACE,
    # Both are pages of ours (safetycase.views.api): Swagger's would load scripts from elsewhere.
    openapi_url=None,
    docs_url=None,
)
answer_problems(api)
api.add_decorator(by_token, mode="operation")
api.add_router("", products.router)
api.add_router(f"{OF_PRODUCT}/features", products.features)
api.add_router(f"{OF_PRODUCT}/hazards", log.hazards)
api.add_router(f"{OF_PRODUCT}/hazards", api_controls.on_hazards)
api.add_router(f"{OF_PRODUCT}/controls", api_controls.controls)
api.add_router(f"{OF_PRODUCT}/triage", reviews.triage)
api.add_router(f"{OF_PRODUCT}/releases", products.releases)
api.add_router(f"{OF_PRODUCT}/releases", api_versions.gate)
api.add_router(f"{OF_PRODUCT}/safety-case/versions", api_versions.versions)


def addresses() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The addresses of the API, for ``include``.

    None of them asks for a sign-in, since a session opens nothing there: the door does.
    """
    patterns, app_name, namespace = api.urls
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            login_not_required(pattern.callback)
    return patterns, app_name, namespace
