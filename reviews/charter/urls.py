"""Addresses of the safety charter."""

from django.urls import path

from reviews.views import charter, charter_editing

ALL = "products/<slug:slug>/charter/"
ONE = f"{ALL}<int:number>/"
LINES = f"{ONE}<str:kind>/"
LINE = f"{LINES}<uuid:public_id>/"

urlpatterns = [
    path(ALL, charter.charter, name="charter"),
    path(f"{ALL}draft/", charter.charter_draft, name="charter_draft"),
    path(ONE, charter.charter_version, name="charter_version"),
    path(f"{ONE}promise/", charter_editing.charter_promise, name="charter_promise"),
    path(f"{ONE}compare/", charter.charter_compare, name="charter_compare"),
    path(f"{ONE}sign/<str:meaning>/", charter.charter_sign, name="charter_sign"),
    path(f"{ONE}reject/", charter.charter_reject, name="charter_reject"),
    path(f"{ONE}history/", charter.charter_history, name="charter_history"),
    path(f"{LINES}add/", charter_editing.charter_line_add, name="charter_line_add"),
    path(f"{LINE}edit/", charter_editing.charter_line_edit, name="charter_line_edit"),
    path(f"{LINE}move/", charter_editing.charter_line_move, name="charter_line_move"),
    path(f"{LINE}take-out/", charter_editing.charter_line_take_out, name="charter_line_take_out"),
]
