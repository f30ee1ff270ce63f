"""Values as the database gives them back, so that history and ledger say what is stored."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from audit.errors import NotPossible, SideDoor


def settle_values(row: models.Model) -> None:
    """Turn each value of a row into the type of its field: the text '5' into the number 5.

    Raises ``SideDoor`` for an expression such as ``F()`` (nobody knows yet what it becomes) and
    ``NotPossible`` for a value that is none of its field.
    """
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if hasattr(value, "resolve_expression"):
            raise SideDoor(f"{row._meta.label}.{field.name}: an expression has no history.")
        if isinstance(field, models.FileField):
            continue
        settled = _settled(field, value)
        if type(settled) is not type(value) or settled != value:
            setattr(row, field.attname, settled)


def _settled(field: "models.Field[Any, Any]", value: Any) -> Any:
    try:
        return field.to_python(value)
    except ValidationError as error:
        label = str(field.verbose_name)
        raise NotPossible(
            f"{label[:1].upper()}{label[1:]}: {' '.join(error.messages)} Nothing was saved."
        ) from error
