"""The ledger, its seals, and who read what."""

from audit.models.access_event import AccessEvent
from audit.models.entry import Entry, LedgerRow
from audit.models.seal import PendingEntry, Seal, SealedEntry

__all__ = ["AccessEvent", "Entry", "LedgerRow", "PendingEntry", "Seal", "SealedEntry"]
