"""Lists a page at a time: an opaque cursor says where the next page begins."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from products.rest.problems import NOT_VALID, Problem

_LARGEST = 2**63 - 1  # the largest key that a database has


class FromCursor(BaseModel):
    """Where a page begins."""

    model_config = ConfigDict(extra="ignore")

    cursor: Annotated[
        str, Field(max_length=200, description="“next” of the page before; none for the first.")
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

    The cursor names the last key that was given out and its place. Where the key is in the list
    still, the page begins behind it, however much came or went before; else at that place. Raises
    ``Problem`` for a cursor that is none of ours.
    """
    start = 0
    if paging.cursor:
        last, place = _read(paging.cursor)
        start = keys.index(last) + 1 if last in keys else place
    chosen = list(keys[start : start + paging.limit])
    end = start + len(chosen)
    return KeyPage(chosen, cursor_of(chosen[-1], end) if end < len(keys) and chosen else None)


def cursor_of(last: int, place: int) -> str:
    """The cursor that names a key and its place."""
    return base64.urlsafe_b64encode(json.dumps([last, place]).encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[int, int]:
    try:
        padded = cursor.encode() + b"=" * (-len(cursor) % 4)
        named = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
    except (ValueError, binascii.Error, RecursionError) as error:
        raise _no_cursor() from error
    if not isinstance(named, list) or len(named) != 2:
        raise _no_cursor()
    if any(type(each) is not int or not 0 <= each <= _LARGEST for each in named):
        raise _no_cursor()
    return named[0], named[1]


def before_in(paging: FromCursor) -> int | None:
    """The key that a page of the record is before; None for the newest. Raises ``Problem``."""
    return _read(paging.cursor)[0] if paging.cursor else None


def _no_cursor() -> Problem:
    return Problem(
        NOT_VALID,
        "This cursor is none of ours. Ask without one for the first page, and then with the “next” "
        "of each page.",
    )
