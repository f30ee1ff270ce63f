"""Addresses of reviews, and of what is signed: plans, appointments, acceptances, signatures."""

from django.urls import include, path

from reviews.views import (
    acceptances,
    appointments,
    calendar,
    legacy_lists,
    plan,
    plan_editing,
    sign_offs,
)

ONE = "products/<slug:slug>/"
PLAN = f"{ONE}plan/<int:number>/"
SIGN_OFF = f"{ONE}sign-offs/<uuid:public_id>/"

urlpatterns = [
    path("", include("reviews.rhythm.urls")),
    path("", include("reviews.charter.urls")),
    path("", include("reviews.risk_benefit.urls")),
    path("", include("reviews.stories.urls")),
    path("", include("reviews.decisions.urls")),
    path("", include("reviews.meetings.urls")),
    path(f"{ONE}reviews/", calendar.review_list, name="review_list"),
    path(
        f"{ONE}hazards/<str:reference>/review/",
        calendar.review_record,
        name="review_record",
    ),
    path(f"{ONE}plan/", plan.plan, name="plan"),
    path(f"{ONE}plan/draft/", plan.plan_draft, name="plan_draft"),
    path(PLAN, plan.plan_version, name="plan_version"),
    path(f"{PLAN}edit/", plan_editing.plan_edit, name="plan_edit"),
    path(f"{PLAN}sign/<str:meaning>/", plan.plan_sign, name="plan_sign"),
    path(f"{PLAN}reject/", plan.plan_reject, name="plan_reject"),
    path(f"{PLAN}history/", plan.plan_history, name="plan_history"),
    path(f"{ONE}team/<uuid:public_id>/appointment/", appointments.appointment, name="appointment"),
    path(f"{ONE}acceptances/", acceptances.acceptances, name="acceptances"),
    path(
        f"{ONE}quality/legacy/<uuid:public_id>/sign/",
        legacy_lists.legacy_list_sign,
        name="legacy_list_sign",
    ),
    path(SIGN_OFF, sign_offs.sign_off, name="sign_off"),
    path(f"{SIGN_OFF}withdraw/", sign_offs.sign_off_withdraw, name="sign_off_withdraw"),
]
