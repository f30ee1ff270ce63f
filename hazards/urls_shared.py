"""Addresses of what people do together: undoing, comments, shared controls, merging, splitting."""

from django.urls import path

from hazards.views import undoing

PRODUCT = "products/<slug:slug>/"
HAZARD = f"{PRODUCT}hazards/<reference:reference>/"

urlpatterns = [
    path(f"{HAZARD}undo/", undoing.hazard_undo, name="hazard_undo"),
    path(f"{PRODUCT}undo/<uuid:act>/", undoing.act_undo, name="act_undo"),
]
