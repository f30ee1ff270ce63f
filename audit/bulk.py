"""The only bulk writes: rows, their history and their ledger entries together, one timestamp."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db import models, transaction

from audit import ledger
from audit.acts import Act, current_act
from audit.append_only import AppendOnly
from audit.errors import NotPossible, SideDoor
from audit.text import check_texts_of
from audit.tracked import Tracked, history_model_of
from audit.values import settle_values

Row = TypeVar("Row", bound=Tracked | AppendOnly)

BATCH = 200  # rows in one statement; SQLite allows a limited number of variables


def record_many(rows: Sequence[Row]) -> None:
    """Insert new rows of one model with their history and ledger entries, or none of them.

    Raises ``NoAct`` outside an act, ``BadText`` for text that cannot be stored, ``SideDoor`` for
    rows that stand already or are of several models.
    """
    if not rows:
        return
    act = current_act()
    model: type[Any] = type(rows[0])
    for row in rows:
        if type(row) is not model or not row._state.adding:
            raise SideDoor("record_many inserts new rows of one model.")
        settle_values(row)
        check_texts_of(row)
    with transaction.atomic():
        # A plain queryset: the model's own refuses every bulk write.
        models.QuerySet[Any](model).bulk_create(rows, batch_size=BATCH)
        if issubclass(model, Tracked):
            entries = _history_entries(model, rows, act)
        else:
            entries = [ledger.entry_for_fact(row, act) for row in rows]
        ledger.enter(entries)


def record_changes(rows: Sequence[Tracked]) -> None:
    """Save changed rows of one model with a version of each in their history, or none of them.

    Rows that have not changed are left alone. Lock them first. Raises as ``record_many`` does, and
    ``NotPossible`` when one of them was saved by somebody else since it was loaded.
    """
    act = current_act()
    changed: list[Any] = [row for row in rows if row.changed_fields()]
    if not changed:
        return
    model: type[Any] = type(changed[0])
    names = {"version"}
    for row in changed:
        if type(row) is not model or row._state.adding or row.get_deferred_fields():
            raise SideDoor("record_changes saves rows of one model that stand, loaded whole.")
        settle_values(row)
        check_texts_of(row)
        names.update(row.changed_fields())
    with transaction.atomic():
        plain = models.QuerySet[Any](model)
        for start in range(0, len(changed), BATCH):
            _update(plain, changed[start : start + BATCH], sorted(names))
        ledger.enter(_history_entries(model, changed, act, kind="~"))


def _update(plain: "models.QuerySet[Any]", rows: list[Any], names: list[str]) -> None:
    before = {row.pk: row._loaded["version"] for row in rows}
    if dict(plain.filter(pk__in=before).values_list("pk", "version")) != before:
        raise NotPossible(
            "Somebody else saved one of these a moment ago. Nothing of yours was saved: "
            "reload to see their change, then save again."
        )
    for row in rows:
        row.version += 1
    fields = {field.attname: field.name for field in plain.model._meta.concrete_fields}
    plain.bulk_update(rows, [fields[name] for name in names])


def _history_entries(
    model: type[Tracked], rows: Sequence[Any], act: Act, kind: str = "+"
) -> list[Any]:
    history_model: Any = history_model_of(model)
    versions = []
    for row in rows:
        values = {field.attname: getattr(row, field.attname) for field in model._meta.fields}
        row._loaded = values
        versions.append(
            history_model(
                history_date=act.moment_for(row),
                history_type=kind,
                history_user_id=act.by.pk,
                history_change_reason=act.reason,
                **values,
            )
        )
    models.QuerySet[Any](history_model).bulk_create(versions, batch_size=BATCH)
    return [
        ledger.entry_for_history(version, row, act)
        for version, row in zip(versions, rows, strict=True)
    ]
