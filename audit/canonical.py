"""Canonical JSON: one text for one value, on every machine and in every year.

Keys sorted, UTF-8 unescaped, no spaces, no floats, dates in ISO 8601, times in UTC with
microseconds and a Z. Stored as text, never in a JSON column (PostgreSQL reorders those).
"""

import datetime
import hashlib
import json
import uuid
from decimal import Decimal
from typing import Any

from django.db import models


def canonical_json(value: Any) -> str:
    """The canonical JSON text of a value made of dicts, lists, text, integers, dates and ids.

    Raises ``TypeError`` for anything else, floats included: two machines may print them apart.
    """
    return json.dumps(
        _plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False
    )


def sha256_of(text: str) -> str:
    """The SHA-256 of a text's UTF-8 bytes, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def row_values(row: models.Model) -> dict[str, Any]:
    """The stored values of a row by column name of the model (foreign keys as ids)."""
    return {
        field.attname: field.value_from_object(row)
        if not isinstance(field, models.FileField)
        else getattr(row, field.attname).name
        for field in row._meta.concrete_fields
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, datetime.datetime):
        if value.tzinfo is None:
            raise TypeError("a time without a zone has no canonical form")
        utc = value.astimezone(datetime.UTC)
        return utc.isoformat(timespec="microseconds").replace("+00:00", "Z")
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID | Decimal):
        return str(value)
    if isinstance(value, dict):
        return {_key(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    raise TypeError(f"{type(value).__name__} has no canonical JSON form")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError("a key of canonical JSON is text")
    return key
