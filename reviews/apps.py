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
        from reviews.acceptance.conditions import (
            residual_risk_is_accepted,
            residual_risk_of_new_is_accepted,
        )
        from reviews.signing.agreements import register_agreements
        from reviews.signing.legacy_lists import register_legacy_lists
        from reviews.signing.verifying import signatures_as_given

        register_status_condition(
            residual_risk_is_accepted, of_new=residual_risk_of_new_is_accepted
        )
        register_verifier("signatures", signatures_as_given)
        register_agreements()
        register_legacy_lists()
        _register_rules()
        _follow_features_and_tickets()
        _tell_the_log()


def _register_rules() -> None:
    """Let the quality rules ask who may approve, who looked when, and what was triaged."""
    from reviews.meetings.session_quality import register_session_rule
    from reviews.quality_rules import register_quality_rules
    from reviews.rhythm.triage_due import keep_triage_due
    from reviews.rhythm.triage_quality import register_triage_rules
    from reviews.stories.quality import register_story_rule

    register_quality_rules()
    register_session_rule()
    register_triage_rules()
    keep_triage_due()
    register_story_rule()


def _follow_features_and_tickets() -> None:
    """Hear of features that change, and of tickets."""
    from products.feature_hooks import on_feature_changed, on_feature_withdrawn
    from products.hooks import in_feature_history, on_ticket_changed, on_ticket_made
    from reviews.rhythm.feature_changes import feature_was_changed, feature_was_withdrawn
    from reviews.rhythm.looking import rhythm_in_feature_history
    from reviews.stories.reading import stories_in_feature_history
    from reviews.stories.tickets import story_has_a_ticket, ticket_has_changed

    on_feature_changed(feature_was_changed)
    on_feature_withdrawn(feature_was_withdrawn)
    in_feature_history(rhythm_in_feature_history)
    in_feature_history(stories_in_feature_history)
    on_ticket_changed(ticket_has_changed)
    on_ticket_made(story_has_a_ticket)


def _tell_the_log() -> None:
    """Say in the hazard log what waits for a look, and when hazards are due."""
    from hazards.log_marks import register_log_marks
    from hazards.review_days import register_reviewing
    from reviews.calendar.cadence import ByCadence
    from reviews.rhythm.looking import to_look_at, waits_for_a_look

    register_log_marks(to_look_at, "to_look_at", waits_for_a_look)
    register_reviewing(ByCadence)
