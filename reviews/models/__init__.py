"""Who looked and what was decided."""

from reviews.models.acceptance import Acceptance
from reviews.models.charter import Charter, CharterOutcome, CharterTradeOff, DecisionRight
from reviews.models.checkpoint import ActionItem, Checkpoint, CheckpointRhythm
from reviews.models.concern import Concern, HazardLook, Question
from reviews.models.decision import (
    Decision,
    DecisionHazard,
    DecisionOption,
    Dissent,
    OptionEstimate,
    ReviewTrigger,
    Safeguard,
    SafeguardHazard,
)
from reviews.models.hazard_review import HazardReview
from reviews.models.risk_benefit import RiskBenefit
from reviews.models.sign_off import Rejection, SignOff
from reviews.models.story import Story
from reviews.models.triage import Triage, TriageAnswer, TriageCover
from reviews.models.workshop import (
    Attendance,
    Workshop,
    WorkshopEntry,
    WorkshopFeature,
    WorkshopStep,
)

__all__ = [
    "Acceptance",
    "ActionItem",
    "Attendance",
    "Charter",
    "CharterOutcome",
    "CharterTradeOff",
    "Checkpoint",
    "CheckpointRhythm",
    "Concern",
    "Decision",
    "DecisionHazard",
    "DecisionOption",
    "DecisionRight",
    "Dissent",
    "HazardLook",
    "HazardReview",
    "OptionEstimate",
    "Question",
    "Rejection",
    "ReviewTrigger",
    "RiskBenefit",
    "Safeguard",
    "SafeguardHazard",
    "SignOff",
    "Story",
    "Triage",
    "TriageAnswer",
    "TriageCover",
    "Workshop",
    "WorkshopEntry",
    "WorkshopFeature",
    "WorkshopStep",
]
