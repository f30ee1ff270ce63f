"""Seals: hash chains over the ledger, so that a later change of any entry shows.

A seal covers the entries that were pending when it was made, never "all up to an id": two writers
may commit their entries in the other order than they numbered them.
"""

from django.db import models

from audit.models.entry import Entry, LedgerRow


class PendingEntry(models.Model):
    """Operational: an entry that no seal covers yet; the seal that comes to cover it deletes it."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)

    class Meta:
        verbose_name_plural = "pending entries"

    def __str__(self) -> str:
        return f"Entry {self.entry_id} waits for its seal"


class Seal(LedgerRow):
    """A seal over ``count`` entries: their Merkle root, chained to the seal before it.

    ``sha256`` is the hash of everything else in the row. Number 0 is the beginning: it covers
    nothing, and whoever seals locks its row.
    """

    number = models.PositiveBigIntegerField(unique=True)
    previous = models.CharField("hash of the seal before", max_length=64, blank=True)
    root = models.CharField("Merkle root", max_length=64, blank=True)
    count = models.PositiveIntegerField("entries")
    at = models.DateTimeField("made at")
    sha256 = models.CharField("hash", max_length=64)

    class Meta(LedgerRow.Meta):
        ordering = ("number",)

    def __str__(self) -> str:
        return f"Seal {self.number}"


class SealedEntry(LedgerRow):
    """An entry's place under a seal, and the hash of the entry as it was then (its leaf)."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    seal = models.ForeignKey(Seal, on_delete=models.PROTECT, related_name="entries")
    position = models.PositiveIntegerField("place under the seal")  # from 0
    leaf = models.CharField(max_length=64)

    class Meta(LedgerRow.Meta):
        verbose_name_plural = "sealed entries"
        constraints = [
            models.UniqueConstraint(fields=["seal", "position"], name="sealed_place_once"),
        ]

    def __str__(self) -> str:
        return f"Entry {self.entry_id} under seal {self.seal_id}"
