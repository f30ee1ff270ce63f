"""The tables that the ledger vouches for, and their columns as its canonical text has them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, models

from audit.append_only import AppendOnly
from audit.tracked import Tracked, history_model_of
from audit.verifying.reading import Row, fetch, quoted

Field = models.Field[Any, Any]
Chooser = Callable[[Any], Any]


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
    _choosers: dict[tuple[str, ...], tuple[Chooser, Chooser]] = field(default_factory=dict)

    @property
    def key_column(self) -> str:
        """The column of the primary key, quoted."""
        return quoted(self.fields[self.key].column)

    def rows(self, keys: list[int]) -> dict[str, Row]:
        """The rows with these primary keys, by primary key as an entry has it."""
        columns = ", ".join(canonical_sql(each) for each in self.fields.values())
        among = "= ANY(%s)"
        those: list[Any] = [keys]
        if connection.vendor == "sqlite":
            # One parameter too, since their number is limited.
            among, those = "IN (SELECT value FROM json_each(%s))", [json.dumps(keys)]
        table = quoted(self.name)
        sql = f"SELECT {columns} FROM {table} WHERE {self.key_column} {among}"  # noqa: S608 - our own names
        place = list(self.fields).index(self.key)
        return {str(row[place]): row for row in fetch(sql, those)}

    def differing(self, row: Row, recorded: dict[str, Any]) -> list[str]:
        """The columns in which a row differs from what the ledger recorded.

        Compared are the columns that are in both: one that came later was not recorded then, and
        one that is gone can no longer be altered.
        """
        names = tuple(recorded)
        choosers = self._choosers.get(names)
        if choosers is None:
            choosers = self._choosers[names] = self._choosers_for(names)
        of_row, of_record = choosers
        if of_row(row) == of_record(recorded):
            return []
        return [
            name
            for name, stored in zip(self.fields, row, strict=True)
            if name in recorded and stored != recorded[name]
        ]

    def _choosers_for(self, names: tuple[str, ...]) -> tuple[Chooser, Chooser]:
        """What picks, from a row and from a record, the values of the columns that are in both."""
        common = [name for name in self.fields if name in names]
        if tuple(common) == names == tuple(self.fields):
            return tuple, _values
        places = [place for place, name in enumerate(self.fields) if name in names]
        return (
            lambda row: [row[place] for place in places],
            lambda recorded: [recorded[name] for name in common],
        )


def _values(recorded: dict[str, Any]) -> Row:
    return tuple(recorded.values())


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
        if isinstance(what, models.UUIDField):
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
        canonical = " || '-' || ".join(f"substr({column}, {part})" for part in parts)
        return _if_stored_as_text(column, canonical)
    if isinstance(what, models.DateTimeField):
        # Stored without the fraction when there is none.
        fraction = f"CASE length({column}) WHEN 19 THEN '.000000Z' ELSE 'Z' END"
        canonical = f"replace({column}, ' ', 'T') || {fraction}"
        return _if_stored_as_text(column, canonical, f"AND substr({column}, 11, 1) = ' '")
    return f"+{column}"  # an expression: the driver would turn a plain column into Python's types


def _if_stored_as_text(column: str, canonical: str, besides: str = "") -> str:
    """The canonical text of a column where SQLite holds it as we store it, else whatever it holds.

    The same characters as bytes, or a time with a T in it, mean the same to whoever reads them and
    compare as less or more than every other: queries would pass over such a row.
    """
    return f"CASE WHEN typeof({column}) = 'text' {besides} THEN {canonical} ELSE {column} END"


def _target(column_of: Field) -> Field:
    while isinstance(column_of, models.ForeignKey):
        column_of = column_of.target_field
    return column_of
