"""Addresses of the hazard library."""

from django.urls import path

from hazards.views import library

LIBRARY = "products/<slug:slug>/library/"
FAMILY = f"{LIBRARY}families/<slug:family>/"

urlpatterns = [
    path(LIBRARY, library.hazard_library, name="hazard_library"),
    path(f"{LIBRARY}<slug:entry>/draft/", library.library_draft, name="library_draft"),
    path(f"{FAMILY}set-aside/", library.library_set_aside, name="library_set_aside"),
    path(f"{FAMILY}take-back/", library.library_take_back, name="library_take_back"),
]
