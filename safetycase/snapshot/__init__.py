"""Snapshots: a product, its release and its hazard log at one moment, as plain values.

The PDF renders from a snapshot and from nothing else.
"""

from safetycase.snapshot.build import draft_document, take_snapshot
from safetycase.snapshot.shape import Snapshot

__all__ = ["Snapshot", "draft_document", "take_snapshot"]
