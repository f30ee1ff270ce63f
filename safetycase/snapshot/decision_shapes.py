"""The shape of what a snapshot says of the trade-off decisions that both sides agreed.

As in ``shape``: text, whole numbers, lists and dicts only.
"""

from typing import TypedDict


class DecisionRiskShape(TypedDict):
    """A risk as a decision compared it."""

    class_number: int
    severity: str
    likelihood: str


class DecisionCellShape(TypedDict):
    """What an option does to a hazard; ``risk`` is None where it does not touch it."""

    risk: DecisionRiskShape | None
    effect: str
    why: str


class DecisionRowShape(TypedDict):
    """A hazard of the table; its cells in the order of the options.

    ``is_provisional`` is of its risk that day, None where that was an initial risk.
    """

    reference: str
    name: str
    is_new: bool
    today: DecisionRiskShape | None
    is_provisional: bool | None
    cells: list[DecisionCellShape]


class DecisionOptionShape(TypedDict):
    """An option."""

    name: str
    side_words: str
    is_third: bool
    is_chosen: bool
    is_above: bool
    description: str
    evidence: str
    for_patients: str
    for_business: str
    cost: str


class DecisionSafeguardShape(TypedDict):
    """A safeguard of the chosen option; ``control`` is the control in the log that it is."""

    kind_words: str
    text: str
    tier: str
    often: str
    threshold: str
    control: str
    is_made: bool
    hazards: list[str]


class DissentShape(TypedDict):
    """Who disagreed, in their own words."""

    side_words: str
    text: str
    by: str
    at: str


class DecisionSignatureShape(TypedDict):
    """Who agreed for which side; ``is_withdrawn`` where they took it back since."""

    meaning_words: str
    name: str
    role_words: str
    registration: str
    at: str
    comment: str
    is_withdrawn: bool


class DecisionShape(TypedDict):
    """A decision as it was agreed."""

    reference: str
    title: str
    question: str
    release: str
    supersedes: str
    clinical_view: str
    clinical_would_change: str
    product_view: str
    product_would_change: str
    options: list[DecisionOptionShape]
    rows: list[DecisionRowShape]
    why: str
    safeguards: list[DecisionSafeguardShape]
    review_on: str | None
    triggers: list[str]
    to_review: list[str]
    dissents: list[DissentShape]
    signatures: list[DecisionSignatureShape]
