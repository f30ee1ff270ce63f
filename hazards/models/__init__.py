"""The hazard log's tables."""

from hazards.models.cause import Cause, Harm
from hazards.models.control import Control, ControlLink, NewHazardLink
from hazards.models.estimate import Assumption, Estimate
from hazards.models.evidence import Evidence, EvidenceFile, EvidenceLink
from hazards.models.hazard import Hazard, HazardFeature
from hazards.models.import_batch import ImportBatch
from hazards.models.kept import ImportMapping, SavedView
from hazards.models.library import NotApplicable
from hazards.models.matrix import (
    Cell,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from hazards.models.plan import Plan, PlanClass
from hazards.models.quality import ChallengeAnswer, Finding, LegacyList, QualityDay, Waiver
from hazards.models.summary import HazardSummary, SearchDocument

__all__ = [
    "Assumption",
    "Cause",
    "Cell",
    "ChallengeAnswer",
    "Control",
    "ControlLink",
    "Estimate",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "Finding",
    "Harm",
    "HarmOutcome",
    "Hazard",
    "HazardFeature",
    "HazardSummary",
    "ImportBatch",
    "ImportMapping",
    "LegacyList",
    "LikelihoodLevel",
    "MatrixVersion",
    "NewHazardLink",
    "NotApplicable",
    "Plan",
    "PlanClass",
    "QualityDay",
    "RiskClass",
    "SavedView",
    "SearchDocument",
    "SeverityLevel",
    "Waiver",
]
