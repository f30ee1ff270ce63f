"""The shape of what a snapshot says of the release gate.

As in ``shape``: text, whole numbers, lists and dicts only.
"""

from typing import TypedDict


class GateReasonShape(TypedDict):
    """Something that blocks the release, or would. ``hazard`` is a reference, '' for the product;
    ``mark`` says whether it counts, is waived or legacy."""

    rule: str
    title: str
    message: str
    mark: str
    hazard: str
    address: str
    field: str
    subject: str
    waived_until: str | None
    waived_because: str
    waiver: str


class GateShape(TypedDict):
    """The gate's answer on the day of the freeze, apart from what waits for the signatures on this
    very version."""

    on: str
    decision: str
    decision_words: str
    reasons: list[GateReasonShape]
    let_stand: list[GateReasonShape]
    warnings: int
