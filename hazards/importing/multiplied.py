"""Classes that are none: severity times likelihood in numbers, on a scale of 1 to 25 or so.

They are reported and left: the class of a hazard comes from the matrix and nowhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import replace

from hazards.choices import Stage
from hazards.importing.cells import folded
from hazards.importing.parsed import ParsedEstimate, ParsedHazard
from hazards.importing.words_said import number_of

MOST_CLASSES = 5  # that any matrix has

_CLASS = re.compile(r"(?:class |risk |level )*([0-9]{1,2})(?:\.0)?")
#: A number with words beside it: ``3 - Undesirable``, ``High (3)``.
_CLASS_IN_WORDS = re.compile(r"^[(\[]?([0-9]{1,2})[)\]]?\s*[-–—:.=(]|[(\[]([0-9]{1,2})[)\]]$")


def class_number(text: str) -> int | None:
    """The number that a cell of a class says: ``3``, ``Class 3``, ``High (3)``; None for others."""
    match = _CLASS.fullmatch(folded(text))
    if match is not None:
        return int(match[1])
    beside = _CLASS_IN_WORDS.search(folded(text))
    return int(beside[1] or beside[2]) if beside is not None else None


def mark_products(hazards: Iterable[ParsedHazard]) -> None:
    """Mark the classes that are severity times likelihood, one column after the other.

    Beside numbers they are when most of them are what the two numbers make. Beside words they are
    when one of them is higher than a class can be.
    """
    every = list(hazards)
    for stage in Stage:
        of_stage = [e for hazard in every for e in hazard.estimates if e.stage is stage]
        numbered = [e for e in of_stage if class_number(e.risk_class) is not None]
        beside_numbers = [e for e in numbered if _product_of(e) is not None]
        found = {e for e in beside_numbers if _product_of(e) == class_number(e.risk_class)}
        if 2 * len(found) <= len(beside_numbers):
            found = set()
        beside_words = [e for e in numbered if _product_of(e) is None]
        if any((class_number(e.risk_class) or 0) > MOST_CLASSES for e in beside_words):
            found |= set(beside_words)
        for hazard in every:
            hazard.estimates = [
                replace(e, is_product=True) if e in found else e for e in hazard.estimates
            ]


def _product_of(estimate: ParsedEstimate) -> int | None:
    severity, likelihood = number_of(estimate.severity), number_of(estimate.likelihood)
    return severity * likelihood if severity is not None and likelihood is not None else None
