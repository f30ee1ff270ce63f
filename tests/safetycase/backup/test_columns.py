"""Every type of column survives, whatever its value, on both databases."""

import ast
import base64
import datetime
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.db import connection, models
from django.test.utils import isolate_apps

from audit.errors import NotPossible
from safetycase.backup.columns import UnknownColumn, kind_of
from safetycase.backup.schema import LEFT_OUT, present_schema
from safetycase.backup.stored_files import folders_of
from safetycase.backup.tables import Table, filling
from tests.cloned_database import ClonedDatabase
from tests.laws.source import named, nodes, python_files

UTC = datetime.UTC


def everything() -> type[models.Model]:
    """A model with a column of every type that there is."""

    class Everything(models.Model):  # noqa: DJ008 - nobody reads it
        small = models.SmallIntegerField()
        large = models.BigIntegerField()
        positive = models.PositiveBigIntegerField()
        short = models.CharField(max_length=100)
        long = models.TextField()
        slug = models.SlugField()
        address = models.GenericIPAddressField()
        decimal = models.DecimalField(max_digits=12, decimal_places=4)
        floating = models.FloatField()
        yes = models.BooleanField()
        maybe = models.BooleanField(null=True)
        day = models.DateField()
        moment = models.DateTimeField()
        time = models.TimeField()
        duration = models.DurationField()
        unique = models.UUIDField()
        content = models.BinaryField()
        json = models.JSONField(null=True)
        file = models.FileField(upload_to="x/")
        other = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")

        class Meta:
            app_label = "safetycase"
            db_table = "everything"

    return Everything


ROWS: list[dict[str, Any]] = [
    {
        "small": -32768,
        "large": -(2**63),
        "positive": 0,
        "short": "",
        "long": 'A "line"\nand\ttab, \\ and \u2028, ünï¢ødé, 🩺, \x01',
        "slug": "a-b_c",
        "address": "2001:db8::1",
        "decimal": Decimal("-0.0001"),
        "floating": -1.5e-300,
        "yes": False,
        "maybe": None,
        "day": datetime.date(1, 1, 1),
        "moment": datetime.datetime(1900, 1, 1, tzinfo=UTC),
        "time": datetime.time(0, 0),
        "duration": datetime.timedelta(days=-1, microseconds=1),
        "unique": uuid.UUID(int=0),
        "content": b"",
        "json": None,
        "file": "",
    },
    {
        "small": 32767,
        "large": 2**63 - 1,
        "positive": 2**63 - 1,
        "short": "é" * 100,
        "long": "x" * 100_000,
        "slug": "",
        "address": "192.0.2.1",
        "decimal": Decimal("99999999.9999"),
        "floating": 0.1 + 0.2,
        "yes": True,
        "maybe": True,
        "day": datetime.date(9999, 12, 31),
        "moment": datetime.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
        "time": datetime.time(23, 59, 59, 999999),
        "duration": datetime.timedelta(days=99999, microseconds=999999),
        "unique": uuid.UUID(int=2**128 - 1),
        "content": bytes(range(256)),
        "json": {"b": [1, 2.5, -0.0, 1e16, 1e-7, None, True, "é"], "a": {"": {}}},
        "file": "evidence/2026/11/x.txt",
    },
]


@isolate_apps("safetycase")
def test_every_type_of_column_comes_back_as_it_was(cloned_database: ClonedDatabase) -> None:
    model = everything()
    with connection.schema_editor(atomic=False) as editor:
        editor.create_model(model)
    for place, row in enumerate(ROWS):
        model._base_manager.create(pk=place * 10 + 1, **row)
    null = models.Value(None, models.JSONField())  # JSON's null is not the database's NULL
    model._base_manager.create(pk=99, **ROWS[0] | {"json": null, "other_id": 11})
    before = list(model._base_manager.order_by("pk").values())

    lines = list(Table(model).lines())
    model._base_manager.update(other=None)
    model._base_manager.all().delete()
    with filling([Table(model)]):
        assert Table(model).fill(lines) == len(lines)

    assert list(Table(model).lines()) == lines
    assert list(model._base_manager.order_by("pk").values()) == before
    texts = model._base_manager.annotate(
        text=models.functions.Cast("json", models.TextField())
    ).values_list("text", flat=True)
    assert [texts.get(pk=1), texts.get(pk=99)] == [None, "null"]
    # The database goes on counting above what was brought.
    assert model._base_manager.create(**ROWS[0]).pk > 99


