"""Append-only models: facts that never change. Insert only, in Python and by triggers."""

import uuid
from typing import Any, ClassVar, NoReturn

from django.db import models, transaction

from audit import ledger
from audit.acts import current_act
from audit.errors import SideDoor
from audit.guards import GuardedQuerySet
from audit.text import check_texts_of
from audit.values import settle_values


class AppendOnly(models.Model):
    """A fact: an estimate, a file of evidence, a baseline. Written once, inside an act."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = GuardedQuerySet.as_manager()
    timeline_hides: ClassVar[frozenset[str]] = frozenset()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the row and its ledger entry, or nothing.

        Raises ``SideDoor`` when the row stands already, ``NoAct`` outside an act, ``BadText`` for
        text that cannot be stored.
        """
        if not self._state.adding:
            raise SideDoor(f"{self._meta.label}: a fact never changes; record a newer one.")
        act = current_act()
        settle_values(self)
        check_texts_of(self)
        key = self.pk
        try:
            with transaction.atomic():
                super().save(force_insert=True)
                ledger.enter([ledger.entry_for_fact(self, act)])
        except BaseException:
            self.pk, self._state.adding = key, True  # it does not stand, so it is new still
            raise

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: a fact is never deleted."""
        raise SideDoor(f"{self._meta.label}: a fact is never deleted.")
