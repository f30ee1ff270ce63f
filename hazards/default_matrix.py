"""The default risk matrix and its criteria, as DCB0129's implementation guidance gives them.

Shipped words; a product receives a copy as its version 1 and may tailor it in its plan.
"""

from typing import NamedTuple

from hazards.choices import Acceptability
from products.choices import Role

NAME = "Risk matrix"


class LevelWords(NamedTuple):
    """A step of an axis."""

    word: str
    meaning: str


class ClassWords(NamedTuple):
    """A risk class."""

    number: int
    acceptability: Acceptability
    meaning: str
    accepted_by_role: str


class OutcomeWords(NamedTuple):
    """An outcome in plain words, and the severity it has for one patient and for several."""

    words: str
    for_one: str
    for_several: str


#: Lowest first.
SEVERITIES = (
    LevelWords(
        "Minor",
        "Minor injury with expected short-term recovery, minor psychological upset, inconvenience, "
        "or any negligible consequence, for a single patient.",
    ),
    LevelWords(
        "Significant",
        "Minor injury without expected short-term recovery or significant psychological trauma, "
        "for a single patient; or minor injury with expected short-term recovery, minor "
        "psychological upset or inconvenience, for several.",
    ),
    LevelWords(
        "Considerable",
        "Severe injury with expected short-term recovery or severe psychological trauma, for a "
        "single patient; or minor injury without expected short-term recovery or significant "
        "psychological trauma, for several.",
    ),
    LevelWords(
        "Major",
        "Death, permanent life-changing incapacity or a condition whose prognosis is either, or "
        "severe injury without expected short-term recovery, for a single patient; or severe "
        "injury with expected short-term recovery or severe psychological trauma, for several.",
    ),
    LevelWords(
        "Catastrophic",
        "Death, permanent life-changing incapacity or a condition whose prognosis is either, or "
        "severe injury without expected short-term recovery, for several patients.",
    ),
)

#: Lowest first.
LIKELIHOODS = (
    LevelWords("Very low", "Negligible or nearly negligible possibility."),
    LevelWords("Low", "Could occur, but on the great majority of occasions will not."),
    LevelWords("Medium", "Possible."),
    LevelWords("High", "Not certain but very possible; expected in the majority of cases."),
    LevelWords("Very high", "Certain or almost certain; highly likely to occur."),
)

#: Likelihood → classes from the lowest severity to the highest. Looked up, never multiplied.
CELLS: dict[str, tuple[int, int, int, int, int]] = {
    "Very high": (3, 4, 4, 5, 5),
    "High": (2, 3, 3, 4, 5),
    "Medium": (2, 2, 3, 3, 4),
    "Low": (1, 2, 2, 3, 4),
    "Very low": (1, 1, 2, 2, 3),
}

CLASSES = (
    ClassWords(1, Acceptability.ACCEPTABLE, "Acceptable; nothing further is required.", ""),
    ClassWords(
        2,
        Acceptability.ACCEPTABLE,
        "Acceptable where the cost of further reduction outweighs the benefit, or where further "
        "reduction is impractical.",
        "",
    ),
    ClassWords(
        3,
        Acceptability.IF_JUSTIFIED,
        "Undesirable: try to eliminate or control it; acceptable only when further reduction is "
        "impractical.",
        Role.CLINICAL_SAFETY_OFFICER,
    ),
    ClassWords(
        4,
        Acceptability.UNACCEPTABLE,
        "Must be eliminated, or given controls that reduce it to an acceptable level.",
        Role.ACCOUNTABLE_EXECUTIVE,
    ),
    ClassWords(5, Acceptability.UNACCEPTABLE, "Unacceptable.", ""),
)

#: Worst first, as the picker asks. An empty level: the matrix does not place this; choose the word.
OUTCOMES = (
    OutcomeWords(
        "Death, permanent life-changing incapacity, a condition whose prognosis is either, or "
        "severe injury without expected short-term recovery",
        "Major",
        "Catastrophic",
    ),
    OutcomeWords(
        "Severe injury with expected short-term recovery, or severe psychological trauma",
        "Considerable",
        "Major",
    ),
    OutcomeWords(
        "Minor injury without expected short-term recovery, or significant psychological trauma",
        "Significant",
        "Considerable",
    ),
    OutcomeWords(
        "Minor injury with expected short-term recovery, minor psychological upset, inconvenience",
        "Minor",
        "Significant",
    ),
    OutcomeWords("A negligible consequence", "Minor", ""),
)
