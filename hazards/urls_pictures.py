"""Addresses of the pictures of a product's log."""

from django.urls import path

from hazards.views import pictures

urlpatterns = [
    path(
        "products/<slug:slug>/hazards/<reference:reference>/bow-tie/",
        pictures.hazard_bow_tie,
        name="hazard_bow_tie",
    ),
    path("products/<slug:slug>/traceability/", pictures.traceability, name="traceability"),
]
