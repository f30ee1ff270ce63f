"""The safety case's tables."""

from safetycase.models.release import BreakGlass, GateDay, GateResult, ReleaseStatement
from safetycase.models.section import Section
from safetycase.models.version import Baseline, Issue, RenderedPdf

__all__ = [
    "Baseline",
    "BreakGlass",
    "GateDay",
    "GateResult",
    "Issue",
    "ReleaseStatement",
    "RenderedPdf",
    "Section",
]
