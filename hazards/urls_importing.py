"""Addresses of imports. They stand before those of hazards, which take any reference."""

from django.urls import path

from hazards.views import importing, importing_reports

LOG = "products/<slug:slug>/hazards/"
WAITING = f"{LOG}import/<uuid:key>/"
JOB = f"{LOG}imports/under-way/<uuid:public_id>/"

urlpatterns = [
    path(f"{LOG}import/", importing.import_hazards, name="import_hazards"),
    path(f"{WAITING}columns/", importing.import_columns, name="import_columns"),
    path(WAITING, importing.import_preview, name="import_preview"),
    path(f"{LOG}imports/", importing_reports.import_list, name="import_list"),
    path(JOB, importing_reports.import_job, name="import_job"),
    path(f"{JOB}progress/", importing_reports.import_progress, name="import_progress"),
    path(f"{LOG}imports/<uuid:public_id>/", importing_reports.import_report, name="import_report"),
]
