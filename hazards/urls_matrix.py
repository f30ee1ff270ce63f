"""Addresses of the risk matrix and its versions."""

from django.urls import path

from hazards.views import matrices

MATRIX = "products/<slug:slug>/matrix/"
VERSION = f"{MATRIX}<int:number>/"

urlpatterns = [
    path(MATRIX, matrices.risk_matrix, name="risk_matrix"),
    path(f"{MATRIX}new/", matrices.risk_matrix_new, name="risk_matrix_new"),
    path(VERSION, matrices.risk_matrix_version, name="risk_matrix_version"),
    path(f"{VERSION}edit/", matrices.risk_matrix_edit, name="risk_matrix_edit"),
    path(f"{VERSION}changes/", matrices.risk_matrix_changes, name="risk_matrix_changes"),
    path(f"{VERSION}approve/", matrices.risk_matrix_approve, name="risk_matrix_approve"),
    path(f"{VERSION}discard/", matrices.risk_matrix_discard, name="risk_matrix_discard"),
]
