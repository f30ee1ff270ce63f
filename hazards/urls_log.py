"""Addresses of the work on the hazard log's own page: saved views, edits in its rows, many at once.

They stand before those of hazards, which take any reference.
"""

from django.urls import path

from hazards.views import bulk, log_editing, palette, saved_views

HERE = "products/<slug:slug>/log/"
ROW = "products/<slug:slug>/hazards/<reference:reference>/log/"
VIEW = f"{HERE}views/<uuid:public_id>/"

urlpatterns = [
    path(f"{HERE}views/", saved_views.saved_view_list, name="saved_view_list"),
    path(f"{HERE}views/new/", saved_views.saved_view_new, name="saved_view_new"),
    path(VIEW, saved_views.saved_view_edit, name="saved_view_edit"),
    path(f"{VIEW}withdraw/", saved_views.saved_view_withdraw, name="saved_view_withdraw"),
    path("products/<slug:slug>/go/", palette.go_to, name="go_to"),
    path(f"{HERE}change/", bulk.log_change, name="log_change"),
    path(f"{ROW}risk/<slug:stage>/", log_editing.log_risk, name="log_risk"),
    path(f"{ROW}<slug:cell>/", log_editing.log_cell, name="log_cell"),
    path(f"{ROW}<slug:cell>/undo/<uuid:act>/", log_editing.log_cell_undo, name="log_cell_undo"),
]
