"""Addresses of reviews."""

from django.urls import path

from reviews.views import calendar

urlpatterns = [
    path("products/<slug:slug>/reviews/", calendar.review_list, name="review_list"),
    path(
        "products/<slug:slug>/hazards/<str:reference>/review/",
        calendar.review_record,
        name="review_record",
    ),
]
