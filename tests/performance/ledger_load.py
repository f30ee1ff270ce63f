"""A large record for measuring: the demonstration many times over, in exactly the stored format.

``DATABASE_URL=… python -m tests.performance.ledger_load 1000000`` migrates an empty database, loads
the demonstration by its people's actions, and then copies its products with all their rows,
history and ledger entries by plain SQL until the ledger has that many entries. ``--seal`` seals
them too. Then ``verify_record`` can be measured on it.
"""

import argparse
import json
import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import django

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "safetycase.settings")
    django.setup()

from django.apps import apps
from django.core.management import call_command
from django.db import connection, models, transaction

from audit import triggers
from audit.canonical import canonical_json, sha256_of
from audit.models import Entry
from audit.sealing import seal_everything
from audit.verifying.columns import tracked_models, vouched_tables
from audit.verifying.reading import fetch, quoted

#: A copy's ids are those of the original plus this much for each copy before it.
STRIDE = 1_000_000

#: Whose rows are copied: products with their hazard logs. People belong to no product, and what
#: has been frozen and signed there is one only.
COPIED = {"products", "hazards"}

#: Texts that must be unique among all products.
UNIQUE_TEXTS = {("products.Product", "slug"), ("products.Organisation", "name")}

Model = type[models.Model]


@dataclass(frozen=True)
class Shape:
    """A table with what a copy changes in its rows."""

    model: Model
    shifted: frozenset[str]  # columns that hold ids of copied rows
    renewed: frozenset[str]  # public ids
    numbered: frozenset[str]  # unique texts

    @property
    def names(self) -> list[str]:
        return [field.attname for field in self.model._meta.concrete_fields]

    def copied(self, name: str, value: Any, number: int) -> Any:
        """The value of a column in copy ``number``."""
        if value is None:
            return None
        if name in self.shifted:
            return value + STRIDE * number
        if name in self.renewed:
            return renewed(value, number)
        return f"{value}-{number}" if name in self.numbered else value


def renewed(value: Any, number: int) -> Any:
    """Another public id, in the clothes of the one that it stands for."""
    other = uuid.uuid5(uuid.UUID(str(value)), str(number))
    if isinstance(value, uuid.UUID):
        return other
    return str(other) if "-" in value else other.hex


def is_copied(model: Any) -> bool:
    return model._meta.app_label in COPIED


def shapes() -> list[Shape]:
    """Every table of the record that is copied: live rows, history and facts."""
    found = []
    for model, history in tracked_models():
        if is_copied(model):
            found += [shape_of(model, model), shape_of(history, model)]
    tables = {shape.model._meta.db_table for shape in found}
    for fact in apps.get_models():
        table = fact._meta.db_table
        if table in vouched_tables() and table not in tables and is_copied(fact):
            found.append(shape_of(fact, fact))
    return found


def shape_of(model: Model, about: Model) -> Shape:
    fields = model._meta.concrete_fields
    own = {about._meta.pk.attname, model._meta.pk.attname}
    links = {
        field.attname
        for field in fields
        if isinstance(field, models.ForeignKey) and is_copied(field.related_model)
    }
    texts = {name for label, name in UNIQUE_TEXTS if label == about._meta.label}
    return Shape(model, frozenset(own | links), frozenset({"public_id"}), frozenset(texts))


class Load:
    """The original rows, and the copies that are made of them."""

    def __init__(self) -> None:
        self.shapes = {shape.model._meta.db_table: shape for shape in shapes()}
        self.rows = {table: raw_rows(shape.model) for table, shape in self.shapes.items()}
        self.entry_names = [field.attname for field in Entry._meta.concrete_fields]
        place = self.entry_names.index("table")
        self.entries = [row for row in raw_rows(Entry) if row[place] in self.shapes]

    def copy(self, number: int) -> None:
        """Insert copy ``number`` of every row and every entry."""
        for table, shape in self.shapes.items():
            names = shape.names
            insert(
                shape.model,
                [
                    [shape.copied(n, v, number) for n, v in zip(names, row, strict=True)]
                    for row in self.rows[table]
                ],
            )
        insert(Entry, [self._entry(row, number) for row in self.entries])
        low, high = number * STRIDE, (number + 1) * STRIDE
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO audit_pendingentry (entry_id) "
                "SELECT id FROM audit_entry WHERE id >= %s AND id < %s",
                [low, high],
            )

    def _entry(self, row: tuple[Any, ...], number: int) -> list[Any]:
        values = dict(zip(self.entry_names, row, strict=True))
        shape = self.shapes[values["table"]]
        recorded = json.loads(values["row"])
        text = canonical_json({n: shape.copied(n, v, number) for n, v in recorded.items()})
        values |= {
            "id": values["id"] + STRIDE * number,
            "act": renewed(values["act"], number),
            "key": str(int(values["key"]) + STRIDE * number),
            "object_id": values["object_id"] + STRIDE * number,
            "scope": str(renewed(values["scope"], number)) if values["scope"] else "",
            "row": text,
            "sha256": sha256_of(text),
        }
        return list(values.values())


def raw_rows(model: Model) -> list[tuple[Any, ...]]:
    """Every row as it is stored, so that a copy is stored in the same way."""
    sign = "+" if connection.vendor == "sqlite" else ""  # as text, not as Python's types
    columns = ", ".join(sign + quoted(field.column) for field in model._meta.concrete_fields)
    return fetch(f"SELECT {columns} FROM {quoted(model._meta.db_table)} ORDER BY 1", [])


def insert(model: Model, rows: list[list[Any]]) -> None:
    if rows:
        columns = [quoted(field.column) for field in model._meta.concrete_fields]
        places = ", ".join(["%s"] * len(columns))
        table = quoted(model._meta.db_table)
        sql = f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({places})"
        with connection.make_cursor(connection.create_cursor()) as cursor:
            cursor.executemany(sql, rows)


def enlarge(entries: int) -> Iterator[int]:
    """Copy what is there until the ledger has at least so many entries; yields their number."""
    there = fetch("SELECT COUNT(*) FROM audit_entry", [])[0][0]
    load = Load()
    triggers.remove_before_migrating(connection.alias)
    try:
        number = 1
        while there < entries:
            with transaction.atomic():
                load.copy(number)
            there += len(load.entries)
            number += 1
            yield there
    finally:
        triggers.create_after_migrating(connection.alias)


def main() -> None:
    from safetycase.demonstration.load import is_loaded, load_demonstration

    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("entries", type=int)
    parser.add_argument("--seal", action="store_true")
    options = parser.parse_args()
    call_command("migrate", verbosity=0)
    if not is_loaded():
        load_demonstration()
    started = time.monotonic()
    there = 0
    for there in enlarge(options.entries):
        print(f"\r{there:,} entries", end="", flush=True)
    print(f"\r{there:,} entries in {time.monotonic() - started:.0f} s")
    if options.seal:
        started = time.process_time()
        print(f"{seal_everything():,} sealed in {time.process_time() - started:.0f} CPU s")


if __name__ == "__main__":
    main()
