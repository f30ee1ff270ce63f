"""Addresses of the quality rules: what they find, the questions behind it, waivers and legacy."""

from django.urls import path

from hazards.views import quality, quality_challenge

ONE = "products/<slug:slug>/"
QUALITY = f"{ONE}quality/"
FINDING = "<slug:rule>/<reference:about>/<reference:subject>"

urlpatterns = [
    path(QUALITY, quality.quality, name="quality"),
    path(f"{QUALITY}check/", quality.quality_check, name="quality_check"),
    path(f"{QUALITY}rules/", quality.quality_rules, name="quality_rules"),
    path(f"{QUALITY}{FINDING}/waive/", quality.finding_waive, name="finding_waive"),
    path(f"{QUALITY}waivers/", quality.waiver_list, name="waiver_list"),
    path(
        f"{QUALITY}waivers/<uuid:public_id>/withdraw/",
        quality.waiver_withdraw,
        name="waiver_withdraw",
    ),
    path(f"{QUALITY}legacy/<uuid:public_id>/", quality_challenge.legacy_list, name="legacy_list"),
    path(f"{ONE}challenge/", quality_challenge.challenge, name="challenge"),
    path(f"{ONE}challenge/{FINDING}/", quality_challenge.challenge_answer, name="challenge_answer"),
]
