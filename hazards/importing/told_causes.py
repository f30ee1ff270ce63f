"""Which cause a log of objects means by a number: the first has 0 in one log and 1 in another."""

from collections.abc import Iterable, Iterator
from typing import Any

from hazards.importing.cells import text_of
from hazards.importing.control_details import causes_told, is_of_controls
from hazards.importing.fields import Field
from hazards.importing.told_estimates import numbers_in, stage_by_cause
from hazards.importing.vocabulary import FIELD_OF, plain_heading

UNCLEAR = (
    "The numbers of causes do not tell whether the first cause is 0 or 1. What is said of a cause "
    "by its number was therefore read as said of the whole hazard, and estimates by cause were not "
    "taken."
)
UNCLEAR_TODO = (
    "Write the words of the cause in the place of its number, or say on each hazard which causes "
    "its controls act on."
)


def first_number(rows: Iterable[dict[str, Any]]) -> tuple[int | None, bool]:
    """The number of a hazard's first cause, and whether the log has numbers of causes at all.

    It is 0 where any of them is 0; 1 where one is as high as its hazard has causes; else unclear.
    """
    numbers = [(number, causes_in(row)) for row in rows for number in _numbers(row)]
    if any(number == 0 for number, _ in numbers):
        return 0, True
    if any(number == causes for number, causes in numbers):
        return 1, True
    return None, bool(numbers)


def causes_in(row: dict[str, Any]) -> int:
    """How many causes a hazard lists."""
    for key, value in row.items():
        if isinstance(value, list) and FIELD_OF.get(plain_heading(key)) is Field.CAUSE:
            return len(value)
    return 0


def _numbers(row: dict[str, Any]) -> Iterator[int]:
    for key, value in row.items():
        if stage_by_cause(key.replace("_", " ")) is not None:
            yield from numbers_in(value)
        if not isinstance(value, list) or not is_of_controls(key.replace("_", " ")):
            continue
        for each in value:
            told = causes_told(each) if isinstance(each, dict) else []
            yield from (int(text) for text in told if text_of(text).isdecimal())
