"""Addresses of the REST API and of its description."""

from django.urls import path

from safetycase.api import addresses
from safetycase.views import api

V1 = "api/v1/"

urlpatterns = [
    path(f"{V1}docs", api.api_docs, name="api_docs"),
    path(f"{V1}openapi.json", api.api_schema, name="api_schema"),
    path(V1, addresses()),
]
