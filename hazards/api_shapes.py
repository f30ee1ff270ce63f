"""What the REST API says and takes of hazards, their controls and evidence."""

import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from hazards.choices import (
    Acceptability,
    CauseKind,
    ControlFunction,
    ControlKind,
    ControlState,
    ControlType,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardState,
    HazardStatus,
    Party,
    Strength,
)
from products.rest.paging import Paging
from products.rest.shapes import (
    ONE_LINE,
    PLAIN,
    Address,
    Day,
    Label,
    Link,
    PersonNamed,
    Reason,
    Reference,
    Reply,
    Sent,
    text,
)

_LONG, _MIDDLE, _SHORT = 10_000, 5_000, 2_000  # characters
_MOST_NAMED = 200  # causes, harms or features in one body


# --- Hazards --------------------------------------------------------------------------------------


class RiskReply(Reply):
    """A risk, in the words of the product's own matrix."""

    risk_class: int
    severity: str
    likelihood: str
    acceptability: Acceptability
    is_provisional: Annotated[
        bool | None, Field(description="Of a residual risk: it relies on controls not verified.")
    ]


class HazardRowReply(Reply):
    """A hazard as the log lists it."""

    reference: str
    imported_reference: str
    name: str
    state: HazardState
    status: HazardStatus
    family: str
    owner: str
    review_date: datetime.date | None
    initial: RiskReply | None
    residual: RiskReply | None
    needs_estimate: bool
    harm: Annotated[str, Field(description="The first harm, shortened.")]
    causes: int
    controls: int
    controls_verified: int
    findings_blocking: int
    findings_warning: int
    since_approval: Annotated[
        Literal["changed", "same", "new", ""],
        Field(description="Beside the newest issued version; '' where none was issued."),
    ]
    features: list[str]
    url: str


Square = Annotated[
    str,
    text(250),
    Field(description="One square: the words of its severity and likelihood, like Major:Low."),
]


class HazardQuery(Paging):
    """Which hazards, in which order; as the page of the log is filtered."""

    q: Annotated[str, text(200), Field(description="Words that anything on it says.")] = ""
    state: Annotated[
        HazardState | None, Field(description="Draft and live ones where none is named.")
    ] = None
    status: HazardStatus | None = None
    initial: Annotated[str, text(10), Field(description="Number of a class, or none.")] = ""
    residual: Annotated[
        str, text(10), Field(description="Number of a class, none, or not_needed.")
    ] = ""
    controls: Literal["", "none", "waiting", "standing"] = ""
    owner: Annotated[
        str, text(254), Field(description="An e-mail address, none, or role: and the role.")
    ] = ""
    feature: Annotated[str, text(40), Field(description="Its reference, or none.")] = ""
    family: Annotated[str, text(100)] = ""
    initial_cell: Square = ""
    residual_cell: Square = ""
    release: Annotated[str, text(40), Field(description="In scope of this release.")] = ""
    mine: bool = False
    needs_estimate: bool = False
    not_acceptable: bool = False
    unverified: bool = False
    provisional: bool = False
    overdue: bool = False
    blocking: bool = False
    changed: bool = False
    to_look_at: bool = False
    sort: Literal[
        "", "reference", "initial", "residual", "status", "owner", "review",
        "-reference", "-initial", "-residual", "-status", "-owner", "-review",
    ] = ""  # fmt: skip


class PartReply(Reply):
    """A harm."""

    id: UUID
    text: str


class CauseReply(PartReply):
    """A cause."""

    kind: CauseKind | None
    accepted_because: str


class HazardReply(Reply):
    """A hazard, whole."""

    reference: str
    imported_reference: str
    name: str
    description: str
    effect: str
    for_patients: str
    for_product: str
    family: str
    state: HazardState
    status: HazardStatus
    merged_into: str | None
    actions: str
    justification: str
    owner: PersonNamed | None
    owner_role: str
    review_date: datetime.date | None
    first_release: str | None
    initial: RiskReply | None
    residual: RiskReply | None
    residual_is_needed: bool
    harms: list[PartReply]
    causes: list[CauseReply]
    controls: Annotated[list[str], Field(description="Their references, in their order.")]
    features: Annotated[list[str], Field(description="The references of what touches it.")]
    version: int
    url: str


