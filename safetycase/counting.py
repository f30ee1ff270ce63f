"""Counting risks, on plain values: every number that a page or a report prints comes from here."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

Square = tuple[int, int]  # the keys of a severity and of a likelihood


@dataclass(frozen=True)
class Risk:
    """A hazard's risk at one stage: the worst of its current estimates."""

    matrix: int
    severity: int
    likelihood: int
    class_number: int


@dataclass(frozen=True)
class HazardRisk:
    """What counting needs to know of one hazard.

    ``scope`` is the place of the release from which it is in scope, None when it has no place.
    ``is_provisional`` holds for one release: its residual risk relies on a control that does not
    stand, or that a later release delivers.
    """

    id: int
    state: str
    status: str
    scope: int | None
    initial: Risk | None
    residual: Risk | None
    residual_is_needed: bool
    is_provisional: bool


@dataclass
class ClassCount:
    """How many hazards have a risk of one class."""

    number: int
    hazards: int = 0
    provisional: int = 0

    @property
    def confirmed(self) -> int:
        """How many of them rely on no control that does not stand yet."""
        return self.hazards - self.provisional


@dataclass
class StageCount:
    """The risks of a set of hazards at one stage. Every hazard is counted once, somewhere."""

    hazards: int = 0
    classes: dict[int, ClassCount] = field(default_factory=dict)
    squares: Counter[Square] = field(default_factory=Counter)
    not_estimated: int = 0
    not_needed: int = 0  # the initial risk is acceptable and nothing was added (clause 5.1.2)
    other_matrix: int = 0  # estimated against another version of the matrix

    @property
    def provisional(self) -> int:
        """How many of the counted risks are provisional."""
        return sum(each.provisional for each in self.classes.values())

    @property
    def confirmed(self) -> int:
        """How many of the counted risks are confirmed."""
        return sum(each.confirmed for each in self.classes.values())

    @property
    def estimated(self) -> int:
        """How many hazards stand in the classes."""
        return sum(each.hazards for each in self.classes.values())


def count_initial(
    hazards: Iterable[HazardRisk], matrix: int | None, classes: Iterable[int]
) -> StageCount:
    """The risks before additional controls, by class of the given matrix version."""
    counted = _empty(classes)
    for hazard in hazards:
        _count(counted, hazard.initial, matrix, is_provisional=False, is_needed=True)
    return counted


def count_residual(
    hazards: Iterable[HazardRisk], matrix: int | None, classes: Iterable[int]
) -> StageCount:
    """The risks that remain, by class, each with how many are provisional."""
    counted = _empty(classes)
    for hazard in hazards:
        _count(
            counted,
            hazard.residual,
            matrix,
            is_provisional=hazard.is_provisional,
            # Without an initial estimate nobody can say that the residual one is not needed.
            is_needed=hazard.residual_is_needed or hazard.initial is None,
        )
    return counted


def _empty(classes: Iterable[int]) -> StageCount:
    return StageCount(classes={number: ClassCount(number) for number in sorted(classes)})


def _count(
    counted: StageCount,
    risk: Risk | None,
    matrix: int | None,
    *,
    is_provisional: bool,
    is_needed: bool,
) -> None:
    counted.hazards += 1
    if risk is None:
        if is_needed:
            counted.not_estimated += 1
        else:
            counted.not_needed += 1
    elif risk.matrix != matrix:
        counted.other_matrix += 1
    else:
        of_class = counted.classes[risk.class_number]
        of_class.hazards += 1
        of_class.provisional += is_provisional
        counted.squares[(risk.severity, risk.likelihood)] += 1


@dataclass(frozen=True)
class Placed:
    """The hazards of a log by whether they belong to one release."""

    in_scope: list[HazardRisk]
    unplaced: list[HazardRisk]
    later: list[HazardRisk]


def place(hazards: Iterable[HazardRisk], position: int | None) -> Placed:
    """Sort hazards by their scope against a release's position; without one all are in scope."""
    placed = Placed([], [], [])
    for hazard in hazards:
        if position is None:
            placed.in_scope.append(hazard)
        elif hazard.scope is None:
            placed.unplaced.append(hazard)
        elif hazard.scope <= position:
            placed.in_scope.append(hazard)
        else:
            placed.later.append(hazard)
    return placed
