"""The safety case's tables."""

from safetycase.models.section import Section

__all__ = ["Section"]
