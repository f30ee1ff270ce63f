"""What the quality rules look at: plain values of one hazard, or of a whole log.

Named tuples, because a log of ten thousand hazards makes a hundred thousand of them.
"""

import datetime
from functools import cached_property
from typing import NamedTuple

from hazards.choices import (
    Acceptability,
    ControlFunction,
    ControlState,
    ControlType,
    EvidenceResult,
    HazardState,
    HazardStatus,
    Party,
    Strength,
)
from hazards.quality.thresholds import Thresholds
from hazards.rules import LEAST_TO_MOST_SERIOUS

#: The place of a release that will not come: it was withdrawn before it was ever out.
NEVER = 2**31
#: What acts by itself, whoever is on duty.
ENGINEERED = frozenset(
    {
        Strength.ELIMINATE,
        Strength.SUBSTITUTE,
        Strength.ENGINEERED_BLOCK,
        Strength.ENGINEERED_WARN,
    }
)
#: What works only while people remember to do it.
PEOPLE = frozenset({Strength.PROCEDURE, Strength.TRAINING, Strength.INFORMATION})


class EvidenceInQuestion(NamedTuple):
    """A piece of evidence about a control. ``verifier`` is a name, or ''."""

    is_obtained: bool = True
    result: str = EvidenceResult.PASS
    is_dated: bool = True
    has_release: bool = True
    verifier: str = "Farah"
    link: str = ""
    has_file: bool = False

    @property
    def is_complete(self) -> bool:
        """Whether it has what a verification rests on: it passed, a date, a release, a verifier."""
        return bool(
            self.is_obtained
            and self.result == EvidenceResult.PASS
            and self.is_dated
            and self.has_release
            and self.verifier
        )


class ControlInQuestion(NamedTuple):
    """A control as one hazard sees it. ``causes`` and ``harms`` are the ids that it acts on; with
    neither it acts on the whole hazard. ``delivered`` is the place of its release, None: not said,
    ``NEVER``: that release was withdrawn.
    """

    id: str = "control-1"
    reference: str = "CTRL-001"
    text: str = "A clinician reviews every prescription once a year"
    is_additional: bool = True
    type: str = ControlType.DESIGN
    strength: str = ""
    function: str = ""
    party: str = Party.MANUFACTURER
    instruction: str = ""
    state: str = ControlState.PROPOSED
    delivered: int | None = None
    implementation_reference: str = ""
    implementer: str = ""
    is_assessed: bool = True  # somebody said which hazards it brings, or why none
    none_because: str = ""
    causes: frozenset[str] = frozenset()
    harms: frozenset[str] = frozenset()
    evidence: tuple[EvidenceInQuestion, ...] = ()

    @property
    def is_engineered(self) -> bool:
        """Whether it acts by itself; where nobody said how strong it is, its column tells."""
        if self.strength:
            return self.strength in ENGINEERED
        return self.type == ControlType.DESIGN

    @property
    def rests_on_people(self) -> bool:
        """Whether it is procedure, training or information."""
        if self.strength:
            return self.strength in PEOPLE
        return self.type in (ControlType.TRAINING, ControlType.BUSINESS_PROCESS)

    @property
    def limits_harm(self) -> bool:
        """Whether it makes the harm itself smaller, and not only less likely."""
        return bool(
            self.harms
            or self.function == ControlFunction.RECOVER
            or self.strength in (Strength.ELIMINATE, Strength.SUBSTITUTE)
        )

    @property
    def is_the_makers(self) -> bool:
        """Whether the manufacturer answers for it; so it is where nobody has said whose it is."""
        return self.party not in (Party.DEPLOYER, Party.USER)

    @property
    def is_implemented(self) -> bool:
        """Whether it is there, verified or not."""
        return self.state in (ControlState.IMPLEMENTED, ControlState.VERIFIED)

    def acts_on(self, cause: str) -> bool:
        """Whether it acts on this cause; one on the whole hazard does."""
        return cause in self.causes or not (self.causes or self.harms)


class CauseInQuestion(NamedTuple):
    """A cause."""

    id: str = "cause-1"
    text: str = "Nobody reviews the prescription between two yearly reviews"
    accepted_because: str = ""


class HarmInQuestion(NamedTuple):
    """A harm."""

    id: str = "harm-1"
    text: str = "The patient bleeds and needs admission"


class EstimateInQuestion(NamedTuple):
    """An estimate that stands now. ``cause`` is its id, '' for the whole hazard.

    ``severity`` and ``likelihood`` are places on their axes. ``class_in_matrix`` is the class of
    that square in its matrix, None where there is no such square; ``grave`` is the place of the
    severity that its matrix gives to one death, None where it does not say. ``moved`` says with
    which version it was made, where the matrix in use places it elsewhere; else ''.
    """

    id: str = "estimate-1"
    cause: str = ""
    harm: str = ""
    severity: int = 4
    likelihood: int = 2
    class_number: int = 3
    acceptability: str = Acceptability.IF_JUSTIFIED
    matrix: int = 1
    class_in_matrix: int | None = 3
    is_lowest_class: bool = False
    grave: int | None = 4
    why_severity: str = "Lasting injury is credible"
    why_likelihood: str = "Seen once in two years"
    moved: str = ""


