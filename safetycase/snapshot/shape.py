"""The shape of a snapshot: everything that a report and its hazard log say at one moment.

Text, whole numbers, lists and dicts only; days as ``2026-05-03``, moments in UTC with a Z. What is
empty is ``""``, an empty list, or None for a thing that is not there. Words (``…_words``) stand
beside stored values, so that a snapshot reads the same when the application's words change.
"""

from typing import NotRequired, TypedDict

from safetycase.snapshot.agreement_shapes import CharterShape, RiskBenefitShape
from safetycase.snapshot.decision_shapes import DecisionShape
from safetycase.snapshot.gate_shapes import GateShape
from safetycase.snapshot.quality_shapes import QualityShape
from safetycase.snapshot.version_shapes import AcceptanceShape, PlanShape, RevisionShape

#: Raised when something that stands in the shape changes, so that an old snapshot says how to read
#: it. A part that is added is NotRequired instead: its readers cope with snapshots without it.
PROJECTION = 1


class OrganisationShape(TypedDict):
    """Who makes the product."""

    name: str
    kind_words: str


class ProductShape(TypedDict):
    """The product."""

    name: str
    slug: str
    public_id: str
    summary: str


class ReleaseShape(TypedDict):
    """A release and the features that it brings (their references)."""

    label: str
    state: str
    state_words: str
    planned_on: str | None
    released_on: str | None
    summary: str
    features: list[str]


class FeatureShape(TypedDict):
    """A feature carried by the release or an earlier one."""

    reference: str
    title: str
    for_product: str
    for_patients: str
    tracker_url: str
    owner: str
    first_release: str
    hazards: list[str]


class IntendedUseShape(TypedDict):
    """The statement of intended use that holds."""

    number: int
    purpose: str
    users: str
    patient_groups: str
    care_settings: str
    exclusions: str
    device_statement: str
    stated_at: str
    stated_by: str


class MemberShape(TypedDict):
    """A person's role on the product today, with their registration as it stands now."""

    name: str
    role: str
    role_words: str
    is_deputy: bool
    job_title: str
    registration: str
    registration_checked_on: str | None
    starts_on: str
    ends_on: str | None
    nominated_by: str
    appointed_at: str | None
    appointed_by: str


class LevelShape(TypedDict):
    """A step of an axis."""

    word: str
    meaning: str


class ClassShape(TypedDict):
    """A risk class."""

    number: int
    acceptability: str
    acceptability_words: str
    meaning: str
    accepted_by: str


class RowShape(TypedDict):
    """The classes of one likelihood, from the lowest severity to the highest."""

    likelihood: str
    classes: list[int]


class MatrixShape(TypedDict):
    """The risk matrix: severities lowest first, likelihoods and rows highest first."""

    name: str
    number: int
    state: str
    state_words: str
    approved_at: str | None
    approved_by: str
    severities: list[LevelShape]
    likelihoods: list[LevelShape]
    classes: list[ClassShape]
    rows: list[RowShape]


class ClassCountShape(TypedDict):
    """How many hazards in scope have a risk of one class."""

    number: int
    hazards: int
    provisional: int
    confirmed: int


class SquareCountShape(TypedDict):
    """How many hazards in scope stand in one square of the matrix."""

    severity: str
    likelihood: str
    hazards: int


class StageCountShape(TypedDict):
    """The hazards in scope at one stage; the numbers add up to ``hazards``."""

    hazards: int
    classes: list[ClassCountShape]
    squares: list[SquareCountShape]
    estimated: int
    provisional: int
    confirmed: int
    not_estimated: int
    not_needed: int
    other_matrix: int


class CountsShape(TypedDict):
    """The risks before and after."""

    initial: StageCountShape
    residual: StageCountShape


class EstimateShape(TypedDict):
    """An estimate that stands: of a cause by its number, or of the whole hazard (None).

    ``acceptance`` is the one that stands; ``needs_acceptance`` says whether the class asks for one.
    """

    public_id: str
    class_number: int
    acceptability: str
    acceptability_words: str
    severity: str
    likelihood: str
    how_many: str
    patients: str
    cause: int | None
    harm: int | None
    why_severity: str
    why_likelihood: str
    assumption: str
    matrix_number: int
    at: str
    by: str
    needs_acceptance: bool
    acceptance: AcceptanceShape | None
    risk_benefit: NotRequired[RiskBenefitShape]  # where a concluded one is about it


