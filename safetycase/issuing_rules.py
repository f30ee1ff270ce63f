"""What keeps a frozen version from being issued: pure rules on its baseline and its signatures."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from hazards.choices import Acceptability, HazardState
from reviews.choices import Meaning, SubjectKind
from safetycase.narrative import render_narrative
from safetycase.snapshot.shape import EstimateShape, HazardShape, RiskShape, Snapshot


class VersionState(Enum):
    """Where a frozen version stands. It is derived, never stored."""

    IN_REVIEW = "In review"
    READY = "Ready to issue"
    REJECTED = "Rejected"
    OVERTAKEN = "Overtaken"
    ISSUED = "Issued"
    REPLACED = "Replaced"


#: The steps that a version may take; the manual's diagram and the tests are made of it.
VERSION_MOVES: dict[VersionState, frozenset[VersionState]] = {
    VersionState.IN_REVIEW: frozenset(
        {VersionState.READY, VersionState.REJECTED, VersionState.OVERTAKEN}
    ),
    VersionState.READY: frozenset(
        {
            VersionState.IN_REVIEW,  # a signature was withdrawn
            VersionState.REJECTED,
            VersionState.OVERTAKEN,
            VersionState.ISSUED,
        }
    ),
    VersionState.REJECTED: frozenset(),
    VersionState.OVERTAKEN: frozenset(),
    VersionState.ISSUED: frozenset({VersionState.REPLACED}),
    VersionState.REPLACED: frozenset(),
}


@dataclass(frozen=True)
class Signed:
    """A signature on a version that still speaks: by whom, of which part, what it means."""

    person: int
    kind: SubjectKind
    meaning: Meaning
    by_current_officer: bool = False


@dataclass(frozen=True)
class VersionFacts:
    """What the rules need to know of a version besides what it says."""

    author: int
    signed: Sequence[Signed]
    is_rejected: bool = False
    is_overtaken: bool = False  # something was frozen towards the same version later
    is_issued: bool = False
    is_replaced: bool = False
    is_taken_back: bool = False  # its author withdrew what they signed by freezing it
    needs_authorisation: bool = True
    is_complete: bool = True  # nothing in what it says keeps it from being issued

    def people(self, meaning: Meaning, kind: SubjectKind | None = None) -> set[int]:
        """Who signed this, of both parts or of the one named."""
        return {
            each.person
            for each in self.signed
            if each.meaning is meaning and kind in (None, each.kind)
        }

    def parts_to_sign(self, person: int, meaning: Meaning) -> list[SubjectKind]:
        """What of the version this person has not signed so yet; a withdrawn signature is none.

        A release is authorised by the report alone.
        """
        parts = [SubjectKind.REPORT] if meaning is Meaning.AUTHORISED else list(_PARTS)
        return [kind for kind in parts if person not in self.people(meaning, kind)]

    @property
    def reviewers(self) -> set[int]:
        """Who reviewed both parts and is not the author."""
        log = self.people(Meaning.REVIEWED, SubjectKind.HAZARD_LOG)
        report = self.people(Meaning.REVIEWED, SubjectKind.REPORT)
        return (log & report) - {self.author}

    @property
    def is_reviewed(self) -> bool:
        """Whether somebody reviewed both parts who is not the author, and of each part that is
        approved somebody else than who approved it: nobody is alone, also where one officer is all
        that a company has."""
        approved = [self.people(Meaning.APPROVED, kind) for kind in _PARTS]
        return bool(self.reviewers) and all(
            not those or any(self.reviewers - {each} for each in those) for those in approved
        )

    def approvers(self, kind: SubjectKind) -> set[int]:
        """The current officers who approved a part, where somebody else reviewed both parts."""
        return {
            each.person
            for each in self.signed
            if each.meaning is Meaning.APPROVED
            and each.kind is kind
            and each.by_current_officer
            and self.reviewers - {each.person}
        }


def version_state(facts: VersionFacts) -> VersionState:
    """Where a version stands."""
    if facts.is_issued:
        return VersionState.REPLACED if facts.is_replaced else VersionState.ISSUED
    if facts.is_rejected:
        return VersionState.REJECTED
    if facts.is_overtaken:
        return VersionState.OVERTAKEN
    if missing_signatures(facts) or not facts.is_complete:
        return VersionState.IN_REVIEW
    return VersionState.READY


def missing_signatures(facts: VersionFacts) -> list[str]:
    """Which signatures are still missing before a version may be issued (3.3.2, 3.5.2)."""
    missing = []
    if facts.is_taken_back:
        missing.append("Its author has withdrawn it: a new version has to be frozen.")
    if not facts.reviewers:
        missing.append("A second competent person, who is not its author, has not reviewed it.")
    for kind in (SubjectKind.HAZARD_LOG, SubjectKind.REPORT):
        if not facts.approvers(kind):
            missing.append(
                f"The {_PARTS[kind]} is not approved by a current clinical safety officer."
            )
    if facts.needs_authorisation and not facts.people(Meaning.AUTHORISED):
        missing.append("The accountable executive has not authorised the release.")
    return missing


_PARTS = {SubjectKind.HAZARD_LOG: "hazard log", SubjectKind.REPORT: "report"}


def why_not_sign(facts: VersionFacts, person: int, meaning: Meaning) -> str | None:
    """The sentence that refuses a signature; None when it may be given.

    What the person's role allows is asked before: this is about four eyes and the right order.
    """
    state = version_state(facts)
    if state not in (VersionState.IN_REVIEW, VersionState.READY):
        return f"This version is {state.value.lower()}, so nothing is signed on it any more."
    if facts.is_taken_back:
        return "Its author has withdrawn this version, so nothing is signed on it any more."
    if not facts.parts_to_sign(person, meaning):
        return f"You have signed this as {meaning.label.lower()} already."
    return _WHY_NOT[meaning](facts, person)


def _why_not_author(facts: VersionFacts, person: int) -> str | None:
    return "A version is authored by freezing it."


def _why_not_review(facts: VersionFacts, person: int) -> str | None:
    if person == facts.author:
        return "You froze this version, so somebody else has to review it."
    if person in facts.people(Meaning.APPROVED):
        return "You approved this version, so somebody else has to review it."
    return None


def _why_not_approve(facts: VersionFacts, person: int) -> str | None:
    if person in facts.people(Meaning.AUTHORISED):
        return "You authorised the release, so somebody else has to approve this version."
    if facts.reviewers - {person}:
        return None
    if person in facts.people(Meaning.REVIEWED):
        return "You reviewed this version; before you approve it somebody else has to review it."
    return "A second competent person reviews this version before it is approved."


def _why_not_authorise(facts: VersionFacts, person: int) -> str | None:
    if person in facts.people(Meaning.APPROVED):
        return "You approved this version, so somebody else has to authorise the release."
    if not all(facts.approvers(kind) for kind in _PARTS):
        return "A clinical safety officer approves this version before it is authorised."
    return None


_WHY_NOT: dict[Meaning, Callable[[VersionFacts, int], str | None]] = {
    Meaning.AUTHORED: _why_not_author,
    Meaning.REVIEWED: _why_not_review,
    Meaning.APPROVED: _why_not_approve,
    Meaning.AUTHORISED: _why_not_authorise,
}


# --- What the version says ------------------------------------------------------------------------


def why_not_issued(snapshot: Snapshot) -> list[str]:
    """What in the frozen content keeps it from being issued, a sentence each; empty when nothing.

    A live hazard of the release without an estimate that it needs, a residual risk that nobody
    accepted or can accept, an empty section.
    """
    problems = hazards_not_ready(snapshot)
    empty = [
        f"{each['number']} {each['title']}"
        for each in snapshot["sections"]
        if render_narrative(each["narrative"], snapshot["placeholders"]).is_empty
    ]
    if empty:
        problems.append(f"Sections without a word: {', '.join(empty)}.")
    if snapshot["plan"] is None:
        problems.append("No clinical risk management plan is in force.")
    if snapshot["intended_use"] is None:
        problems.append("The intended use is not stated.")
    return problems


def hazards_not_ready(snapshot: Snapshot) -> list[str]:
    """What about the live hazards of the release keeps it from being issued, a sentence each."""
    problems = []
    live = [each for each in snapshot["hazards"] if each["state"] == HazardState.LIVE]
    if not live:
        problems.append("No live hazard is in scope of this release.")
    problems += _named(live, _no_initial, "the initial risk is not estimated")
    problems += _named(live, _initial_of_a_cause, "the initial risk of a cause is not estimated")
    problems += _named(live, _no_residual, "the residual risk is not estimated")
    problems += _named(live, _residual_of_a_cause, "the residual risk of a cause is not estimated")
    problems += _named(live, _unacceptable, "the residual risk is unacceptable (clause 6.1.5)")
    problems += _named(
        live,
        _re_appraised,
        "the risk–benefit analysis concluded that the project is re-appraised (clause 6.2)",
    )
    problems += _named(live, _not_accepted, "the residual risk waits for acceptance")
    return problems


def _named(
    hazards: Iterable[HazardShape], holds: Callable[[HazardShape], bool], words: str
) -> list[str]:
    found = [each["reference"] for each in hazards if holds(each)]
    return [f"{', '.join(found)}: {words}."] if found else []


def _no_initial(hazard: HazardShape) -> bool:
    return hazard["initial"]["shown"] is None


def _no_residual(hazard: HazardShape) -> bool:
    return hazard["residual"]["is_needed"] and hazard["residual"]["shown"] is None


def _initial_of_a_cause(hazard: HazardShape) -> bool:
    """Whether an estimate of one cause hides that nobody estimated another one."""
    initial = _by_cause(hazard["initial"])
    return bool(initial) and any(_speaking(initial, each) is None for each in _causes(hazard))


def _residual_of_a_cause(hazard: HazardShape) -> bool:
    """Whether a cause whose initial risk is not acceptable hides behind another's residual one."""
    initial, residual = _by_cause(hazard["initial"]), _by_cause(hazard["residual"])
    return bool(residual) and any(
        _speaking(residual, each) is None and not _is_acceptable(_speaking(initial, each))
        for each in _causes(hazard)
    )


