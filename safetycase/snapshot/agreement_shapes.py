"""The shape of what a snapshot says of the safety charter and of risk–benefit analyses.

As in ``shape``: text, whole numbers, lists and dicts only.
"""

from typing import TypedDict


class SignedShape(TypedDict):
    """Who signed something, as they were then."""

    meaning_words: str
    name: str
    role_words: str
    registration: str
    at: str


class CharterOutcomeShape(TypedDict):
    """An outcome that matters most."""

    outcome: str
    measure: str
    target: str


class DecisionRightShape(TypedDict):
    """Who decides something."""

    what: str
    decides: str
    consulted: str


class CharterShape(TypedDict):
    """The safety charter in force."""

    number: int
    promise: str
    clinical: list[CharterOutcomeShape]
    of_product: list[CharterOutcomeShape]
    never: list[str]
    may: list[str]
    rights: list[DecisionRightShape]
    signatures: list[SignedShape]


class SaidShape(TypedDict):
    """A text under its heading."""

    label: str
    text: str


class RiskBenefitShape(TypedDict):
    """A concluded risk–benefit analysis; ``bears`` is False where the project is re-appraised."""

    number: int
    bears: bool
    conclusion_words: str
    conclusion: str
    texts: list[SaidShape]
    signatures: list[SignedShape]
