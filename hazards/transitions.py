"""Conditions of a hazard's status that packages above add (an acceptance, an incident).

They register in ``AppConfig.ready()``; this package never imports them.
"""

from collections.abc import Callable

from hazards.choices import HazardStatus
from hazards.models import Hazard

#: Given a hazard and the status it shall have: a sentence for each thing that is missing.
StatusCondition = Callable[[Hazard, HazardStatus], list[str]]

_conditions: list[StatusCondition] = []


def register_status_condition(condition: StatusCondition) -> StatusCondition:
    """Ask this condition too before a hazard changes its status."""
    if condition not in _conditions:
        _conditions.append(condition)
    return condition


def conditions_from_above(hazard: Hazard, status: HazardStatus) -> list[str]:
    """Everything that upper packages miss before a hazard may have this status."""
    return [sentence for condition in _conditions for sentence in condition(hazard, status)]