class RiskShape(TypedDict):
    """A hazard's risk at one stage; ``shown`` is the worst of the estimates that stand."""

    shown: EstimateShape | None
    current: list[EstimateShape]
    earlier: int
    is_needed: bool
    is_provisional: bool | None
    why_provisional: list[str]
    lapsed: list[AcceptanceShape]


class NumberedShape(TypedDict):
    """A harm with its number on the hazard."""

    number: int
    text: str


class CauseShape(TypedDict):
    """A cause with its number on the hazard."""

    number: int
    text: str
    kind: str
    kind_words: str
    accepted_because: str


class EvidenceShape(TypedDict):
    """A piece of evidence about a control."""

    title: str
    state: str
    state_words: str
    of_words: str
    link: str
    file: str
    file_sha256: str
    result: str
    result_words: str
    dated_on: str | None
    release: str
    verifier: str
    valid_until: str | None


class ControlShape(TypedDict):
    """A control as one hazard sees it; what it acts on by number, or the whole hazard."""

    reference: str
    text: str
    kind: str
    kind_words: str
    type: str
    type_words: str
    strength: str
    strength_words: str
    function: str
    function_words: str
    party: str
    party_words: str
    state: str
    state_words: str
    instruction: str
    delivered_in: str
    is_delivered: bool
    implementation_reference: str
    implementer: str
    due_on: str | None
    new_hazards: list[str]
    none_because: str
    causes: list[int]
    harms: list[int]
    also_protects: list[str]
    stands: bool
    evidence: list[EvidenceShape]


class AssumptionShape(TypedDict):
    """What must stay true."""

    text: str
    held_by: str
    valid_until: str | None
    state: str
    state_words: str


class TouchedFeatureShape(TypedDict):
    """A feature that touches a hazard."""

    reference: str
    title: str


class HazardShape(TypedDict):
    """A hazard whole. Both voices are missing in what was frozen before they were part of it."""

    public_id: str
    reference: str
    own_reference: str
    name: str
    description: str
    effect: str
    for_patients: NotRequired[str]
    for_product: NotRequired[str]
    family: str
    state: str
    state_words: str
    status: str
    status_words: str
    actions: str
    justification: str
    owner: str
    owner_role: str
    review_date: str | None
    scope_from: str
    content_version: int
    features: list[TouchedFeatureShape]
    harms: list[NumberedShape]
    causes: list[CauseShape]
    controls: list[ControlShape]
    assumptions: list[AssumptionShape]
    initial: RiskShape
    residual: RiskShape


class NamedHazardShape(TypedDict):
    """A hazard that is named and not reported, with why."""

    reference: str
    name: str
    why: str


class SectionShape(TypedDict):
    """A section's narrative, as it was written, placeholders and all."""

    key: str
    number: int
    title: str
    narrative: str
    version: int


class DocumentShape(TypedDict):
    """Document control: of a draft, or of a version (``number``, ``attempt``, what it replaces)."""

    kind: str
    made_at: str
    made_by: str
    made_by_words: str
    draft_number: int | None
    number: int | None
    attempt: int | None
    summary: str
    replaces: int | None


class Snapshot(TypedDict):
    """Everything. ``quality`` is missing in what was frozen before waivers were part of it, and
    ``gate`` before the release gate was; in what is only compared it is not asked for."""

    projection: int
    document: DocumentShape
    lifecycle_phase: str
    lifecycle_phase_words: str
    product: ProductShape
    organisation: OrganisationShape
    release: ReleaseShape | None
    releases: list[ReleaseShape]
    features: list[FeatureShape]
    intended_use: IntendedUseShape | None
    team: list[MemberShape]
    matrix: MatrixShape | None
    plan: PlanShape | None
    revisions: list[RevisionShape]
    not_ready: list[str]
    counts: CountsShape
    hazards: list[HazardShape]
    unplaced: list[HazardShape]
    not_reported: list[NamedHazardShape]
    assumptions: list[AssumptionShape]
    sections: list[SectionShape]
    placeholders: dict[str, str]
    quality: NotRequired[QualityShape]
    gate: NotRequired[GateShape]
    decisions: NotRequired[list[DecisionShape]]
    charter: NotRequired[CharterShape | None]
