"""Rules of accepted residual risks, as pure functions on plain values."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from hazards.choices import Acceptability
from reviews.choices import AcceptanceState


@dataclass(frozen=True)
class ReliedOn:
    """A control that was there when a risk was accepted, and how it stood then."""

    id: int
    reference: str
    stood: bool
    had_failed: bool = False  # known, and accepted with it


@dataclass(frozen=True)
class ControlNow:
    """The same control today: whether it stands, and whether a test of it failed."""

    stands: bool
    has_failed: bool


@dataclass(frozen=True)
class AcceptanceFacts:
    """What the rules need to know of one acceptance and of its hazard today."""

    is_withdrawn: bool
    estimate_is_current: bool
    relied_on: Sequence[ReliedOn]
    controls: Mapping[int, ControlNow]  # those that act on the hazard today
    broken_assumptions: Collection[str]
    cause_is_withdrawn: bool = False  # where the estimate is of one cause
    moved: str = ""  # the matrix that it was estimated with, where the one in use differs


def why_lapsed(facts: AcceptanceFacts) -> list[str]:
    """Why an acceptance no longer stands; empty while it does."""
    reasons = []
    if facts.cause_is_withdrawn:
        reasons.append("The cause whose risk was accepted is no longer in the log.")
    elif not facts.estimate_is_current:
        reasons.append("A newer estimate has taken the place of the one that was accepted.")
    elif facts.moved:
        reasons.append(f"The risk that was accepted was estimated with {facts.moved}.")
    for then in facts.relied_on:
        now = facts.controls.get(then.id)
        if now is None:
            reasons.append(f"{then.reference} no longer protects this hazard.")
        elif now.has_failed and not then.had_failed:
            reasons.append(f"{then.reference} was found ineffective: evidence of it failed.")
        elif then.stood and not now.stands:
            reasons.append(f"{then.reference} was relied on and no longer stands.")
    reasons += [
        f"An assumption no longer holds: {words}" for words in sorted(facts.broken_assumptions)
    ]
    return reasons


def acceptance_state(facts: AcceptanceFacts) -> AcceptanceState:
    """Whether an acceptance stands, lapsed, or was withdrawn by who gave it."""
    if facts.is_withdrawn:
        return AcceptanceState.WITHDRAWN
    return AcceptanceState.LAPSED if why_lapsed(facts) else AcceptanceState.STANDS


def needs_acceptance(acceptability: str) -> bool:
    """Whether a residual risk of this acceptability is accepted by a record of its own."""
    return acceptability == Acceptability.IF_JUSTIFIED
