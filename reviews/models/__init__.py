"""Who looked and what was decided."""

from reviews.models.hazard_review import HazardReview

__all__ = ["HazardReview"]
