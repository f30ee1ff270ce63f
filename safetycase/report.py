"""A report from a snapshot: its sections, what is generated in each, and what they share.

Nothing here asks the database: what a report says stands in its snapshot.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from hazards.choices import ControlState, Party
from products.choices import Role
from safetycase.approval import Approval
from safetycase.choices import SectionKey
from safetycase.heat_maps import HeatMap, heat_map_in, in_words
from safetycase.narrative import Narrative, render_narrative
from safetycase.report_control import DocumentControl, control_of
from safetycase.report_quality import ReportedQuality, quality_in
from safetycase.snapshot.shape import (
    AssumptionShape,
    ClassShape,
    ControlShape,
    EstimateShape,
    HazardShape,
    MemberShape,
    Snapshot,
    StageCountShape,
)
from safetycase.snapshot.version_shapes import PlanClassShape


@dataclass(frozen=True)
class Part:
    """A generated part of a section; ``template`` lies in templates/pdf/parts/."""

    anchor: str
    title: str

    @property
    def template(self) -> str:
        """The template that prints it."""
        return f"pdf/parts/{self.anchor}.html"


#: What is generated in each section, after its narrative.
PARTS: dict[SectionKey, tuple[Part, ...]] = {
    SectionKey.SYSTEM_DEFINITION: (
        Part("intended-use", "Intended use"),
        Part("features", "Features of the release"),
    ),
    SectionKey.RISK_MANAGEMENT_SYSTEM: (
        Part("people", "Key people"),
        Part("plan", "Clinical risk management plan"),
        Part("charter", "Safety charter"),
    ),
    SectionKey.RISK_ANALYSIS: (
        Part("levels", "Severity and likelihood"),
        Part("matrix", "Risk matrix"),
        Part("initial-risk", "Initial risk"),
    ),
    SectionKey.RISK_EVALUATION: (
        Part("criteria", "Acceptability criteria"),
        Part("before-and-after", "Risk by class, before and after"),
        Part("accepted", "Accepted residual risks"),
        Part("risk-benefit", "Clinical risk–benefit analyses"),
    ),
    SectionKey.RISK_CONTROL: (
        Part("controls", "Controls"),
        Part("residual-risk", "Residual risk"),
        Part("provisional", "Why residual risks are provisional"),
        Part("overall", "Overall residual risk"),
        Part("decisions", "Trade-off decisions"),
    ),
    SectionKey.HAZARD_LOG: (
        Part("summary", "Hazard summary"),
        Part("transferred", "Transferred to deploying organisations"),
        Part("assumptions", "Assumptions"),
        Part("log", "The full hazard log"),
        Part("unplaced", "Not yet placed in a release"),
        Part("not-reported", "Hazards that this report does not hold"),
    ),
    SectionKey.QUALITY_ASSURANCE: (
        Part("gate", "Release gate"),
        Part("waivers", "Waived quality findings"),
        Part("legacy-findings", "Legacy findings"),
        Part("revisions", "Revision history"),
        Part("approvals", "Reviewers and approvers"),
        Part("signatures", "Signatures in full"),
    ),
    SectionKey.CONFIGURATION_CONTROL: (
        Part("releases", "Release configuration"),
        Part("document-control", "Document control"),
        Part("log-versions", "Versions of the hazards"),
    ),
}


#: Who signs a report as what, once there is a version to sign.
SIGNATORIES: tuple[tuple[str, frozenset[str]], ...] = (
    (
        "Reviewed by a second competent person",
        frozenset({Role.CLINICIAN, Role.CLINICAL_PRODUCT_MANAGER}),
    ),
    (
        "Approved by a clinical safety officer",
        frozenset({Role.CLINICAL_SAFETY_OFFICER}),
    ),
    (
        "Release authorised by the accountable executive",
        frozenset({Role.ACCOUNTABLE_EXECUTIVE}),
    ),
)


@dataclass(frozen=True)
class ReportSection:
    """One of the eleven sections."""

    number: int
    key: str
    title: str
    narrative: Narrative
    parts: list[Part]

    @property
    def anchor(self) -> str:
        """Where the contents lead."""
        return f"section-{self.number}"


@dataclass
class SharedControl:
    """A control with all the hazards that it protects."""

    control: ControlShape
    hazards: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class ControlCounts:
    """The controls of the reported hazards, each counted once, by whose they are."""

    party: str
    controls: int
    verified: int
    implemented: int
    not_yet: int
    later: int


@dataclass(frozen=True)
class ClassRow:
    """One class before and after."""

    number: int
    acceptability: str
    initial: int
    residual: int
    confirmed: int
    provisional: int


@dataclass(frozen=True)
class RiskPicture:
    """A heat map with its words."""

    heat_map: HeatMap
    title: str
    description: str


@dataclass(frozen=True)
class RiskToAccept:
    """A residual estimate whose class asks for an acceptance, and the hazard that it is of."""

    hazard: HazardShape
    estimate: EstimateShape


@dataclass(frozen=True)
class Report:
    """Everything that the report's templates print."""

    snapshot: Snapshot
    control: DocumentControl
    sections: list[ReportSection]
    anchors: dict[str, str]
    matrix: HeatMap | None
    initial: RiskPicture | None
    residual: RiskPicture | None
    control_counts: list[ControlCounts]
    transferred: list[SharedControl]
    provisional: list[HazardShape]
    classes: list[ClassRow]
    assumptions: list[tuple[AssumptionShape, str]]
    signatories: list[tuple[str, list[MemberShape]]]
    to_accept: list[RiskToAccept]
    relied_on: list[SharedControl]
    quality: ReportedQuality | None

    @property
    def hazards(self) -> list[HazardShape]:
        """Every hazard that the report holds whole."""
        return [*self.snapshot["hazards"], *self.snapshot["unplaced"]]

    @property
    def accepted(self) -> int:
        """How many of the residual risks that need acceptance have one that stands."""
        return sum(each.estimate["acceptance"] is not None for each in self.to_accept)

    @property
    def weighed(self) -> list[RiskToAccept]:
        """The unacceptable residual risks that a risk–benefit analysis was concluded about."""
        return weighed_risks(self.snapshot)

    @property
    def criteria(self) -> list[tuple[ClassShape, PlanClassShape | None]]:
        """Each class of the matrix with what the plan says of it."""
        matrix, plan = self.snapshot["matrix"], self.snapshot["plan"]
        planned = {each["number"]: each for each in plan["classes"]} if plan else {}
        return [(each, planned.get(each["number"])) for each in matrix["classes"]] if matrix else []

    @property
    def worst_first(self) -> list[ClassRow]:
        """The classes in which a residual risk stands, the highest first."""
        return [row for row in self.classes if row.residual]

    @property
    def missing(self) -> list[str]:
        """The sections without narrative, by number and title."""
        return [f"{each.number} {each.title}" for each in self.sections if each.narrative.is_empty]

    @property
    def unknown_placeholders(self) -> list[str]:
        """Placeholders that nobody knows, in the order of the sections."""
        return [name for section in self.sections for name in section.narrative.unknown]


