"""The rules of the hazard log, as pure functions on plain values: no database, no request."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from hazards.choices import (
    Acceptability,
    ControlState,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardState,
    HazardStatus,
    Party,
)

# --- States as data: the tables that the manual's diagrams and the tests are made of --------------

HAZARD_STATE_MOVES: dict[HazardState, frozenset[HazardState]] = {
    HazardState.DRAFT: frozenset({HazardState.LIVE, HazardState.WITHDRAWN, HazardState.MERGED}),
    HazardState.LIVE: frozenset({HazardState.WITHDRAWN, HazardState.MERGED}),
    HazardState.WITHDRAWN: frozenset({HazardState.DRAFT}),
    HazardState.MERGED: frozenset(),
}

HAZARD_STATUS_MOVES: dict[HazardStatus, frozenset[HazardStatus]] = {
    HazardStatus.OPEN: frozenset({HazardStatus.TRANSFERRED, HazardStatus.CLOSED}),
    HazardStatus.TRANSFERRED: frozenset({HazardStatus.OPEN, HazardStatus.CLOSED}),
    HazardStatus.CLOSED: frozenset({HazardStatus.OPEN}),
}

CONTROL_STATE_MOVES: dict[ControlState, frozenset[ControlState]] = {
    ControlState.PROPOSED: frozenset({ControlState.AGREED, ControlState.WITHDRAWN}),
    ControlState.AGREED: frozenset(
        {ControlState.PROPOSED, ControlState.IMPLEMENTED, ControlState.WITHDRAWN}
    ),
    ControlState.IMPLEMENTED: frozenset(
        {ControlState.AGREED, ControlState.VERIFIED, ControlState.WITHDRAWN}
    ),
    ControlState.VERIFIED: frozenset({ControlState.IMPLEMENTED, ControlState.WITHDRAWN}),
    ControlState.WITHDRAWN: frozenset({ControlState.PROPOSED}),
}

State = TypeVar("State")


def may_move(moves: Mapping[State, frozenset[State]], now: State, then: State) -> bool:
    """Whether a table of moves allows the step from ``now`` to ``then``."""
    return then in moves[now]


# --- Two people choosing from one list ------------------------------------------------------------

Key = TypeVar("Key")


def merged_choice(
    *, shown: frozenset[Key], chosen: frozenset[Key], standing: frozenset[Key]
) -> frozenset[Key]:
    """What stands, with what a person added to and took from what they were shown."""
    return (standing | (chosen - shown)) - (shown - chosen)


def merged_parts(
    *, shown: frozenset[Key], chosen: frozenset[Key], standing: frozenset[Key]
) -> frozenset[Key] | None:
    """The parts of a hazard that a control acts on, where nothing chosen means the whole of it.

    None where two people's choices do not go together: one means the whole hazard and the other
    parts of it, or together they would take away every part.
    """
    if chosen == shown:
        return standing
    if standing in (shown, chosen):
        return chosen
    if not (shown and chosen and standing):
        return None
    return merged_choice(shown=shown, chosen=chosen, standing=standing) or None


# --- Estimates ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class EstimateFacts:
    """What the rules need to know of one estimate. ``cause`` is None for the whole hazard."""

    id: int
    cause: int | None
    class_number: int
    severity: int  # place on its axis, 1 is the lowest
    likelihood: int
    acceptability: str = ""  # of its class then; '' where all are of one version of the matrix


def current_estimates(
    estimates: Iterable[EstimateFacts], causes: Sequence[int]
) -> list[EstimateFacts]:
    """The estimates that stand now, of one hazard at one stage.

    The newest for each cause, and the newest for the whole hazard. An estimate of the whole hazard
    speaks for every cause that has none of its own; when each of the hazard's ``causes`` has a
    newer one, it is superseded. Estimates of causes that are no longer in the log do not count.
    """
    newest: dict[int | None, EstimateFacts] = {}
    for estimate in sorted(estimates, key=lambda each: each.id):
        newest[estimate.cause] = estimate
    own = [newest[cause] for cause in causes if cause in newest]
    whole = newest.get(None)
    if whole is None:
        return own
    newer = [each for each in own if each.id > whole.id]
    return own if causes and len(newer) == len(causes) else [whole, *own]


def worst(estimates: Iterable[EstimateFacts]) -> EstimateFacts | None:
    """The estimate that a hazard shows: the highest class, then severity, then likelihood.

    Before all that the least acceptable: within one version of the matrix that is its highest class
    too, but class 3 of a matrix with three may be unacceptable where class 3 of five is not.
    """
    return max(
        estimates,
        key=lambda each: (
            LEAST_TO_MOST_SERIOUS.get(each.acceptability, 0),
            each.class_number,
            each.severity,
            each.likelihood,
            -each.id,
        ),
        default=None,
    )


#: The places of the kinds of acceptability among each other.
LEAST_TO_MOST_SERIOUS: dict[str, int] = {
    each.value: place for place, each in enumerate(Acceptability)
}


def residual_is_needed(initial: Acceptability | None, has_additional_controls: bool) -> bool:
    """Whether a residual estimate is asked for.

    Not where the initial risk is acceptable and no control was added (clause 5.1.2).
    """
    return initial is not None and (
        initial is not Acceptability.ACCEPTABLE or has_additional_controls
    )


# --- Controls and evidence ------------------------------------------------------------------------


@dataclass(frozen=True)
class ControlFacts:
    """What the rules need to know of one control of a hazard."""

    state: ControlState
    party: str  # a Party, or '' when nobody has said
    instruction: str = ""


def control_stands(control: ControlFacts) -> bool:
    """Whether a residual risk may rely on this control without being provisional.

    A manufacturer's control stands once it is verified (implemented, and shown to be so and to be
    effective); a deploying organisation's once its instruction says what to do. One whose party
    nobody has said is treated as the manufacturer's. A user's control is never waited for.
    """
    if control.party == Party.DEPLOYER:
        return control.instruction.strip() != ""
    if control.party == Party.USER:
        return True
    return control.state is ControlState.VERIFIED


def residual_is_confirmed(controls: Iterable[ControlFacts]) -> bool:
    """Whether every control that the residual risk relies on stands (else it is provisional)."""
    return all(
        control_stands(control)
        for control in controls
        if control.state is not ControlState.WITHDRAWN
    )


@dataclass(frozen=True)
class EvidenceFacts:
    """What the rules need to know of one piece of evidence."""

    state: EvidenceState
    of: str
    result: str
    dated_on: date | None
    has_release: bool
    has_verifier: bool
    valid_until: date | None = None

    def is_complete_pass(self, today: date) -> bool:
        """Whether it shows something: obtained, passed, dated, released, by a person, valid."""
        return (
            self.state is EvidenceState.OBTAINED
            and self.result == EvidenceResult.PASS
            and self.dated_on is not None
            and self.has_release
            and self.has_verifier
            and (self.valid_until is None or self.valid_until >= today)
        )


def why_not_verified(evidence: Sequence[EvidenceFacts], today: date) -> list[str]:
    """What is missing before a control may be called verified (clauses 6.3.2 and 6.3.3)."""
    missing = []
    for shows in EvidenceOf:
        if not any(each.of == shows and each.is_complete_pass(today) for each in evidence):
            missing.append(
                f"It has no passed evidence of its {shows.label.lower()} with a date, a release "
                "and a verifier."
            )
    if any(
        each.state is EvidenceState.OBTAINED and each.result == EvidenceResult.FAIL
        for each in evidence
    ):
        missing.append("A test of it failed: withdraw that evidence with a reason once it passes.")
    return missing


def may_be_weighed(acceptability: str, number: int, highest: int) -> bool:
    """Whether a clinical risk–benefit analysis may bear a risk of this class (clauses 6.1.6, 6.2).

    Only what is unacceptable needs one, and nothing helps against the highest class of a matrix:
    ``highest`` is its number, 5 where the matrix is the usual one.
    """
    return acceptability == Acceptability.UNACCEPTABLE and number < highest


# --- Conditions of a hazard's state and status ----------------------------------------------------


@dataclass(frozen=True)
class HazardFacts:
    """What the rules need to know of one hazard."""

    harms: int
    initial: Acceptability | None
    residual: Acceptability | None
    controls: Sequence[ControlFacts]
    has_additional_controls: bool


def why_not_live(hazard: HazardFacts) -> list[str]:
    """What is missing before a draft may become a live hazard."""
    return [] if hazard.harms else ["It states no harm: say what happens to the patient."]


def why_not_status(hazard: HazardFacts, status: HazardStatus) -> list[str]:
    """What keeps a hazard from a status, as the NHS template defines it; empty when nothing does.

    Transferred and closed need a confirmed residual risk. Upper packages add the acceptance that
    its class may ask for.
    """
    if status is HazardStatus.OPEN:
        return []
    missing = []
    in_use = [c for c in hazard.controls if c.state is not ControlState.WITHDRAWN]
    if hazard.initial is None:
        missing.append("Its initial risk is not estimated.")
    elif residual_is_needed(hazard.initial, hazard.has_additional_controls) and (
        hazard.residual is None
    ):
        missing.append("Its residual risk is not estimated.")
    if not residual_is_confirmed(c for c in in_use if c.party != Party.DEPLOYER):
        missing.append("A control of the manufacturer is not verified yet.")
    deployer = [c for c in in_use if c.party == Party.DEPLOYER]
    if not residual_is_confirmed(deployer):
        missing.append("A control of the deploying organisation has no instruction.")
    if status is HazardStatus.TRANSFERRED and not deployer:
        missing.append("No control of a deploying organisation is left to transfer.")
    if status is HazardStatus.CLOSED and any(
        c.state not in (ControlState.IMPLEMENTED, ControlState.VERIFIED) for c in deployer
    ):
        missing.append("A control of the deploying organisation is not implemented yet.")
    return missing
