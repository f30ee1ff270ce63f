"""Addresses of the release gate, of going out in spite of it, and of release statements."""

from django.urls import path

from safetycase.views import gate

RELEASE = "products/<slug:slug>/releases/<str:label>/"
GATE = f"{RELEASE}gate/"
GLASS = f"{GATE}break-glass/<uuid:public_id>/"

urlpatterns = [
    path(GATE, gate.release_gate, name="release_gate"),
    path(f"{GATE}break-glass/", gate.break_glass_ask, name="break_glass_ask"),
    path(GLASS, gate.break_glass, name="break_glass"),
    path(f"{GLASS}sign/<str:meaning>/", gate.break_glass_sign, name="break_glass_sign"),
    path(f"{GLASS}reject/", gate.break_glass_reject, name="break_glass_reject"),
    path(f"{RELEASE}statement/", gate.release_statement, name="release_statement"),
    path(f"{RELEASE}statement/new/", gate.release_state, name="release_state"),
]