@isolate_apps("safetycase")
def test_lines_are_the_same_on_every_database() -> None:
    """What is written here is what either database writes: it is the format."""
    fields = {field.name: field for field in everything()._meta.concrete_fields}
    written = {
        name: kind_of(fields[name]).write(value)
        for name, value in ROWS[1].items()
        if name not in ("long", "json", "short")
    }
    assert written == {
        "small": 32767,
        "large": 9223372036854775807,
        "positive": 9223372036854775807,
        "slug": "",
        "address": "192.0.2.1",
        "decimal": "99999999.9999",
        "floating": "0.30000000000000004",
        "yes": True,
        "maybe": True,
        "day": "9999-12-31",
        "moment": "9999-12-31T23:59:59.999999Z",
        "time": "23:59:59.999999",
        "duration": 8639913600999999,
        "unique": "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "content": base64.b64encode(bytes(range(256))).decode(),
        "file": "evidence/2026/11/x.txt",
    }
    stored = json.dumps(ROWS[1]["json"])
    expected = '{"a":{"":{}},"b":[1,2.5,0.0,10000000000000000,1e-07,null,true,"é"]}'
    assert kind_of(fields["json"]).write(stored) == expected


@isolate_apps("safetycase")
@pytest.mark.django_db
@pytest.mark.parametrize("line", [b"{}", b"[1]", b"[", b"", b"[" * 100_000, b'["x"]', b"\xff"])
def test_a_line_that_is_no_row_is_refused(line: bytes) -> None:
    with pytest.raises(NotPossible, match="Line 1 of account_emailconfirmation is no row of it"):
        Table(apps.get_model("account", "EmailConfirmation")).fill([line])


@isolate_apps("safetycase")
def test_an_unknown_type_of_column_is_no_guess() -> None:
    class Point(models.Field[Any, Any]):
        pass

    class Place(models.Model):  # noqa: DJ008 - nobody reads it
        point = Point()

        class Meta:
            app_label = "safetycase"

    with pytest.raises(UnknownColumn, match="Point"):
        kind_of(Place._meta.get_field("point"))


def test_every_column_of_the_application_can_be_written() -> None:
    for model in present_schema().models:
        for field in Table(model).fields:
            kind_of(field)


def test_every_table_is_in_a_backup_but_for_sessions() -> None:
    there = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert {model._meta.db_table for model in present_schema().models} == there - LEFT_OUT
    assert {"django_session"} == LEFT_OUT


def test_files_lie_in_folders_that_backups_know() -> None:
    """A field whose files lie elsewhere, or in a storage of its own, would not be in a backup."""
    fields = [
        field
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.FileField)
    ]
    assert fields
    assert all(field.storage is default_storage for field in fields)
    assert {str(field.upload_to).split("/")[0] for field in fields} == {
        *folders_of(present_schema())
    }
    assert not {"drafts", "imports"} & {*folders_of(present_schema())}


#: Who keeps files by name, besides the file fields of models, and in which folder.
KEEPERS = {
    "hazards/importing/waiting.py": "imports: a workbook waits for somebody to confirm it",
    "safetycase/backup/stored_files.py": "puts back what was taken out",
    "safetycase/copies.py": "copies: of a frozen version, made anew when somebody asks",
    "safetycase/log_export_task.py": "exports: of the log as it stood, made anew when asked for",
    "safetycase/rendering.py": "safety-cases: named by the file field of the row beside it",
    "safetycase/tasks.py": "drafts: made anew when somebody asks",
}


def test_whoever_keeps_files_is_known_to_backups() -> None:
    """A file that no row's file field names, in a folder of its own, would not be backed up."""
    keepers = {
        named(path)
        for path in python_files()
        for node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "default_storage.save"
    }
    assert keepers <= set(KEEPERS), "add it with its folder, and say why it need not be kept"
