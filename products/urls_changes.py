"""Addresses of changes, and of how far things are built."""

from django.urls import path

from products.views import changes

ONE = "products/<slug:slug>/"
CHANGE = f"{ONE}changes/<str:reference>/"

urlpatterns = [
    path(f"{ONE}changes/", changes.change_list, name="change_list"),
    path(f"{ONE}changes/new/", changes.change_new, name="change_new"),
    path(CHANGE, changes.change_detail, name="change_detail"),
    path(f"{CHANGE}edit/", changes.change_edit, name="change_edit"),
    path(f"{CHANGE}build/", changes.change_build, name="change_build"),
    path(f"{CHANGE}withdraw/", changes.change_withdraw, name="change_withdraw"),
    path(f"{CHANGE}restore/", changes.change_restore, name="change_restore"),
    path(f"{CHANGE}history/", changes.change_history, name="change_history"),
    path(f"{ONE}features/<str:reference>/build/", changes.feature_build, name="feature_build"),
]
