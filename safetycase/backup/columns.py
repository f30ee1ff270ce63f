"""Values of columns as an archive writes them: plain JSON that any database can read back."""

import base64
import datetime
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

#: From this size on Python prints a whole float with an exponent, and PostgreSQL does not.
_WHOLE_FROM = 1e16

AnyField = models.Field[Any, Any]


class UnknownColumn(TypeError):
    """A programming error: a model has a kind of column that backups do not know yet."""


@dataclass(frozen=True)
class Kind:
    """How values of a kind of column are written and read; neither ever sees None."""

    write: Callable[[Any], Any]
    read: Callable[[Any], Any]
    is_plain: bool = False
    """Whether a value is the same in Python, in JSON and for the database's driver."""


def kind_of(field: AnyField) -> Kind:
    """The kind of a column; a foreign key is of the kind of what it names.

    Raises ``UnknownColumn``.
    """
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    name = target.get_internal_type()
    if name not in _KINDS:
        raise UnknownColumn(f"{field}: backups do not know the column type {name} yet")
    return _KINDS[name]


def is_json(field: AnyField) -> bool:
    """Whether a column holds JSON, which is read as its text."""
    return isinstance(field, models.JSONField)


def _same(value: Any) -> Any:
    return value


def written_time(value: datetime.datetime) -> str:
    """A time as an archive has it: in UTC, with microseconds."""
    utc = value.astimezone(datetime.UTC)
    return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _write_bytes(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode("ascii")


def _read_bytes(value: str) -> bytes:
    return base64.b64decode(value, validate=True)


def _write_duration(value: datetime.timedelta) -> int:
    return value // datetime.timedelta(microseconds=1)


def _read_duration(value: int) -> datetime.timedelta:
    return datetime.timedelta(microseconds=value)


def _write_json(text: str) -> str:
    """The canonical text: two databases may hand the same value out in different words."""
    return json.dumps(
        _settled(json.loads(text)),
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
        allow_nan=False,
    )


def _settled(value: Any) -> Any:
    if isinstance(value, float):
        # PostgreSQL has no negative nought, and writes large numbers out.
        return int(value) if value.is_integer() and abs(value) >= _WHOLE_FROM else value + 0.0
    if isinstance(value, list):
        return [_settled(inner) for inner in value]
    if isinstance(value, dict):
        return {key: _settled(inner) for key, inner in value.items()}
    return value


def _read_json(text: str) -> Any:
    value = json.loads(text)
    # A bare None would become the database's NULL.
    return models.Value(None, models.JSONField()) if value is None else value


_PLAIN = Kind(_same, _same, is_plain=True)
_AS_TEXT = {
    "DecimalField": Kind(str, Decimal),
    # As text: JSON has no infinity, and Python's shortest form reads back as the same float.
    "FloatField": Kind(repr, float),
    "UUIDField": Kind(str, uuid.UUID),
    "DateField": Kind(datetime.date.isoformat, datetime.date.fromisoformat),
    "DateTimeField": Kind(written_time, datetime.datetime.fromisoformat),
    "TimeField": Kind(datetime.time.isoformat, datetime.time.fromisoformat),
    "BinaryField": Kind(_write_bytes, _read_bytes),
    "JSONField": Kind(_write_json, _read_json),
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(
        (
            *("AutoField", "BigAutoField", "SmallAutoField", "IntegerField", "BigIntegerField"),
            *("SmallIntegerField", "PositiveIntegerField", "PositiveSmallIntegerField"),
            *("PositiveBigIntegerField", "CharField", "TextField", "SlugField"),
            *("FileField", "FilePathField"),
        ),
        _PLAIN,
    ),
    **_AS_TEXT,
    "GenericIPAddressField": Kind(_same, _same),
    "BooleanField": Kind(bool, bool),
    "DurationField": Kind(_write_duration, _read_duration),
}
