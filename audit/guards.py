"""Guards: querysets and rows that refuse every write which would go round the record."""

from collections.abc import Iterable, Sequence
from typing import Any, NoReturn, Self, TypeVar

from django.db import models
from simple_history.manager import HistoricalQuerySet

from audit.errors import SideDoor

Row = TypeVar("Row", bound=models.Model, covariant=True)


def _refuse(what: str, model: type[models.Model]) -> NoReturn:
    raise SideDoor(
        f"{model._meta.label}: {what} goes round the history. "
        "Use an action, which saves each row, or audit.record_many."
    )


class GuardedQuerySet(models.QuerySet[Row, Row]):
    """Reads freely, writes nothing: no update, no delete, nothing in bulk."""

    def select_for_update(
        self,
        nowait: bool = False,
        skip_locked: bool = False,
        of: Sequence[str] = ("self",),
        no_key: bool = True,
    ) -> Self:
        """Lock these rows and no others, for a change that leaves their primary keys alone.

        PostgreSQL's stronger lock would hold up whoever adds a row that names this one, and
        without ``of`` it would lock the rows of every table that a default ordering joins, in any
        order: two people who work on the same hazard would wait for each other for ever.
        """
        return super().select_for_update(nowait, skip_locked, of, no_key)

    def update(self, **kwargs: Any) -> NoReturn:
        """Refused: history cannot see it."""
        _refuse("update()", self.model)

    def delete(self) -> NoReturn:
        """Refused: nothing is deleted; it is withdrawn with a reason."""
        _refuse("delete()", self.model)

    def _raw_delete(self, using: str | None) -> NoReturn:
        _refuse("_raw_delete()", self.model)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: history cannot see it."""
        _refuse("bulk_create()", self.model)

    def bulk_update(
        self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None
    ) -> NoReturn:
        """Refused: history cannot see it."""
        _refuse("bulk_update()", self.model)


class GuardedHistoryQuerySet(HistoricalQuerySet, GuardedQuerySet[Any]):  # type: ignore[misc]
    """What ``history_of`` returns: it can be read as of a date and never written."""


class HistoryRow(models.Model):
    """Base of every history table: rows are added by a save of their object and never change."""

    objects = GuardedQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert; refuse to change a row that stands."""
        if not self._state.adding:
            _refuse("changing a history row", type(self))
        kwargs["force_insert"] = True
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refused: history has no delete."""
        _refuse("deleting a history row", type(self))
