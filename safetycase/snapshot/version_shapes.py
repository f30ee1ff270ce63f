"""The shape of what a snapshot says of the plan, acceptances and earlier versions.

As in ``shape``: text, whole numbers, lists and dicts only.
"""

from typing import TypedDict


class AcceptanceShape(TypedDict):
    """The acceptance of a residual risk; ``why_not`` is empty while it stands."""

    by: str
    job_title: str
    registration: str
    authority_words: str
    plan: int
    at: str
    why: str
    was_provisional: bool
    class_number: int
    severity: str
    likelihood: str
    cause: int | None
    stands: bool
    why_not: list[str]


class PlanClassShape(TypedDict):
    """What the plan says of a class."""

    number: int
    accepted_by_words: str
    review_months: int


class PlanSignatureShape(TypedDict):
    """Who put the plan in force."""

    meaning_words: str
    name: str
    role_words: str
    registration: str
    at: str


class PlanShape(TypedDict):
    """The clinical risk management plan in force."""

    number: int
    purpose: str
    governance: str
    activities: str
    competence: str
    process_review: str
    matrix_number: int
    phases_words: list[str]
    needs_authorisation: bool
    classes: list[PlanClassShape]
    signatures: list[PlanSignatureShape]


class RevisionShape(TypedDict):
    """An issued version before this one."""

    version: int
    release: str
    phase_words: str
    at: str
    author: str
    summary: str
