"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Who looked and what was decided."""

    name = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        """Ask for acceptances before a hazard is transferred or closed, and check signatures."""
        from audit.verifying.registry import register_verifier
        from hazards.transitions import register_status_condition
        from reviews.charter_source import register_charters
        from reviews.conditions import (
            residual_risk_is_accepted,
            residual_risk_of_new_is_accepted,
        )
        from reviews.decision_sources import register_decisions
        from reviews.legacy_lists import register_legacy_lists
        from reviews.quality_rules import register_quality_rules
        from reviews.verifying import signatures_as_given

        register_status_condition(
            residual_risk_is_accepted, of_new=residual_risk_of_new_is_accepted
        )
        register_verifier("signatures", signatures_as_given)
        register_quality_rules()
        register_charters()
        register_decisions()
        register_legacy_lists()
