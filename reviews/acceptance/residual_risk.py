"""What is accepted of a hazard's residual risk and what waits, however its record was read.

A hazard is read whole to be shown (``reviews.acceptance.reading``), and narrowly to be counted
among thousands (``reviews.acceptance.overview``). What follows from either is said here, once.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Generic, NamedTuple, Protocol, TypeVar

from hazards.choices import Acceptability
from hazards.matrix_moves import MovesWhenAsked
from hazards.models import Estimate
from reviews.acceptance.rules import needs_acceptance


class NamedHazard(Protocol):
    """A hazard, as far as a sentence names it."""

    @property
    def display_reference(self) -> str:
        """The reference that people know it by."""

    @property
    def product_id(self) -> int:
        """The key of its product."""


class EstimateNow(NamedTuple):
    """A residual estimate, read narrowly."""

    pk: int
    hazard_id: int
    cause_id: int | None
    class_number: int
    severity_place: int
    likelihood_place: int
    acceptability: str
    risk_class_id: int
    estimated_by_id: int
    estimated_at: datetime
    matrix_id: int
    severity_id: int
    likelihood_id: int


class GivenAcceptance(Protocol):
    """An acceptance, as far as it is asked what it is of and whether it stands."""

    @property
    def estimate_id(self) -> int:
        """The estimate that was accepted."""

    @property
    def cause_id(self) -> int | None:
        """The cause that the estimate is of; None for the whole hazard."""

    @property
    def stands(self) -> bool:
        """Whether the risk is accepted by it."""


EstimateT = TypeVar("EstimateT", Estimate, EstimateNow)
AcceptanceT = TypeVar("AcceptanceT", bound=GivenAcceptance)


class ResidualRisk(ABC, Generic[EstimateT, AcceptanceT]):
    """A hazard's residual risk: what was accepted, and what waits for acceptance."""

    #: All of the hazard's, the oldest first.
    acceptances: list[AcceptanceT]
    #: What the matrix in use places elsewhere; None where nobody may ask (no acceptance was read).
    moves: MovesWhenAsked | None

    @property
    @abstractmethod
    def hazard(self) -> NamedHazard:
        """The hazard."""

    @property
    @abstractmethod
    def current(self) -> Sequence[EstimateT]:
        """The residual estimates that stand."""

    @abstractmethod
    def broken_under(self, estimate: EstimateT) -> list[str]:
        """The assumptions that an estimate stands on and that do not hold, in their words."""

    def why_moved(self, estimate: EstimateT) -> str:
        """With which matrix an estimate was made, where the one in use places it elsewhere; or ''.

        Nobody has accepted the risk as it is on the matrix in use.
        """
        return self.moves.said_of(self.hazard.product_id, estimate) if self.moves else ""

    @property
    def needing(self) -> list[EstimateT]:
        """The residual estimates that stand and whose class asks for an acceptance."""
        return [each for each in self.current if needs_acceptance(each.acceptability)]

    @property
    def waiting(self) -> list[EstimateT]:
        """Of those, the ones that nobody has accepted, or not any more."""
        accepted = {each.estimate_id for each in self.acceptances if each.stands}
        return [each for each in self.needing if each.pk not in accepted]

    @property
    def lapsed(self) -> list[AcceptanceT]:
        """Acceptances that stand no more, and that nothing has taken the place of.

        The last of each cause, until the risk is accepted again or needs no acceptance any more.
        """
        if not self.waiting and not self.is_unacceptable:
            return []
        last = {each.cause_id: each for each in self.acceptances}
        return [each for each in last.values() if not each.stands]

    @property
    @abstractmethod
    def borne(self) -> Collection[int]:
        """The estimates whose risk is borne by a concluded risk–benefit analysis, by their keys."""

    @property
    def unacceptable(self) -> list[EstimateT]:
        """The residual estimates that stand and that nobody can accept, borne or not."""
        return [each for each in self.current if each.acceptability == Acceptability.UNACCEPTABLE]

    @property
    def is_unacceptable(self) -> bool:
        """Whether a residual risk of the hazard is beyond what any signature can accept.

        One that a concluded clinical risk–benefit analysis bears is not (clauses 6.1.6 and 6.2).
        """
        borne = self.borne
        return any(each.pk not in borne for each in self.unacceptable)

    def standing_for(self, estimate: EstimateT) -> AcceptanceT | None:
        """The acceptance of an estimate, if one stands."""
        for each in reversed(self.acceptances):
            if each.stands and each.estimate_id == estimate.pk:
                return each
        return None
