"""Rules of trade-off decisions, as pure functions on plain values.

Risks are compared by class and by their places on the axes, never by a product of numbers.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from hazards.choices import Acceptability
from products.choices import Side
from reviews.choices import DecisionState

#: An agreed decision may not lie longer than this before somebody looks at it again.
LONGEST_UNTIL_REVIEW = datetime.timedelta(days=366)


# --- What an option does to a hazard --------------------------------------------------------------


@dataclass(frozen=True)
class PlacedRisk:
    """A risk on a version of the matrix: its class, and the places of its words on their axes.

    It reads as a chip does (``components/risk_chip.html``).
    """

    matrix: int  # the number of the version
    number: int  # the class
    acceptability: str
    severity_word: str
    severity: int  # place on its axis, 1 is the lowest
    likelihood_word: str
    likelihood: int
    stage: str = ""

    @property
    def acceptability_in_words(self) -> str:
        """What the class means, in words."""
        return str(Acceptability(self.acceptability).label)

    @property
    def place(self) -> tuple[int, int, int]:
        """What risks are ordered by, as a hazard's worst is: class, severity, likelihood."""
        return (self.number, self.severity, self.likelihood)

    def plain(self) -> dict[str, Any]:
        """As what was signed keeps it."""
        return dict(vars(self))


class Effect(Enum):
    """What an option does to a hazard, against its risk as it is today."""

    BETTER = "better"
    SAME = "same"
    WORSE = "worse"
    NEW = "new"
    UNTOUCHED = "not touched"
    FIRST = "not estimated today"
    ELSEWHERE = "estimated with another matrix"
    UNSAID = "not estimated yet"


#: What counts as making a hazard worse.
MAKES_WORSE = (Effect.WORSE, Effect.NEW)


def effect_of(
    today: PlacedRisk | None, then: PlacedRisk | None, *, is_said: bool, is_new: bool
) -> Effect:
    """What an option does. ``then`` is None where it does not touch the hazard, or nobody said."""
    if not is_said:
        return Effect.UNSAID
    if then is None:
        return Effect.UNTOUCHED
    if is_new:
        return Effect.NEW
    if today is None:
        return Effect.FIRST
    if today.matrix != then.matrix:
        return Effect.ELSEWHERE
    if today.place == then.place:
        return Effect.SAME
    return Effect.WORSE if then.place > today.place else Effect.BETTER


# --- The plan's limit -----------------------------------------------------------------------------

NO_PLAN = (
    "No clinical risk management plan is in force, so nobody has said which risks are acceptable. "
    "Have the plan approved and authorised first."
)


NO_HAZARD = (
    "no hazard is in the table, so nothing says what this option does to patients: add the hazards "
    "that the options touch, or that they would bring"
)


@dataclass(frozen=True)
class Limit:
    """What the plan in force accepts: ``plan`` and ``matrix`` are numbers, None without a plan;
    ``accepted`` are the classes acceptable if justified that the plan lets somebody accept."""

    plan: int | None
    matrix: int | None
    accepted: frozenset[int]

    def plain(self) -> dict[str, Any]:
        """As what was signed keeps it."""
        return {"plan": self.plan, "matrix": self.matrix, "accepted": sorted(self.accepted)}


def why_above(risk: PlacedRisk, limit: Limit) -> str:
    """Why a risk is above what the plan in force accepts, or ''. It reads after a hazard's name.

    Without a plan in force only what is unacceptable by the matrix is said here.
    """
    if risk.acceptability == Acceptability.UNACCEPTABLE:
        return f"class {risk.number} is unacceptable: no option that leaves it can be chosen"
    if limit.plan is None:
        return ""
    if risk.matrix != limit.matrix:
        return (
            f"it was estimated with version {risk.matrix} of the risk matrix and version "
            f"{limit.plan} of the plan names version {limit.matrix}: estimate it again with that"
        )
    if risk.acceptability == Acceptability.IF_JUSTIFIED and risk.number not in limit.accepted:
        return f"version {limit.plan} of the plan lets nobody accept class {risk.number}"
    return ""


@dataclass(frozen=True)
class CellFacts:
    """What the rules need to know of an option and a hazard. ``is_asked`` says whether any option
    touches the hazard; ``is_brought`` whether a safeguard of this one brings it; ``moved`` why what
    was said of it does not stand any more, or ''."""

    hazard: str  # as people know it
    is_asked: bool
    is_said: bool
    is_new: bool
    today: PlacedRisk | None
    then: PlacedRisk | None
    moved: str = ""
    is_brought: bool = False

    @property
    def is_unfinished(self) -> bool:
        """Whether it is to be estimated: for the first time, again, or since the option itself
        brings the hazard, so that it cannot be untouched by it."""
        return not self.is_said or bool(self.moved) or (self.is_brought and self.then is None)


def why_moved(then: PlacedRisk, square: tuple[int, str] | None) -> str:
    """Why what an option would do has to be estimated again, or ''.

    ``square`` is the class and the acceptability that the same version of the matrix has for its
    words now, None where it has none: the first version is used while it is still a draft.
    """
    if square is None:
        return f"version {then.matrix} of the risk matrix has no such square any more"
    number, acceptability = square
    if number != then.number:
        return f"the risk matrix has class {number} for it now, no longer class {then.number}"
    if acceptability != then.acceptability:
        words = Acceptability(acceptability).label.lower()
        return f"in the risk matrix class {number} is {words} now"
    return ""


