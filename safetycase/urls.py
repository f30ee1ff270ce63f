"""Every address of the site. Apps are named by string."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("accounts.urls")),
    path("", include("products.urls")),
    path("", include("hazards.urls")),
    path("", include("reviews.urls")),
    path("", include("safetycase.urls_site")),
    path("", include("safetycase.rest.urls")),
]
