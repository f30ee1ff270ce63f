"""Addresses of the hazard log as a file."""

from django.urls import path

from safetycase.views import log_export

HERE = "products/<slug:slug>/log/export/"

urlpatterns = [
    path(HERE, log_export.log_export, name="log_export"),
    path(f"{HERE}make/", log_export.log_export_request, name="log_export_request"),
    path(f"{HERE}<uuid:public_id>/", log_export.log_export_download, name="log_export_download"),
]
