"""The hazards app."""

from django.apps import AppConfig


class HazardsConfig(AppConfig):
    """The hazard log: hazards, causes, controls, evidence, estimates and matrices."""

    name = "hazards"
    verbose_name = "Hazard log"
