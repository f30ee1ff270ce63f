"""Addresses of triage, looks, concerns and questions."""

from django.urls import path

from reviews.views import concerns, looks, questions, triage

ONE = "products/<slug:slug>/"
TRIAGE = f"{ONE}triage/<str:kind>/<str:reference>/"
QUESTION = f"{ONE}questions/<uuid:public_id>/"

urlpatterns = [
    path(f"{ONE}triage/", triage.triage_list, name="triage_list"),
    path(TRIAGE, triage.triage_of, name="triage_of"),
    path(f"{TRIAGE}answer/", triage.triage_answer, name="triage_answer"),
    path(f"{ONE}hazards/<str:reference>/looked/", looks.hazard_looked, name="hazard_looked"),
    path("concern/", concerns.concern, name="concern"),
    path(f"{ONE}concerns/", concerns.concern_list, name="concern_list"),
    path(f"{ONE}concerns/<uuid:public_id>/", concerns.concern_detail, name="concern_detail"),
    path(f"{ONE}questions/", questions.question_list, name="question_list"),
    path(f"{ONE}questions/ask/", questions.question_ask, name="question_ask"),
    path(f"{QUESTION}answer/", questions.question_answer, name="question_answer"),
    path(f"{QUESTION}withdraw/", questions.question_withdraw, name="question_withdraw"),
]
