"""The reviews app."""

from django.apps import AppConfig


class ReviewsConfig(AppConfig):
    """Who looked and what was decided."""

    name = "reviews"
    verbose_name = "Reviews"

    def ready(self) -> None:
        """Ask for acceptances before a hazard is transferred or closed, and check signatures."""
        from audit.verifying.registry import register_verifier
        from hazards.log_marks import register_log_marks
        from hazards.transitions import register_status_condition
        from products.feature_hooks import on_feature_changed, on_feature_withdrawn
        from products.hooks import in_feature_history, on_ticket_changed, on_ticket_made
        from reviews.acceptance.conditions import (
            residual_risk_is_accepted,
            residual_risk_of_new_is_accepted,
        )
        from reviews.legacy_lists import register_legacy_lists
        from reviews.meetings.session_quality import register_session_rule
        from reviews.quality_rules import register_quality_rules
        from reviews.rhythm.feature_changes import feature_was_changed, feature_was_withdrawn
        from reviews.rhythm.looking import rhythm_in_feature_history, to_look_at
        from reviews.rhythm.triage_due import keep_triage_due
        from reviews.rhythm.triage_quality import register_triage_rules
        from reviews.signing.agreements import register_agreements
        from reviews.signing.verifying import signatures_as_given
        from reviews.stories.quality import register_story_rule
        from reviews.stories.tickets import story_has_a_ticket
        from reviews.tickets import ticket_has_changed

        register_status_condition(
            residual_risk_is_accepted, of_new=residual_risk_of_new_is_accepted
        )
        on_feature_changed(feature_was_changed)
        on_feature_withdrawn(feature_was_withdrawn)
        in_feature_history(rhythm_in_feature_history)
        register_log_marks(to_look_at)
        on_ticket_changed(ticket_has_changed)
        register_verifier("signatures", signatures_as_given)
        register_quality_rules()
        register_session_rule()
        register_triage_rules()
        keep_triage_due()
        register_story_rule()
        on_ticket_made(story_has_a_ticket)
        register_agreements()
        register_legacy_lists()
