"""Writing to the ledger, in the same transaction as the row that the entry vouches for."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from audit.acts import Act, current_act
from audit.canonical import canonical_json, row_values, sha256_of
from audit.following import tell_followers

if TYPE_CHECKING:
    from audit.models import Entry

LABEL_LENGTH = 200


def enter(entries: "Sequence[Entry]") -> None:
    """Insert ledger entries, and note that no seal covers them yet. The one place that does."""
    entry_model: type[Any] = apps.get_model("audit", "Entry")
    pending_model: type[Any] = apps.get_model("audit", "PendingEntry")
    # A plain queryset: the model's own refuses every bulk write, this one included.
    written = models.QuerySet[Any](entry_model).bulk_create(entries, batch_size=200)
    waiting = [pending_model(entry_id=entry.pk) for entry in written]
    models.QuerySet[Any](pending_model).bulk_create(waiting, batch_size=400)
    act = current_act()
    act.entries += len(entries)
    tell_followers(act, entries)


def enter_history_row(
    sender: type[models.Model], instance: models.Model, history_instance: Any, **kwargs: Any
) -> None:
    """Signal receiver: each history row gets its entry as it is written."""
    enter([entry_for_history(history_instance, instance, current_act())])


def entry_for_history(history_row: Any, row: models.Model, act: Act) -> "Entry":
    """The entry that vouches for a history row of a tracked row."""
    return _entry(history_row, row, history_row.history_type, history_row.history_date, act)


def entry_for_fact(row: models.Model, act: Act) -> "Entry":
    """The entry that vouches for an append-only row."""
    return _entry(row, row, "+", act.at, act)


def _entry(stored: models.Model, about: models.Model, kind: str, at: Any, act: Act) -> "Entry":
    entry_model: Any = apps.get_model("audit", "Entry")
    text = canonical_json(row_values(stored))
    entry: Entry = entry_model(
        act=act.id,
        scope=act.scope,
        table=stored._meta.db_table,
        key=str(stored.pk),
        model=about._meta.label_lower,
        object_id=about.pk,
        label=str(about)[:LABEL_LENGTH],
        kind=kind,
        row=text,
        sha256=sha256_of(text),
        person_id=act.by.pk,
        reason=act.reason,
        at=at,
    )
    return entry
