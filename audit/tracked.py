"""Tracked models: people edit them, and every version of every row is kept.

``Tracked`` brings history (django-simple-history), guards against every write that history cannot
see, and a version number for optimistic locking. Saving one needs an act (``audit.acts``).
"""

import functools
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, ClassVar, NoReturn, Self

from django.db import models, transaction
from simple_history.manager import HistoryManager
from simple_history.models import HistoricalRecords

from audit.acts import current_act
from audit.errors import NotPossible, SideDoor
from audit.guards import GuardedHistoryQuerySet, GuardedQuerySet, HistoryRow
from audit.text import check_texts_of
from audit.values import settle_values


class Versions(HistoryManager):  # type: ignore[misc]  # simple_history ships no types
    """The door to a row's history, whose class is made once and not at every look."""

    @classmethod
    @functools.cache
    def from_queryset(cls, queryset_class: type[Any], class_name: str | None = None) -> Any:
        """The manager with the queryset's methods."""
        return super().from_queryset(queryset_class, class_name)


class Records(HistoricalRecords):  # type: ignore[misc]  # simple_history ships no types
    """History whose person, reason and time are those of the act under way."""

    def create_historical_record(
        self, instance: "Tracked", history_type: str, using: str | None = None
    ) -> None:
        """Write the history row of a save, at the act's time."""
        instance._history_date = current_act().moment_for(instance)
        super().create_historical_record(instance, history_type, using)

    def get_history_user(self, instance: "Tracked") -> Any:
        """The person of the act, never a guess from a request."""
        return current_act().by

    def get_change_reason_for_object(
        self, instance: "Tracked", history_type: str, using: str | None
    ) -> str:
        """The reason of the act."""
        return current_act().reason


class Tracked(models.Model):
    """A row that people edit. Its history is complete, and it is never deleted."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = Records(
        inherit=True,
        bases=[HistoryRow],
        history_manager=Versions,
        historical_queryset=GuardedHistoryQuerySet,
        use_base_model_db=False,
    )
    objects = GuardedQuerySet.as_manager()

    #: Fields that the timeline leaves out (they mean nothing to a person).
    timeline_hides: ClassVar[frozenset[str]] = frozenset()
    #: Fields that hold several keys with a space between, and the words of each key.
    timeline_keys: ClassVar[Mapping[str, Mapping[str, str]]] = {}

    _history_date: Any
    _loaded: dict[str, Any]

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row, its history and its ledger entry, or nothing.

        A save that changes nothing writes nothing. Raises ``NoAct`` outside an act, ``BadText``
        for text that cannot be stored, ``NotPossible`` when the row changed since it was loaded.
        """
        if args or set(kwargs) - {"using", "force_insert"}:
            raise SideDoor(f"{self._meta.label}: save() writes the whole row; give it no fields.")
        act = current_act()
        if self.get_deferred_fields():
            raise SideDoor(f"{self._meta.label}: a row loaded in part cannot be saved.")
        settle_values(self)
        check_texts_of(self)
        is_new, key, version = self._state.adding, self.pk, self.version
        if not is_new:
            if not self.changed_fields():
                return
            self.version += 1
        try:
            with transaction.atomic():
                before = act.records_of(self) if self.pk else 0
                super().save(**kwargs | {"force_insert": is_new})
                if act.records_of(self) == before:
                    raise SideDoor(f"{self._meta.label}: saved without history, so not saved.")
        except BaseException:
            # The row is as it was in the database, so it is so here: it can be saved again.
            self._state.adding, self.pk, self.version = is_new, key, version
            raise
        self._remember()

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any]) -> Self:
        """Remember what was loaded, to know later what changed."""
        row = super().from_db(db, field_names, values)
        row._loaded = dict(zip(field_names, values, strict=False))
        return row

    def refresh_from_db(
        self,
        using: str | None = None,
        fields: Iterable[str] | None = None,
        from_queryset: models.QuerySet[Self] | None = None,
    ) -> None:
        """Load again, and remember that instead of what was loaded before."""
        names = None if fields is None else list(fields)
        super().refresh_from_db(using, names, from_queryset)
        self._remember(names)

    def _remember(self, names: Collection[str] | None = None) -> None:
        there = self.__dict__
        self._loaded = getattr(self, "_loaded", {}) | {
            field.attname: there[field.attname]
            for field in self._meta.concrete_fields
            if field.attname in there
            and (names is None or {field.name, field.attname} & set(names))
        }

    def changed_fields(self) -> list[str]:
        """The column names whose values differ from what was loaded; all for a new row."""
        loaded = getattr(self, "_loaded", {})
        return [
            field.attname
            for field in self._meta.concrete_fields
            if field.attname not in loaded or loaded[field.attname] != field.value_from_object(self)
        ]

    def _do_update(
        self,
        base_qs: models.QuerySet[Any],
        using: str | None,
        pk_val: Any,
        values: Collection[tuple[models.Field[Any, Any], type[models.Model] | None, Any]],
        update_fields: Any,
        forced_update: bool,
    ) -> bool:
        # The version in the WHERE clause: a row that changed since it was read is not overwritten.
        unchanged = base_qs.filter(version=self._loaded["version"])
        updated: bool = super()._do_update(
            unchanged, using, pk_val, values, update_fields, forced_update
        )
        if not updated:
            raise NotPossible(
                "Somebody else saved this a moment ago. Nothing of yours was saved yet: "
                "reload to see their change, then save again."
            )
        return updated

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: nothing is deleted; it is withdrawn with a reason."""
        raise SideDoor(f"{self._meta.label}: nothing is deleted; withdraw it with a reason.")


def history_of(row: Tracked) -> GuardedHistoryQuerySet:
    """The versions of a row, newest first. The one typed door to ``.history``."""
    versions: GuardedHistoryQuerySet = row.history.all()
    return versions


def history_model_of(model: type[Tracked]) -> type[models.Model]:
    """The history table's model of a tracked model."""
    historical: type[models.Model] = model.history.model
    return historical
