"""Lists a page at a time: an opaque cursor says where the next page begins."""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

_DIGITS = string.digits + string.ascii_lowercase
#: Two numbers, in so many digits that each is one that a database may be asked for.
_CURSOR = r"^(|[0-9a-z]{1,12}-[0-9a-z]{1,12})$"


class FromCursor(BaseModel):
    """Where a page begins."""

    model_config = ConfigDict(extra="ignore")

    cursor: Annotated[
        str,
        StringConstraints(pattern=_CURSOR),
        Field(description="“next” of the page before; none for the first."),
    ] = ""


class Paging(FromCursor):
    """What every list may be asked."""

    limit: Annotated[int, Field(ge=1, le=100, description="How many at most.")] = 50


@dataclass(frozen=True)
class KeyPage:
    """The keys of one page, and the cursor of the next one, if there is one."""

    keys: list[int]
    next: str | None


def page_of_keys(keys: Sequence[int], paging: Paging) -> KeyPage:
    """A page of an ordered list of keys.

    The cursor names the last key that was given out and how many were until then. The page begins
    behind that key, however much came or went before it; and where the key itself has left the
    list, at its place, which the following one has taken.
    """
    start = 0
    if paging.cursor:
        last, place = _read(paging.cursor)
        start = keys.index(last) + 1 if last in keys else max(place - 1, 0)
    chosen = list(keys[start : start + paging.limit])
    end = start + len(chosen)
    return KeyPage(chosen, cursor_of(chosen[-1], end) if end < len(keys) and chosen else None)


def cursor_of(last: int, place: int) -> str:
    """The cursor that names a key and its place."""
    return f"{_written(last)}-{_written(place)}"


def _written(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return digits or "0"


def _read(cursor: str) -> tuple[int, int]:
    last, _, place = cursor.partition("-")
    return int(last, len(_DIGITS)), int(place, len(_DIGITS))


def before_in(paging: FromCursor) -> int | None:
    """The key that a page of the record is before; None for the newest."""
    return _read(paging.cursor)[0] if paging.cursor else None
