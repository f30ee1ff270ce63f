"""What a decision is once it is read: its options, hazards, cells and safeguards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils import timezone

from hazards.models import Hazard
from hazards.presentation import RiskChip
from products.choices import Side
from reviews.choices import DecisionState, FourQuestions, Meaning, SafeguardKind
from reviews.decisions.rules import (
    MAKES_WORSE,
    NO_HAZARD,
    CellFacts,
    DecisionFacts,
    Effect,
    Limit,
    OptionFacts,
    PlacedRisk,
    Turn,
    opposed,
    turn_of,
    why_above,
    why_not_this_cell,
    why_to_review,
)
from reviews.models import (
    Decision,
    DecisionHazard,
    DecisionOption,
    Dissent,
    OptionEstimate,
    ReviewTrigger,
    Safeguard,
)
from reviews.signing.reading import SignatureReading, Signatures
from reviews.signing.subjects import Subject


@dataclass
class HazardRow:
    """A hazard of the table. ``today`` is its risk in the log, or None.

    ``is_provisional`` is None where the question does not arise: that risk is an initial one.
    """

    row: DecisionHazard
    reference: str
    name: str
    today: PlacedRisk | None
    is_provisional: bool | None = None
    cells: list["OptionCell"] = field(default_factory=list)

    @property
    def chip(self) -> RiskChip | None:
        """Its risk in the log, as pages show it."""
        if self.today is None:
            return None
        return RiskChip(
            self.today.number,
            self.today.severity_word,
            self.today.likelihood_word,
            self.today.acceptability_in_words,
            self.is_provisional,
        )

    @property
    def hazard(self) -> Hazard | None:
        """The hazard in the log, once there is one."""
        return self.row.hazard

    @property
    def is_new(self) -> bool:
        """Whether an option brings it."""
        return bool(self.row.new_name)

    @property
    def known_as(self) -> str:
        """What sentences call it."""
        return self.reference or f"“{self.name}”"

    @property
    def short(self) -> str:
        """What a list of hazards calls it."""
        return self.reference or "a new hazard"

    @property
    def is_asked(self) -> bool:
        """Whether any option touches it."""
        return any(cell.is_touched for cell in self.cells)


@dataclass
class OptionCell:
    """What an option does to a hazard."""

    option: "OptionReading"
    row: HazardRow
    estimate: OptionEstimate | None
    then: PlacedRisk | None
    effect: Effect
    moved: str = ""  # why it has to be estimated again, of an open decision

    @property
    def is_touched(self) -> bool:
        """Whether the option touches the hazard, as somebody said."""
        return self.then is not None

    @property
    def above(self) -> str:
        """Why the risk under the option is above what the plan accepts, or ''."""
        return why_above(self.then, self.option.limit) if self.then else ""

    @property
    def facts(self) -> CellFacts:
        """As the rules take it."""
        return CellFacts(
            hazard=self.row.known_as,
            is_asked=self.row.is_asked,
            is_said=self.estimate is not None,
            is_new=self.row.is_new,
            today=self.row.today,
            then=self.then,
            moved=self.moved,
            is_brought=self.row.row.pk in self.option.brings,
        )

    @property
    def is_unfinished(self) -> bool:
        """Whether it waits for an estimate."""
        return self.facts.is_unfinished


@dataclass
class SafeguardReading:
    """A safeguard with the hazards that it acts on; ``control`` is (reference, text)."""

    safeguard: Safeguard
    rows: list[HazardRow]
    control: tuple[str, str] | None

    @property
    def adopts(self) -> bool:
        """Whether it adopts a control that stood there before."""
        return self.safeguard.control_id is not None and not self.safeguard.is_made


@dataclass
class OptionReading:
    """An option with its column of the table."""

    option: DecisionOption
    cells: list[OptionCell] = field(default_factory=list)
    safeguards: list[SafeguardReading] = field(default_factory=list)
    limit: Limit = field(default=Limit(None, None, frozenset()))

    def rows_with(self, *effects: Effect) -> list[HazardRow]:
        """The hazards to which it does one of these."""
        return [cell.row for cell in self.cells if cell.effect in effects]

    @property
    def worse(self) -> list[HazardRow]:
        """The hazards that it makes worse, or brings."""
        return self.rows_with(*MAKES_WORSE)

    @property
    def better(self) -> list[HazardRow]:
        """The hazards that it makes better."""
        return self.rows_with(Effect.BETTER)

    @property
    def unsaid(self) -> list[HazardRow]:
        """The hazards of which nobody has said yet what it does to them."""
        return self.rows_with(Effect.UNSAID)

    @cached_property
    def brings(self) -> set[int]:
        """The rows of the hazards that its own safeguards say it brings, by key."""
        found = (each.safeguard for each in self.safeguards)
        return {
            each.row_id
            for each in found
            if each.kind == SafeguardKind.NEW_HAZARD and each.row_id is not None
        }

    @cached_property
    def in_the_way(self) -> list[str]:
        """Why it cannot be chosen, cell by cell; empty where it can, as far as risks go."""
        if not self.cells:
            return [NO_HAZARD]
        found = (why_not_this_cell(cell.facts, self.limit) for cell in self.cells)
        return [sentence for sentence in found if sentence]

    @property
    def is_above(self) -> bool:
        """Whether it is estimated and beyond what the plan accepts."""
        return any(
            why_not_this_cell(cell.facts, self.limit)
            for cell in self.cells
            if not cell.is_unfinished
        )

    @property
    def other_safeguards(self) -> list[SafeguardReading]:
        """Its safeguards that answer none of the four questions; all of an ordinary option."""
        return [
            each
            for each in self.safeguards
            if not (self.option.is_third and each.safeguard.answers)
        ]

    @property
    def facts(self) -> OptionFacts:
        """As the rules take it."""
        return OptionFacts(
            self.option.pk,
            self.option.side,
            frozenset(each.row.pk for each in self.worse),
            self.option.is_third,
        )


@dataclass
class DecisionReading:
    """A decision, whole."""

    decision: Decision
    limit: Limit
    frozen: Mapping[str, Any] | None  # what was signed, once it is settled
    options: list[OptionReading] = field(default_factory=list)
    rows: list[HazardRow] = field(default_factory=list)
    triggers: list[ReviewTrigger] = field(default_factory=list)
    dissents: list[Dissent] = field(default_factory=list)
    subject: Subject = field(init=False)
    signatures: Signatures = field(init=False)

    @property
    def state(self) -> DecisionState:
        """Where it stands."""
        return DecisionState(self.decision.state)

    @property
    def is_open(self) -> bool:
        """Whether anything of it may still be changed."""
        return self.state is DecisionState.OPEN

    @cached_property
    def chosen(self) -> OptionReading | None:
        """The option that is chosen."""
        return self._option(self.decision.chosen_id)

    @cached_property
    def third(self) -> OptionReading | None:
        """The option that was made of the four answers."""
        return next((each for each in self.options if each.option.is_third), None)

    @cached_property
    def apart(self) -> tuple[OptionReading, OptionReading] | None:
        """Two options, each of which makes other hazards worse."""
        pair = opposed([each.facts for each in self.options])
        if pair is None:
            return None
        one, other = (self._option(key) for key in pair)
        return (one, other) if one and other else None

    @property
    def is_apart(self) -> bool:
        """Whether the views stand against each other, as somebody said or the estimates show."""
        return self.decision.views_differ or self.apart is not None

    @property
    def gaps(self) -> list[OptionCell]:
        """The cells that nobody has estimated yet, or that wait for it again, option by option."""
        return [cell for each in self.options for cell in each.cells if cell.is_unfinished]

    @property
    def asks_the_four(self) -> bool:
        """Whether the four questions are asked: the views stand apart, or they were answered."""
        return self.is_apart or self.third is not None or any(self.answers.values())

    @property
    def answers(self) -> dict[FourQuestions, str]:
        """The four answers."""
        return {each: getattr(self.decision, each.value) for each in FourQuestions}

    def view_of(self, side: Side) -> tuple[str, str]:
        """A side's view, and what would change it."""
        decision, name = self.decision, side.value
        return getattr(decision, f"{name}_view"), getattr(decision, f"{name}_would_change")

    def signed_for(self, meaning: Meaning) -> SignatureReading | None:
        """The signature of a side that speaks for the decision as it stands."""
        current = self.signatures.current(meaning)
        return current[-1] if current else None

    @cached_property
    def agreement(self) -> list[SignatureReading]:
        """The signatures that it was agreed by, oldest first; before that those that speak for it.

        What was agreed is what the last signature is bound to. The other side's is the one of the
        same content that stood then, whatever was signed in between and taken back since.
        """
        if self.frozen is None:
            return [each for each in self.signatures.readings if each.is_current]
        last = self.signatures.readings[-1]
        return [
            each
            for each in self.signatures.readings
            if each.sign_off.fingerprint == last.sign_off.fingerprint
            and (each.withdrawal is None or each.withdrawal.pk > last.sign_off.pk)
        ]

    @cached_property
    def to_review(self) -> list[str]:
        """Why an agreed decision is to be looked at again."""
        if self.state is not DecisionState.AGREED:
            return []
        return why_to_review(
            review_on=self.decision.review_on,
            today=timezone.localdate(),
            fired=[each.text for each in self.triggers if each.fired_at is not None],
            withdrawn_by=[each.sign_off.signer_name for each in self.agreement if each.withdrawal],
        )

    @cached_property
    def turn(self) -> Turn:
        """Whose move it is."""
        chosen = self.chosen
        return turn_of(
            DecisionFacts(
                state=self.state,
                has_clinical_view=bool(self.decision.clinical_view),
                has_product_view=bool(self.decision.product_view),
                options=len(self.options),
                hazards=len(self.rows),
                gaps=len(self.gaps),
                is_apart=self.is_apart,
                has_third=self.third is not None,
                has_choice=chosen is not None,
                why_not_chosen=chosen is not None and bool(chosen.in_the_way),
                signed_clinical=self.signed_for(Meaning.FOR_CLINICAL) is not None,
                signed_product=self.signed_for(Meaning.FOR_PRODUCT) is not None,
                is_rejected=self.signatures.is_rejected,
                to_review=bool(self.to_review),
            )
        )

    def _option(self, key: int | None) -> OptionReading | None:
        return next((each for each in self.options if each.option.pk == key), None)
