"""Addresses of the safety case, of background jobs, of a product's home, and for machines."""

from django.urls import include, path

from safetycase.views import apart, health, history, home, my_work, report, sections

ONE = "products/<slug:slug>/"
CASE = f"{ONE}safety-case/"
SECTION = f"{CASE}sections/<slug:key>/"
JOB = f"{ONE}jobs/<uuid:public_id>/"

urlpatterns = [
    path("", my_work.my_work, name="my_work"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path(ONE, home.product_home, name="product_home"),
    path(f"{ONE}apart/", apart.apart, name="apart"),
    path(f"{ONE}outlook/", my_work.product_outlook, name="product_outlook"),
    path(f"{ONE}missing/", home.product_missing, name="product_missing"),
    path(f"{ONE}history/", history.product_history, name="product_history"),
    path(f"{ONE}history.csv", history.history_csv_export, name="history_csv"),
    path(f"{ONE}history.xlsx", history.history_xlsx_export, name="history_xlsx"),
    path(f"{ONE}history/check/", history.record_check_request, name="record_check_request"),
    path(f"{ONE}history/checks/<uuid:public_id>/", history.record_check, name="record_check"),
    path(CASE, report.safety_case, name="safety_case"),
    path(f"{CASE}drafts/", report.draft_request, name="draft_request"),
    path(f"{CASE}drafts/<uuid:public_id>.pdf", report.draft_download, name="draft_download"),
    path("", include("safetycase.versions.urls")),
    path("", include("safetycase.urls_log_export")),
    path("", include("safetycase.gate.urls")),
    path("", include("safetycase.urls_pictures")),
    path(SECTION, sections.section, name="section"),
    path(f"{SECTION}edit/", sections.section_edit, name="section_edit"),
    path(f"{SECTION}preview/", sections.section_preview, name="section_preview"),
    path(f"{SECTION}history/", sections.section_history, name="section_history"),
    path(JOB, report.job_detail, name="job_detail"),
    path(f"{JOB}progress/", report.job_progress, name="job_progress"),
]
