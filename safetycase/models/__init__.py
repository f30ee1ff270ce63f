"""The safety case's tables."""

from safetycase.models.section import Section
from safetycase.models.version import Baseline, Issue, RenderedPdf

__all__ = ["Baseline", "Issue", "RenderedPdf", "Section"]