class AssumptionInQuestion(NamedTuple):
    """Something that must stay true."""

    id: str = "assumption-1"
    text: str = "The formulary is updated every week"
    is_broken: bool = False
    valid_until: datetime.date | None = None


class Circumstances(NamedTuple):
    """The day, the release in hand (its place, None: none) and the thresholds."""

    today: datetime.date
    release: int | None = None
    release_label: str = ""
    limits: Thresholds = Thresholds()


class HazardFields(NamedTuple):
    """What ``HazardInQuestion`` is made of."""

    id: str = "hazard-1"
    reference: str = "HAZ-001"
    name: str = "A repeat prescription continues after its reason ended"
    description: str = ""
    effect: str = ""
    state: str = HazardState.LIVE
    status: str = HazardStatus.OPEN
    justification: str = ""
    actions: str = ""
    review_date: datetime.date | None = None
    scope: int | None = None
    features: tuple[str, ...] = ()
    causes: tuple[CauseInQuestion, ...] = ()
    harms: tuple[HarmInQuestion, ...] = (HarmInQuestion(),)
    controls: tuple[ControlInQuestion, ...] = ()
    initial: tuple[EstimateInQuestion, ...] = ()
    residual: tuple[EstimateInQuestion, ...] = ()
    residual_is_needed: bool = False
    assumptions: tuple[AssumptionInQuestion, ...] = ()
    why_status_does_not_fit: tuple[str, ...] = ()


class HazardInQuestion(HazardFields):
    """A hazard with everything on it that is in the log.

    ``initial`` and ``residual`` are the estimates that stand; ``scope`` is the place of the release
    from which it is in scope. A control whose cell says "n/a" is no control.
    """

    @cached_property
    def worst_initial(self) -> EstimateInQuestion | None:
        """The initial risk that the hazard shows."""
        return _worst(self.initial)

    @cached_property
    def worst_residual(self) -> EstimateInQuestion | None:
        """The residual risk that the hazard shows."""
        return _worst(self.residual)

    @property
    def initial_is_not_acceptable(self) -> bool:
        """Whether its initial risk is more than acceptable."""
        worst = self.worst_initial
        return worst is not None and worst.acceptability != Acceptability.ACCEPTABLE

    @property
    def matters(self) -> bool:
        """Whether its initial or its residual risk is unacceptable or needs a justification."""
        return any(
            each is not None and each.acceptability != Acceptability.ACCEPTABLE
            for each in (self.worst_initial, self.worst_residual)
        )

    @property
    def additional_controls(self) -> list[ControlInQuestion]:
        """The controls that were added because of the analysis."""
        return [control for control in self.controls if control.is_additional]

    def causes_without(self, estimates: tuple[EstimateInQuestion, ...]) -> list[CauseInQuestion]:
        """The causes that none of these estimates is of; one of the whole hazard is of all."""
        of = {each.cause for each in estimates}
        return [] if "" in of else [each for each in self.causes if each.id not in of]

    def controls_on(self, cause: str) -> list[ControlInQuestion]:
        """The controls on a cause, those on the whole hazard included; all of them for ''."""
        return [each for each in self.controls if not cause or each.acts_on(cause)]

    def pairs(self) -> list[tuple[EstimateInQuestion, EstimateInQuestion]]:
        """Each residual estimate with the initial one that it is to be compared with.

        That of the same cause, else that of the whole hazard; only on one and the same matrix.
        """
        of_cause = {each.cause: each for each in self.initial}
        found = []
        for residual in self.residual:
            initial = of_cause.get(residual.cause) or of_cause.get("")
            if residual.cause == "" and "" not in of_cause:
                initial = self.worst_initial
            if initial is not None and initial.matrix == residual.matrix:
                found.append((initial, residual))
        return found


def _worst(estimates: tuple[EstimateInQuestion, ...]) -> EstimateInQuestion | None:
    return max(
        estimates,
        key=lambda each: (
            LEAST_TO_MOST_SERIOUS[each.acceptability],
            each.class_number,
            each.severity,
            each.likelihood,
        ),
        default=None,
    )


class CopiedControl(NamedTuple):
    """A control text that stands in several controls; ``references`` are some of them, or all."""

    text: str
    references: tuple[str, ...]
    controls: int
    hazards: int


class SharedControl(NamedTuple):
    """A control that several hazards lean on which matter."""

    id: str
    reference: str
    hazards: tuple[str, ...]


class LogInQuestion(NamedTuple):
    """What the rules look at of a whole log; hazards are the live ones of the release in hand."""

    intended_use: dict[str, str] | None = None  # None: nothing is stated
    phases: str | None = None  # of the newest plan; None: there is no plan
    residual_classes: dict[int, int] = {}  # class → how many hazards
    estimates_before_approval: int = 0
    matrix_is_approved: bool = True
    copied: tuple[CopiedControl, ...] = ()
    shared: tuple[SharedControl, ...] = ()
    families: int = 0  # how many the hazard library has
    families_open: tuple[str, ...] = ()  # those neither used nor marked not applicable
    assumptions: tuple[AssumptionInQuestion, ...] = ()
    hazards: int = 0