def report_of(snapshot: Snapshot, approval: Approval | None = None) -> Report:
    """Prepare a snapshot for its templates; with its approval, as an issued version."""
    matrix, counts = snapshot["matrix"], snapshot["counts"]
    everything = [*snapshot["hazards"], *snapshot["unplaced"]]
    controls = shared_controls(snapshot["hazards"])
    return Report(
        snapshot=snapshot,
        control=control_of(snapshot, approval),
        sections=[_section(snapshot, key, is_issued=approval is not None) for key in SectionKey],
        anchors={
            hazard["reference"]: f"hazard-{place}"
            for place, hazard in enumerate(everything, start=1)
        },
        matrix=heat_map_in(matrix) if matrix else None,
        initial=_picture(snapshot, "Initial risk", counts["initial"]),
        residual=_picture(snapshot, "Residual risk", counts["residual"]),
        control_counts=_control_counts(controls),
        transferred=[each for each in controls if each.control["party"] == Party.DEPLOYER],
        provisional=[each for each in snapshot["hazards"] if each["residual"]["is_provisional"]],
        classes=_class_rows(snapshot),
        assumptions=[
            *((assumption, "") for assumption in snapshot["assumptions"]),
            *(
                (assumption, hazard["reference"])
                for hazard in snapshot["hazards"]
                for assumption in hazard["assumptions"]
            ),
        ],
        signatories=[
            (meaning, [each for each in snapshot["team"] if each["role"] in roles])
            for meaning, roles in SIGNATORIES
        ],
        to_accept=[
            RiskToAccept(hazard, estimate)
            for hazard in snapshot["hazards"]
            for estimate in hazard["residual"]["current"]
            if estimate["needs_acceptance"]
        ],
        relied_on=[each for each in controls if len(each.hazards) > 1],
        quality=quality_in(snapshot),
    )


