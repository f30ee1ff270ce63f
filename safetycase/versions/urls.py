"""Addresses of versions: freezing, signing, issuing, comparing, and their files."""

from django.urls import path

from safetycase.views import (
    hazard_versions,
    version_compare,
    version_files,
    version_freeze,
    version_signing,
    versions,
)

CASE = "products/<slug:slug>/safety-case/"
VERSION = f"{CASE}versions/<int:number>"
CANDIDATE = f"{CASE}candidates/<uuid:public_id>/"

urlpatterns = [
    path(
        "products/<slug:slug>/hazards/<str:reference>/versions/",
        hazard_versions.hazard_versions,
        name="hazard_versions",
    ),
    path(f"{CASE}freeze/", version_freeze.version_freeze, name="version_freeze"),
    path(f"{CASE}versions/compare/", version_compare.version_compare, name="version_compare"),
    path(f"{VERSION}/", versions.version_detail, name="version_detail"),
    path(f"{VERSION}.pdf", version_files.version_pdf, name="version_pdf"),
    path(f"{VERSION}.json", version_files.version_json, name="version_json"),
    path(f"{VERSION}.xlsx", version_files.version_xlsx, name="version_xlsx"),
    path(f"{VERSION}.csv", version_files.version_csv, name="version_csv"),
    path(CANDIDATE, versions.version_candidate, name="version_candidate"),
    path(f"{CANDIDATE}sign/<str:meaning>/", version_signing.version_sign, name="version_sign"),
    path(f"{CANDIDATE}reject/", version_signing.version_reject, name="version_reject"),
    path(f"{CANDIDATE}issue/", version_signing.version_issue, name="version_issue"),
    path(f"{CANDIDATE}pdf/", version_files.version_pdf_request, name="version_pdf_request"),
    path(f"{CANDIDATE}copy/", version_files.version_copy_request, name="version_copy_request"),
    path(
        f"{CASE}copies/<uuid:public_id>.pdf",
        version_files.version_copy_download,
        name="version_copy_download",
    ),
]
