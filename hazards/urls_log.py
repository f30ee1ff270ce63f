"""Addresses of the work on the hazard log's own page: saved views, edits in its rows, many at once.

They stand before those of hazards, which take any reference.
"""

from django.urls import path

from hazards.views import saved_views

HERE = "products/<slug:slug>/log/"
VIEW = f"{HERE}views/<uuid:public_id>/"

urlpatterns = [
    path(f"{HERE}views/", saved_views.saved_view_list, name="saved_view_list"),
    path(f"{HERE}views/new/", saved_views.saved_view_new, name="saved_view_new"),
    path(VIEW, saved_views.saved_view_edit, name="saved_view_edit"),
    path(f"{VIEW}withdraw/", saved_views.saved_view_withdraw, name="saved_view_withdraw"),
]
