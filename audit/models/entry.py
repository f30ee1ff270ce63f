"""The ledger: one entry for each version of each tracked row and for each append-only row."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models

from audit.errors import SideDoor
from audit.guards import GuardedQuerySet


class LedgerRow(models.Model):
    """A row of the ledger itself: written once, by the ledger, and vouched for by no other."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: entries are written beside their rows, seals over entries."""
        raise SideDoor("A row of the ledger is written by the ledger, never by itself.")

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: the ledger has no delete."""
        raise SideDoor("The ledger has no delete.")


class Entry(LedgerRow):
    """What was written, as canonical JSON text with its hash; by whom, when, why.

    Written in the same transaction as the row. ``table`` and ``key`` name the row that the entry
    vouches for (a history row or a fact); ``model`` and ``object_id`` name the thing it is about.
    """

    class Kind(models.TextChoices):
        ADDED = "+", "added"
        CHANGED = "~", "changed"

    act = models.UUIDField(db_index=True)
    scope = models.CharField(max_length=36, blank=True)  # a product's public id
    table = models.CharField(max_length=100)
    key = models.CharField(max_length=40)
    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    label = models.CharField(max_length=200)
    kind = models.CharField(max_length=1, choices=Kind.choices)
    row = models.TextField()
    sha256 = models.CharField(max_length=64)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()

    class Meta(LedgerRow.Meta):
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["table", "key"], name="one_entry_for_a_row"),
        ]
        indexes = [
            models.Index(fields=["model", "object_id", "id"], name="entry_of_object"),
            models.Index(fields=["scope", "id"], name="entry_of_scope"),
            models.Index(fields=["person", "id"], name="entry_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.label} {self.get_kind_display()} at {self.at:%Y-%m-%d %H:%M}"
