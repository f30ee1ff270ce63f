"""Addresses of trade-off decisions."""

from django.urls import path

from reviews.views import decision_options, decision_signing, decisions

ALL = "products/<slug:slug>/decisions/"
ONE = f"{ALL}<str:reference>/"
OPTION = f"{ONE}options/<uuid:public_id>/"
SAFEGUARD = f"{ONE}safeguards/<uuid:public_id>/"
TRIGGER = f"{ONE}triggers/<uuid:public_id>/"
ROW = f"{ONE}hazards/<uuid:public_id>/"

urlpatterns = [
    path(ALL, decisions.decision_list, name="decision_list"),
    path(f"{ALL}new/", decisions.decision_new, name="decision_new"),
    path(ONE, decisions.decision_detail, name="decision_detail"),
    path(f"{ONE}edit/", decisions.decision_edit, name="decision_edit"),
    path(f"{ONE}views/<str:side>/", decisions.decision_view, name="decision_view"),
    path(f"{ONE}third-option/", decisions.decision_questions, name="decision_questions"),
    path(f"{ONE}choose/", decisions.decision_choose, name="decision_choose"),
    path(f"{ONE}drop/", decisions.decision_drop, name="decision_drop"),
    path(f"{ONE}supersede/", decisions.decision_supersede, name="decision_supersede"),
    path(f"{ONE}history/", decisions.decision_history, name="decision_history"),
    path(f"{ONE}sign/<str:meaning>/", decision_signing.decision_sign, name="decision_sign"),
    path(f"{ONE}reject/", decision_signing.decision_reject, name="decision_reject"),
    path(f"{ONE}dissent/", decision_signing.decision_dissent, name="decision_dissent"),
    path(f"{ONE}triggers/new/", decision_signing.trigger_new, name="trigger_new"),
    path(f"{TRIGGER}remove/", decision_signing.trigger_remove, name="trigger_remove"),
    path(f"{TRIGGER}fire/", decision_signing.trigger_fire, name="trigger_fire"),
    path(f"{ONE}options/new/", decision_options.option_new, name="option_new"),
    path(f"{OPTION}edit/", decision_options.option_edit, name="option_edit"),
    path(f"{OPTION}remove/", decision_options.option_remove, name="option_remove"),
    path(f"{OPTION}safeguards/new/", decision_options.safeguard_new, name="safeguard_new"),
    path(f"{OPTION}hazards/<uuid:row>/", decision_options.option_hazard, name="option_hazard"),
    path(f"{ONE}hazards/new/", decision_options.decision_hazard_new, name="decision_hazard_new"),
    path(f"{ROW}remove/", decision_options.decision_hazard_remove, name="decision_hazard_remove"),
    path(f"{SAFEGUARD}edit/", decision_options.safeguard_edit, name="safeguard_edit"),
    path(f"{SAFEGUARD}remove/", decision_options.safeguard_remove, name="safeguard_remove"),
]
