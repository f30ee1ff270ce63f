"""JSON as this application reads it from a file: nothing in it may hide behind something else."""

import json
from typing import Any


class SaidTwice(ValueError):
    """A key stands twice in one object, of which a reader would keep only the last."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def strict_json(text: str) -> Any:
    """The value of a JSON text.

    Raises ``SaidTwice``, ``ValueError`` for what is no JSON (NaN and Infinity are none), and
    ``RecursionError`` for what is nested too deeply.
    """
    return json.loads(text, parse_constant=_no_number, object_pairs_hook=_object)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    together = dict(pairs)
    if len(together) < len(pairs):
        known: set[str] = set()
        for key, _ in pairs:
            if key in known:
                raise SaidTwice(key)
            known.add(key)
    return together


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
