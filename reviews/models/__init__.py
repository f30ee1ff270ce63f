"""Who looked and what was decided."""

from reviews.models.acceptance import Acceptance
from reviews.models.hazard_review import HazardReview
from reviews.models.sign_off import Rejection, SignOff

__all__ = ["Acceptance", "HazardReview", "Rejection", "SignOff"]
