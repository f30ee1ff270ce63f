"""JSON as this application reads it from a file: nothing in it may hide behind something else."""

import json
from math import isinf
from typing import Any

LONGEST_NUMBER = 300  # characters


class SaidTwice(ValueError):
    """A key stands twice in one object, of which a reader would keep only the last."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def strict_json(text: str) -> Any:
    """The value of a JSON text.

    Raises ``SaidTwice``, ``ValueError`` for what is no JSON (NaN and Infinity are none) and for
    numbers beyond all measure, and ``RecursionError`` for what is nested too deeply.
    """
    return json.loads(
        text,
        parse_int=_whole_number,
        parse_float=_number,
        parse_constant=_no_number,
        object_pairs_hook=_object,
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    together = dict(pairs)
    if len(together) < len(pairs):
        known: set[str] = set()
        for key, _ in pairs:
            if key in known:
                raise SaidTwice(key)
            known.add(key)
    return together


def _whole_number(digits: str) -> int:
    if len(digits) > LONGEST_NUMBER:
        raise ValueError(f"a number has {len(digits):,} digits")
    return int(digits)


def _number(digits: str) -> float:
    if len(digits) > LONGEST_NUMBER or isinf(value := float(digits)):
        raise ValueError(f"{digits[:20]} is too large a number")
    return value


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")
