"""A record as text: one line for each thing, so that two of them can be laid beside each other.

Keys sorted, UTF-8, line feeds, no time and no chance: the same log gives the same bytes.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

#: The fields of the record that are lists, which are written a thing at a time.
_AT_ONCE = 200  # things that go out together


def record_pieces(parts: Mapping[str, Any]) -> Iterator[bytes]:
    """The bytes of a record in pieces; a part that is no plain value is an iterable of things."""
    opening = "{"
    for name in parts:
        value = parts[name]
        yield f"{opening}\n{json.dumps(name)}: ".encode()
        if value is None or isinstance(value, str | int):
            yield line_of(value).encode()
        else:
            yield from _listed(value)
        opening = ","
    yield b"\n}\n"


def line_of(value: Any) -> str:
    """A value on one line, keys sorted."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _listed(things: Iterable[Any]) -> Iterator[bytes]:
    yield b"["
    waiting: list[str] = []
    separator = "\n"
    for thing in things:
        waiting.append(f"{separator}{line_of(thing)}")
        separator = ",\n"
        if len(waiting) == _AT_ONCE:
            yield "".join(waiting).encode()
            waiting = []
    yield "".join([*waiting, "\n]" if separator != "\n" else "]"]).encode()