def why_not_this_cell(cell: CellFacts, limit: Limit) -> str:
    """Why an option cannot be chosen with this cell, or ''.

    Each hazard of the table has to be said: one of which nobody says anything, like one that a
    safeguard brings, would be lost with the choice. An option that does not touch a hazard leaves
    it at today's risk, which is held to the same limit. One that another option would bring is
    simply not brought, and what no option touches is not asked for its risk.
    """
    if not cell.is_said:
        return f"{cell.hazard}: nobody has said yet what this option does to it"
    if cell.is_brought and cell.then is None:
        return (
            f"{cell.hazard}: a safeguard says that this option brings it, and it is marked as not "
            "touched: estimate it, or take that safeguard out"
        )
    if not cell.is_asked:
        return ""
    if cell.moved:
        return f"{cell.hazard}: {cell.moved}: estimate it again"
    if cell.then is not None:
        above = why_above(cell.then, limit)
        return f"{cell.hazard}: {above}" if above else ""
    if cell.is_new:
        return ""
    if cell.today is None:
        return f"{cell.hazard}: it is not touched, and its risk today is not estimated in the log"
    above = why_above(cell.today, limit)
    return f"{cell.hazard}: it stays as it is today, and {above}" if above else ""


# --- Where the views stand against each other -----------------------------------------------------


@dataclass(frozen=True)
class OptionFacts:
    """An option as far as it is held against others: the hazards that it makes worse or brings."""

    key: int
    side: str
    worse: frozenset[int]
    is_third: bool = False


def opposed(options: Sequence[OptionFacts]) -> tuple[int, int] | None:
    """Two options, each of which makes hazards worse that the other does not; None without any.

    Two of the same side are no two views, and what was built of the answers is none. Options of
    both sides come before those that nobody gave a side.
    """
    held = [each for each in options if not each.is_third]
    pairs = [
        (one, other)
        for place, one in enumerate(held)
        for other in held[place + 1 :]
        if not (one.side and one.side == other.side)
        and one.worse - other.worse
        and other.worse - one.worse
    ]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: not (pair[0].side and pair[1].side))
    return pairs[0][0].key, pairs[0][1].key


# --- Whose move it is -----------------------------------------------------------------------------


@dataclass(frozen=True)
class DecisionFacts:
    """What the rules need to know to say whose move it is."""

    state: DecisionState
    has_clinical_view: bool
    has_product_view: bool
    options: int
    hazards: int  # rows of the table
    gaps: int  # cells that are to be estimated, for the first time or again
    is_apart: bool
    has_third: bool
    has_choice: bool
    why_not_chosen: bool  # something is in the way of the option that is chosen
    signed_clinical: bool
    signed_product: bool
    is_rejected: bool
    to_review: bool


@dataclass(frozen=True)
class Turn:
    """Whose move it is (nobody's where ``sides`` is empty) and what they do."""

    sides: tuple[Side, ...]
    what: str

    @property
    def who(self) -> str:
        """Whose move it is, in words."""
        if not self.sides:
            return ""
        return "both sides" if len(self.sides) > 1 else f"the {self.sides[0].label.lower()} side"


BOTH = (Side.CLINICAL, Side.PRODUCT)


def turn_of(facts: DecisionFacts) -> Turn:
    """Whose move a decision is."""
    if facts.state is DecisionState.AGREED:
        return Turn(BOTH, "review it") if facts.to_review else Turn((), "")
    if facts.state is not DecisionState.OPEN:
        return Turn((), "")
    silent = [
        side
        for side, spoke in zip(BOTH, (facts.has_clinical_view, facts.has_product_view), strict=True)
        if not spoke
    ]
    if silent:
        return Turn(tuple(silent), "write the view")
    return _after_both_spoke(facts)


def _after_both_spoke(facts: DecisionFacts) -> Turn:
    if facts.options < 2:
        return Turn(BOTH, "add options")
    if not facts.hazards:
        return Turn(BOTH, "say which hazards the options touch")
    if facts.gaps:
        return Turn((Side.CLINICAL,), "estimate the options")
    if facts.is_apart and not facts.has_third:
        return Turn(BOTH, "find a third option")
    if not facts.has_choice or facts.why_not_chosen:
        return Turn(BOTH, "choose an option")
    if facts.is_rejected:
        return Turn(BOTH, "answer the rejection")
    unsigned = [
        side
        for side, signed in zip(BOTH, (facts.signed_clinical, facts.signed_product), strict=True)
        if not signed
    ]
    return Turn(tuple(unsigned), "sign")


def why_to_review(
    *,
    review_on: datetime.date | None,
    today: datetime.date,
    fired: Iterable[str],
    withdrawn_by: Iterable[str],
) -> list[str]:
    """Why an agreed decision is to be looked at again; empty while it is not."""
    reasons = [f"Its trigger fired: {text}" for text in fired]
    if review_on is not None and review_on <= today:
        reasons.append(f"Its review was due on {review_on:%-d %B %Y}.")
    reasons += [f"{name} withdrew their signature." for name in withdrawn_by]
    return reasons