class NewHazard(Sent):
    """A hazard that somebody raises, as a draft."""

    name: Annotated[str, text(300, least=1), ONE_LINE]
    description: Annotated[str, text(_LONG), PLAIN] = ""
    effect: Annotated[str, text(_MIDDLE), PLAIN] = ""
    for_patients: Annotated[str, text(_MIDDLE), PLAIN] = ""
    for_product: Annotated[str, text(_MIDDLE), PLAIN] = ""
    family: Annotated[str, text(100), ONE_LINE] = ""
    cause: Annotated[str, text(_MIDDLE), PLAIN, Field(description="Its first cause.")] = ""
    harm: Annotated[str, text(_MIDDLE), PLAIN, Field(description="Its first harm.")] = ""
    features: Annotated[
        list[Reference], Field(max_length=_MOST_NAMED, description="What touches it.")
    ] = []
    id: Annotated[
        UUID | None,
        Field(
            description="One of your own: sent twice, it raises one hazard and then answers 409."
        ),
    ] = None
    reason: Reason = ""


class HazardChanges(Sent):
    """What changes of a hazard; what is left out stays."""

    name: Annotated[str, text(300, least=1), ONE_LINE] = ""
    description: Annotated[str, text(_LONG), PLAIN] = ""
    effect: Annotated[str, text(_MIDDLE), PLAIN] = ""
    for_patients: Annotated[str, text(_MIDDLE), PLAIN] = ""
    for_product: Annotated[str, text(_MIDDLE), PLAIN] = ""
    family: Annotated[str, text(100), ONE_LINE] = ""
    actions: Annotated[str, text(_MIDDLE), PLAIN] = ""
    justification: Annotated[str, text(_MIDDLE), PLAIN] = ""
    owner: Address | None = None
    owner_role: Annotated[str, text(150), ONE_LINE] = ""
    review_date: Day | None = None
    first_release: Label | None = None
    reason: Reason = ""


# --- What happened --------------------------------------------------------------------------------


class FieldReply(Reply):
    """One field that changed, in words."""

    label: str
    old: str
    new: str


class ChangeReply(Reply):
    """One thing that an act touched."""

    subject: str
    kind: str
    fields: list[FieldReply]


class ActReply(Reply):
    """What one person did at one moment for one reason."""

    id: UUID
    at: datetime.datetime
    person: str
    reason: str
    changes: list[ChangeReply]


# --- Controls and evidence ------------------------------------------------------------------------


class EvidenceReply(Reply):
    """A test, review or record about a control."""

    id: UUID
    title: str
    state: EvidenceState
    of: EvidenceOf | None
    result: EvidenceResult | None
    link: str
    file: Annotated[str | None, Field(description="The name of its file.")]
    dated_on: datetime.date | None
    release: str | None
    verifier: str
    valid_until: datetime.date | None
    version: int


class ControlReply(Reply):
    """A control, as one hazard sees it."""

    id: Annotated[str, Field(description="Its reference: what stands in addresses.")]
    text: str
    kind: ControlKind
    type: ControlType | None
    strength: Strength | None
    function: ControlFunction | None
    party: Party | None
    instruction: str
    state: ControlState
    stands: Annotated[bool, Field(description="Whether a residual risk may rely on it.")]
    delivered_in: str | None
    implementation_reference: str
    implementer: str
    due_on: datetime.date | None
    causes: Annotated[list[UUID], Field(description="What it acts on; none: the whole hazard.")]
    harms: list[UUID]
    new_hazards: list[str]
    none_because: str
    also_protects: list[str]
    evidence: list[EvidenceReply]
    version: int


class NewControl(Sent):
    """A control that is proposed for a hazard."""

    text: Annotated[str, text(_MIDDLE, least=1), PLAIN]
    kind: ControlKind = ControlKind.ADDITIONAL
    type: ControlType | None = None
    strength: Strength | None = None
    function: ControlFunction | None = None
    party: Party | None = None
    instruction: Annotated[str, text(_MIDDLE), PLAIN] = ""
    delivered_in: Label | None = None
    implementation_reference: Annotated[str, text(500), ONE_LINE] = ""
    implementer: Address | None = None
    due_on: Day | None = None
    causes: Annotated[list[UUID], Field(max_length=_MOST_NAMED)] = []
    harms: Annotated[list[UUID], Field(max_length=_MOST_NAMED)] = []
    reason: Reason = ""


class NewEvidence(Sent):
    """A test, review or record about a control, planned or obtained."""

    title: Annotated[str, text(_SHORT, least=1), PLAIN]
    state: EvidenceState = EvidenceState.PLANNED
    of: EvidenceOf | None = None
    result: Annotated[
        EvidenceResult | None, Field(description="Of what was obtained, and of nothing else.")
    ] = None
    link: Annotated[Link, Field(description="For example the run of a pipeline.")] = ""
    dated_on: Day | None = None
    release: Label | None = None
    verifier: Address | None = None
    valid_until: Day | None = None
    reason: Reason = ""
