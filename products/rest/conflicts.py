"""What two people changed at once, as a program reads it."""

import datetime
from typing import Any

from audit.errors import Conflict


def colliding_fields(conflict: Conflict) -> list[dict[str, Any]]:
    """Each field that both changed: what it was, what it is now, what was sent.

    A field that names a person or a release says only that it collides: its keys mean nothing.
    """
    return [
        {"field": field.name, "label": field.label}
        | (
            {}
            if field.name.endswith("_id")
            else {
                "base": _plain(field.base),
                "theirs": _plain(field.theirs),
                "yours": _plain(field.yours),
            }
        )
        for field in conflict.fields
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value if value is None or isinstance(value, bool | int) else str(value)
