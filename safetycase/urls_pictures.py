"""Addresses of the pictures of a product's risks."""

from django.urls import path

from safetycase.views import pictures

ONE = "products/<slug:slug>/"

urlpatterns = [
    path(f"{ONE}movement/", pictures.risk_movement, name="risk_movement"),
    path(f"{ONE}trend/", pictures.risk_trend, name="risk_trend"),
]
