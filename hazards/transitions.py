"""Conditions of a hazard's status that packages above add (an acceptance, an incident).

They register in ``AppConfig.ready()``; this package never imports them.
"""

from collections.abc import Callable

from hazards.choices import HazardStatus
from hazards.models import Hazard
from hazards.rules import HazardFacts

#: Given a hazard and the status it shall have: a sentence for each thing that is missing.
StatusCondition = Callable[[Hazard, HazardStatus], list[str]]
#: The same of a hazard that is not there yet (an import shows what it would bring).
NewStatusCondition = Callable[[HazardFacts, HazardStatus], list[str]]

_conditions: list[StatusCondition] = []
_conditions_of_new: list[NewStatusCondition] = []


def register_status_condition(
    condition: StatusCondition, of_new: NewStatusCondition | None = None
) -> StatusCondition:
    """Ask this condition too before a hazard changes its status; ``of_new`` where it is planned."""
    if condition not in _conditions:
        _conditions.append(condition)
    if of_new is not None and of_new not in _conditions_of_new:
        _conditions_of_new.append(of_new)
    return condition


def conditions_from_above(hazard: Hazard, status: HazardStatus) -> list[str]:
    """Everything that upper packages miss before a hazard may have this status."""
    return [sentence for condition in _conditions for sentence in condition(hazard, status)]


def conditions_on_new(facts: HazardFacts, status: HazardStatus) -> list[str]:
    """Everything that upper packages will miss on a hazard that is about to be made."""
    return [sentence for condition in _conditions_of_new for sentence in condition(facts, status)]
