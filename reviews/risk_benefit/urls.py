"""Addresses of clinical risk–benefit analyses."""

from django.urls import path

from reviews.views import risk_benefit

ALL = "products/<slug:slug>/risk-benefit/"
ONE = f"{ALL}<int:number>/"

urlpatterns = [
    path(ALL, risk_benefit.risk_benefit_list, name="risk_benefit_list"),
    path(
        f"{ALL}begin/<str:reference>/", risk_benefit.risk_benefit_draft, name="risk_benefit_draft"
    ),
    path(ONE, risk_benefit.risk_benefit, name="risk_benefit"),
    path(f"{ONE}edit/", risk_benefit.risk_benefit_edit, name="risk_benefit_edit"),
    path(f"{ONE}drop/", risk_benefit.risk_benefit_drop, name="risk_benefit_drop"),
    path(f"{ONE}sign/<str:meaning>/", risk_benefit.risk_benefit_sign, name="risk_benefit_sign"),
    path(f"{ONE}reject/", risk_benefit.risk_benefit_reject, name="risk_benefit_reject"),
    path(f"{ONE}history/", risk_benefit.risk_benefit_history, name="risk_benefit_history"),
]
