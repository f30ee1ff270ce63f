"""The hazard log's tables."""

from hazards.models.cause import Cause, Harm
from hazards.models.control import Control, ControlLink, NewHazardLink
from hazards.models.estimate import Assumption, Estimate
from hazards.models.evidence import Evidence, EvidenceFile, EvidenceLink
from hazards.models.hazard import Hazard, HazardFeature
from hazards.models.import_batch import ImportBatch
from hazards.models.matrix import (
    Cell,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from hazards.models.plan import Plan, PlanClass

__all__ = [
    "Assumption",
    "Cause",
    "Cell",
    "Control",
    "ControlLink",
    "Estimate",
    "Evidence",
    "EvidenceFile",
    "EvidenceLink",
    "Harm",
    "HarmOutcome",
    "Hazard",
    "HazardFeature",
    "ImportBatch",
    "LikelihoodLevel",
    "MatrixVersion",
    "NewHazardLink",
    "Plan",
    "PlanClass",
    "RiskClass",
    "SeverityLevel",
]
