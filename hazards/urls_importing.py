"""Addresses of imports. They stand before those of hazards, which take any reference."""

from django.urls import path

from hazards.views import importing

LOG = "products/<slug:slug>/hazards/"

urlpatterns = [
    path(f"{LOG}import/", importing.import_hazards, name="import_hazards"),
    path(f"{LOG}import/<uuid:key>/", importing.import_preview, name="import_preview"),
    path(f"{LOG}imports/", importing.import_list, name="import_list"),
    path(f"{LOG}imports/<uuid:public_id>/", importing.import_report, name="import_report"),
]
