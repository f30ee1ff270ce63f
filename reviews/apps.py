"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Who looked and what was decided."""

    name = "reviews"
    verbose_name = "Reviews"
