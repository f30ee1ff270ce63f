"""A record as plain values, in the shape that ``definition`` gives them.

Text, whole numbers, lists and dicts only; days as ``2026-05-03``, moments in UTC with a Z.
"""

from typing import Any, NotRequired, TypedDict

from hazards.record_format.people import Person

LevelValue = dict[str, str]


class MatrixValue(TypedDict):
    """A version of the matrix; severities and rows lowest first."""

    number: int
    name: str
    severities: list[LevelValue]
    likelihoods: list[LevelValue]
    classes: list[dict[str, Any]]
    rows: list[dict[str, Any]]


class FeatureValue(TypedDict):
    """A feature that a hazard names."""

    reference: str
    title: str


class HarmValue(TypedDict):
    """A harm."""

    text: str
    in_the_log: bool


class CauseValue(TypedDict):
    """A cause."""

    text: str
    kind: str
    accepted_because: str
    in_the_log: bool


EstimateValue = TypedDict(
    "EstimateValue",
    {
        "stage": str,
        "cause": int | None,
        "harm": int | None,
        "patients": str,
        "matrix": int,
        "severity": str,
        "likelihood": str,
        "class": int,
        "acceptability": str,
        "why_severity": str,
        "why_likelihood": str,
        "assumption": int | None,
        "by": Person,
        "at": str,
    },
)


class HazardValue(TypedDict):
    """A hazard with its harms, causes and estimates."""

    number: int
    reference: str
    imported_reference: str
    name: str
    description: str
    effect: str
    for_patients: NotRequired[str]
    for_product: NotRequired[str]
    family: str
    state: str
    status: str
    merged_into: str | None
    split_from: str | None
    library_entry: str
    actions: str
    justification: str
    owner: Person | None
    owner_role: str
    review_date: str | None
    in_scope_from: str
    features: list[str]
    harms: list[HarmValue]
    causes: list[CauseValue]
    estimates: list[EstimateValue]


class ActsOnValue(TypedDict):
    """What a control acts on, by the places of causes and harms from 1."""

    hazard: str
    cause: int | None
    harm: int | None


class ControlValue(TypedDict):
    """A control of the product."""

    number: int
    reference: str
    text: str
    kind: str
    type: str
    strength: str
    function: str
    party: str
    instruction: str
    state: str
    delivered_in: str
    implementation_reference: str
    implementer: Person | None
    due_on: str | None
    none_because: str
    new_hazards: list[str]
    acts_on: list[ActsOnValue]


class FileValue(TypedDict):
    """A file of evidence."""

    name: str
    kind: str
    size: int
    sha256: str


class EvidenceValue(TypedDict):
    """A piece of evidence."""

    title: str
    state: str
    of: str
    link: str
    file: FileValue | None
    result: str
    dated_on: str | None
    release: str
    verifier: Person | None
    valid_until: str | None
    in_the_log: bool
    controls: list[str]


class AssumptionValue(TypedDict):
    """An assumption."""

    hazard: str | None
    text: str
    held_by: str
    valid_until: str | None
    state: str


class RecordValue(TypedDict):
    """A whole log."""

    format: str
    version: int
    matrix: int | None
    matrices: list[MatrixValue]
    features: list[FeatureValue]
    hazards: list[HazardValue]
    assumptions: list[AssumptionValue]
    controls: list[ControlValue]
    evidence: list[EvidenceValue]
