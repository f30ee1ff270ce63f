"""The tables that the ledger vouches for, and their columns as its canonical text has them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from operator import itemgetter
from typing import Any

from django.apps import apps
from django.db import connection, models

from audit.append_only import AppendOnly
from audit.tracked import Tracked, history_model_of
from audit.verifying.reading import Row, fetch, quoted

Field = models.Field[Any, Any]


@dataclass
class VouchedTable:
    """A history table, or that of a fact: each of its rows has one entry in the ledger.

    Rows are read with their columns in the order of their names, which is the order of the keys in
    canonical JSON.
    """

    name: str
    about: str  # the model that its entries are about, in lower case: "hazards.hazard"
    is_history: bool
    fields: dict[str, Field]  # by attname, in order
    key: str  # attname of the primary key
    _choosers: dict[tuple[str, ...], Any] = field(default_factory=dict)

    @property
    def key_column(self) -> str:
        """The column of the primary key, quoted."""
        return quoted(self.fields[self.key].column)

    def rows(self, keys: list[int]) -> dict[str, Row]:
        """The rows with these primary keys, by primary key as an entry has it."""
        columns = ", ".join(canonical_sql(each) for each in self.fields.values())
        if connection.vendor == "postgresql":
            among, value = "= ANY(%s)", keys
        else:
            among, value = "IN (SELECT value FROM json_each(%s))", json.dumps(keys)  # type: ignore[assignment]
        table = quoted(self.name)
        sql = f"SELECT {columns} FROM {table} WHERE {self.key_column} {among}"  # noqa: S608 - our own names
        place = list(self.fields).index(self.key)
        return {str(row[place]): row for row in fetch(sql, [value])}

    def agrees(self, row: Row, recorded: dict[str, Any]) -> bool:
        """Whether a row says what the ledger recorded, in the columns that are in both."""
        names = tuple(recorded)
        chooser = self._choosers.get(names)
        if chooser is None:
            chooser = self._choosers[names] = self._chooser(names)
        of_row, of_record = chooser
        return bool(of_row(row) == of_record(recorded)) or not self.differing(row, recorded)

    def differing(self, row: Row, recorded: dict[str, Any]) -> list[str]:
        """The columns in which a row differs from what the ledger recorded."""
        return [
            name
            for (name, each), stored in zip(self.fields.items(), row, strict=True)
            if name in recorded and not _is_same(each, stored, recorded[name])
        ]

    def _itself(self, recorded: dict[str, Any]) -> object:
        return self

    def _chooser(self, names: tuple[str, ...]) -> tuple[Any, Any]:
        """What picks, from a row and from a record, the values of the columns that are in both."""
        places = [place for place, name in enumerate(self.fields) if name in names]
        common = [name for name in self.fields if name in names]
        if len(places) < 2:
            return _nothing, self._itself  # never equal, so compared one by one
        if len(places) == len(self.fields) and list(names) == common:
            return (lambda row: row), (lambda recorded: tuple(recorded.values()))
        return itemgetter(*places), itemgetter(*common)


def _nothing(row: Row) -> None:
    return None


def vouched_tables() -> dict[str, VouchedTable]:
    """Every table that the ledger vouches for, by name."""
    return {table.name: table for table in _vouched_tables()}


def tracked_models() -> list[tuple[type[Tracked], type[models.Model]]]:
    """Every tracked model with the model of its history."""
    return [
        (model, history_model_of(model))
        for model in apps.get_models()
        if issubclass(model, Tracked)
    ]


def _vouched_tables() -> Iterator[VouchedTable]:
    for tracked, history in tracked_models():
        yield _table(history, about=tracked, is_history=True)
    for model in apps.get_models():
        if issubclass(model, AppendOnly):
            yield _table(model, about=model, is_history=False)


def _table(
    model: type[models.Model], *, about: type[models.Model], is_history: bool
) -> VouchedTable:
    fields = {each.attname: each for each in model._meta.concrete_fields}
    return VouchedTable(
        name=model._meta.db_table,
        about=about._meta.label_lower,
        is_history=is_history,
        fields={name: fields[name] for name in sorted(fields)},
        key=model._meta.pk.attname,
    )


def canonical_sql(column_of: Field, alias: str = "") -> str:
    """The SQL that reads a column as canonical JSON has its value: ids and times as text."""
    column = (f"{alias}." if alias else "") + quoted(column_of.column)
    what = _target(column_of)
    if connection.vendor == "postgresql":
        if isinstance(what, models.UUIDField | models.JSONField):
            return f"{column}::text"
        if isinstance(what, models.DateTimeField):
            shape = 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
            return f"to_char({column} AT TIME ZONE 'UTC', '{shape}')"
        if isinstance(what, models.DateField):
            return f"to_char({column}, 'YYYY-MM-DD')"
        return column
    if isinstance(what, models.UUIDField):
        # The last part to the very end: what somebody appended must show.
        parts = ("1, 8", "9, 4", "13, 4", "17, 4", "21")
        return " || '-' || ".join(f"substr({column}, {part})" for part in parts)
    if isinstance(what, models.DateTimeField):
        # Stored without the fraction when there is none.
        fraction = f"CASE length({column}) WHEN 19 THEN '.000000Z' ELSE 'Z' END"
        return f"replace({column}, ' ', 'T') || {fraction}"
    return f"+{column}"  # an expression: the driver would turn a plain column into Python's types


def _target(column_of: Field) -> Field:
    while isinstance(column_of, models.ForeignKey):
        column_of = column_of.target_field
    return column_of


def _is_same(column_of: Field, stored: Any, recorded: Any) -> bool:
    if stored == recorded or stored is None or recorded is None:
        return bool(stored == recorded)
    what = _target(column_of)
    if isinstance(what, models.DecimalField):
        try:
            return Decimal(str(stored)) == Decimal(recorded)
        except InvalidOperation:
            return False
    if isinstance(what, models.JSONField):
        return bool(json.loads(stored) == recorded)
    return False