def _causes(hazard: HazardShape) -> list[int]:
    return [each["number"] for each in hazard["causes"]]


def _by_cause(risk: RiskShape) -> dict[int | None, EstimateShape]:
    return {each["cause"]: each for each in risk["current"]}


def _speaking(estimates: Mapping[int | None, EstimateShape], cause: int) -> EstimateShape | None:
    """The estimate that speaks for a cause: its own, else the one of the whole hazard."""
    return estimates.get(cause) or estimates.get(None)


def _is_acceptable(estimate: EstimateShape | None) -> bool:
    return estimate is not None and estimate["acceptability"] == Acceptability.ACCEPTABLE


def _unacceptable(hazard: HazardShape) -> bool:
    """Whether a residual risk is unacceptable that no concluded risk–benefit analysis is about."""
    return any(
        each["acceptability"] == Acceptability.UNACCEPTABLE and not each.get("risk_benefit")
        for each in hazard["residual"]["current"]
    )


def _re_appraised(hazard: HazardShape) -> bool:
    """Whether an analysis concluded that the clinical benefit does not outweigh the risk (6.2)."""
    analyses = (each.get("risk_benefit") for each in hazard["residual"]["current"])
    return any(each is not None and not each["bears"] for each in analyses)


def _not_accepted(hazard: HazardShape) -> bool:
    return any(
        each["needs_acceptance"] and each["acceptance"] is None
        for each in hazard["residual"]["current"]
    )