def weighed_risks(snapshot: Snapshot) -> list[RiskToAccept]:
    """The residual risks of the reported hazards that a risk–benefit analysis is about."""
    return [
        RiskToAccept(hazard, estimate)
        for hazard in snapshot["hazards"]
        for estimate in hazard["residual"]["current"]
        if estimate.get("risk_benefit")
    ]


def shared_controls(hazards: Iterable[HazardShape]) -> list[SharedControl]:
    """The controls of these hazards, each once, with the hazards that it protects."""
    shared: dict[str, SharedControl] = {}
    for hazard in hazards:
        for control in hazard["controls"]:
            entry = shared.setdefault(control["reference"], SharedControl(control))
            entry.hazards.append(hazard["reference"])
    return list(shared.values())


def _section(snapshot: Snapshot, key: SectionKey, *, is_issued: bool) -> ReportSection:
    [told] = [each for each in snapshot["sections"] if each["key"] == key.value]
    left_out = {
        anchor
        for anchor, is_there in (
            ("unplaced", bool(snapshot["unplaced"])),
            ("not-reported", bool(snapshot["not_reported"])),
            ("provisional", snapshot["counts"]["residual"]["provisional"] > 0),
            ("signatures", is_issued),
            # A version that was frozen before these were part of it is printed as it was.
            ("gate", "gate" in snapshot),
            ("decisions", bool(snapshot.get("decisions"))),
            ("charter", bool(snapshot.get("charter"))),
            ("risk-benefit", bool(weighed_risks(snapshot))),
            ("waivers", "quality" in snapshot),
            ("legacy-findings", "quality" in snapshot),
        )
        if not is_there
    }
    return ReportSection(
        number=told["number"],
        key=key.value,
        title=told["title"],
        narrative=render_narrative(told["narrative"], snapshot["placeholders"]),
        parts=[part for part in PARTS.get(key, ()) if part.anchor not in left_out],
    )


def _picture(snapshot: Snapshot, title: str, counted: StageCountShape) -> RiskPicture | None:
    matrix = snapshot["matrix"]
    if matrix is None:
        return None
    told = in_words(
        {each["number"]: each["hazards"] for each in counted["classes"]},
        {
            "not estimated": counted["not_estimated"],
            "with no residual estimate needed": counted["not_needed"],
            "estimated with another version of the matrix": counted["other_matrix"],
        },
    )
    return RiskPicture(
        heat_map_in(matrix, counted),
        f"{title} of {counted['hazards']} hazards as a heat map: {told}",
        "Each square is a severity with a likelihood; the small number is its class, the large "
        "one says how many hazards stand there.",
    )


def _class_rows(snapshot: Snapshot) -> list[ClassRow]:
    if snapshot["matrix"] is None:
        return []
    before = {each["number"]: each for each in snapshot["counts"]["initial"]["classes"]}
    after = {each["number"]: each for each in snapshot["counts"]["residual"]["classes"]}
    return [
        ClassRow(
            number=each["number"],
            acceptability=each["acceptability_words"],
            initial=before[each["number"]]["hazards"],
            residual=after[each["number"]]["hazards"],
            confirmed=after[each["number"]]["confirmed"],
            provisional=after[each["number"]]["provisional"],
        )
        for each in reversed(snapshot["matrix"]["classes"])
    ]


def _control_counts(controls: Iterable[SharedControl]) -> list[ControlCounts]:
    by_party: dict[str, list[ControlShape]] = {}
    for each in controls:
        by_party.setdefault(each.control["party"], []).append(each.control)
    order = [*Party.values, ""]
    return [
        _count(_party_in_words(party), by_party[party])
        for party in sorted(by_party, key=order.index)
    ]


def _party_in_words(party: str) -> str:
    return str(Party(party).label) if party else "Nobody has said whose"


def _count(party: str, controls: list[ControlShape]) -> ControlCounts:
    states = [control["state"] for control in controls]
    verified = states.count(ControlState.VERIFIED)
    implemented = states.count(ControlState.IMPLEMENTED)
    return ControlCounts(
        party=party,
        controls=len(controls),
        verified=verified,
        implemented=implemented,
        not_yet=len(controls) - verified - implemented,
        later=sum(not control["is_delivered"] for control in controls),
    )
