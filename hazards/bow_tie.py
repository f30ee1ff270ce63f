"""What stands where in a hazard's bow-tie: on plain values, so that page and PDF can share it.

Causes and the controls before the hazard stand left, harms and the controls after it right.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hazards.choices import ControlFunction, ControlState, Party
from hazards.models import Cause, Control, Harm
from hazards.reading import ControlReading, HazardReading


@dataclass(frozen=True)
class Leads:
    """Where the boxes of a picture lead; on paper nowhere."""

    to_part: Callable[[str], str] = lambda _: ""  # given the anchor of a part of the hazard page
    to_control: Callable[[ControlReading], str] = lambda _: ""


@dataclass(frozen=True)
class Barrier:
    """A control in one place of the picture. ``also`` are the other hazards that it protects."""

    reference: str
    text: str
    state: str
    type: str
    party: str
    is_verified: bool
    stands: bool
    lacks_evidence: bool
    also: tuple[str, ...] = ()
    acts_on: str = ""  # said where the control stands away from what it acts on
    url: str = ""
    is_again: bool = False

    @property
    def is_shared(self) -> bool:
        """Whether it protects other hazards too."""
        return bool(self.also)

    @property
    def party_in_words(self) -> str:
        """Whose it is."""
        return self.party or "party not said"

    @property
    def standing(self) -> str:
        """How far it has come, with a mark that needs no colour, and what it is."""
        state = f"✓ {self.state}" if self.is_verified else self.state
        lacking = "no evidence" if self.lacks_evidence else ""
        return " · ".join(word for word in (state, lacking, self.type, self.acts_on) if word)

    @property
    def spoken(self) -> str:
        """Everything about it in a sentence, for those who hear the picture."""
        also = f", also protects {', '.join(self.also)}" if self.also else ""
        return (
            f"Control {self.reference}: {self.text} ({self.standing}, {self.party_in_words}{also})"
        )


@dataclass
class Lane:
    """A cause or a harm with the controls on it; without text, those on every one of them."""

    label: str
    text: str = ""
    url: str = ""
    note: str = ""  # what is said where no control stands
    is_gap: bool = False  # whether that is something missing
    barriers: list[Barrier] = field(default_factory=list)

    @property
    def is_of_all(self) -> bool:
        """Whether its controls act on the whole hazard."""
        return not self.text

    @property
    def spoken(self) -> str:
        """The cause or harm in a sentence."""
        note = f" ({self.note})" if self.note and not self.barriers else ""
        return f"{self.label}: {self.text}{note}" if self.text else self.label


@dataclass(frozen=True)
class BowTie:
    """A hazard with what leads to it and what follows from it."""

    reference: str
    name: str
    left: list[Lane]
    right: list[Lane]

    @property
    def lanes(self) -> list[Lane]:
        """Both sides, in reading order."""
        return [*self.left, *self.right]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw but the hazard."""
        return not self.lanes

    @property
    def shared(self) -> list[Barrier]:
        """The controls that protect other hazards too, each once."""
        found = [barrier for lane in self.lanes for barrier in lane.barriers]
        return [barrier for barrier in found if barrier.is_shared and not barrier.is_again]

    @property
    def summary(self) -> str:
        """What the picture shows, as a sentence for those who do not see it."""
        controls = {barrier.reference for lane in self.lanes for barrier in lane.barriers}
        told = [
            _counted(sum(not lane.is_of_all for lane in self.left), "cause"),
            _counted(len(controls), "control"),
            _counted(sum(not lane.is_of_all for lane in self.right), "harm"),
        ]
        gaps = sum(lane.is_gap for lane in self.left)
        alone = f"; {_counted(gaps, 'cause')} without a control" if gaps else ""
        return f"{', '.join(told)}{alone}."


def bow_tie_of(reading: HazardReading, leads: Leads) -> BowTie:
    """The bow-tie of a hazard that was read whole. No query."""
    placing = _Placing(leads)
    sides = [_sided(control) for control in reading.controls]
    before_all = [control for control, left, _ in sides if left == ()]
    left = [
        _cause_lane(cause, number, sides, placing)
        for number, cause in enumerate(reading.causes, start=1)
    ]
    if before_all:
        every = Lane("Every cause" if left else "No cause is stated")
        every.barriers = [placing.of(control) for control in before_all]
        left.append(every)
    return BowTie(
        reference=reading.hazard.display_reference,
        name=reading.hazard.name,
        left=left,
        right=_right(reading, sides, placing),
    )


CausesActedOn = tuple[Cause, ...] | None
HarmsActedOn = tuple[Harm, ...] | None
Sided = tuple[ControlReading, CausesActedOn, HarmsActedOn]


def _sided(control: ControlReading) -> Sided:
    """On what it stands left and right: () for all of that side, None for not on that side.

    A control on a harm limits it; one that recovers acts after the hazard, on every harm where
    none is named, even where it was written down beside a cause.
    """
    causes, harms = tuple(control.causes), tuple(control.harms)
    if control.control.function == ControlFunction.RECOVER or (harms and not causes):
        return control, None, harms
    return control, causes, harms or None


def _right(reading: HazardReading, sides: Iterable[Sided], placing: "_Placing") -> list[Lane]:
    many = len(reading.harms) > 1
    lanes = [
        Lane(
            f"Harm {number}" if many else "Harm",
            harm.text,
            placing.leads.to_part(f"harm-{harm.pk}"),
        )
        for number, harm in enumerate(reading.harms, start=1)
    ]
    numbers = {cause.pk: number for number, cause in enumerate(reading.causes, start=1)}
    after_all = []
    for control, _, harms in sides:
        if harms is None:
            continue
        own = [numbers[cause.pk] for cause in control.causes if cause.pk in numbers]
        acts_on = f"cause {', '.join(map(str, own))}" if own else ""
        if harms == () and len(lanes) != 1:
            after_all.append(placing.of(control, acts_on))
            continue
        for lane, harm in zip(lanes, reading.harms, strict=True):
            if harms == () or harm in harms:
                lane.barriers.append(placing.of(control, acts_on))
    if after_all:
        lanes.append(Lane("Every harm" if lanes else "No harm is stated", barriers=after_all))
    return lanes


def _cause_lane(cause: Cause, number: int, sides: Iterable[Sided], placing: "_Placing") -> Lane:
    """A cause with the controls before the hazard, or with what is said where there is none."""
    lane = Lane(f"Cause {number}", cause.text, placing.leads.to_part(f"cause-{cause.pk}"))
    acts_on_all = acts_after = False
    for control, causes, _ in sides:
        if causes is None:
            acts_after = acts_after or cause in control.causes
        elif cause in causes:
            lane.barriers.append(placing.of(control))
        else:
            acts_on_all = acts_on_all or not causes
    if cause.accepted_because:
        lane.note = "accepted without a control"
    elif acts_after:
        lane.note = "controlled after the hazard"
    elif not acts_on_all:
        lane.note, lane.is_gap = "no control", not lane.barriers
    return lane


@dataclass
class _Placing:
    """Makes barriers, and remembers which controls stand in the picture already."""

    leads: Leads
    placed: set[int] = field(default_factory=set)

    def of(self, reading: ControlReading, acts_on: str = "") -> Barrier:
        control = reading.control
        is_again = control.pk in self.placed
        self.placed.add(control.pk)
        return Barrier(
            reference=control.reference,
            text=control.text,
            state=control.get_state_display().lower(),
            type=control.get_type_display().lower(),
            party=control.get_party_display().lower(),
            is_verified=control.state == ControlState.VERIFIED,
            stands=reading.stands,
            lacks_evidence=not reading.evidence and _needs_evidence(control),
            also=tuple(other.display_reference for other in reading.also_protects),
            acts_on=acts_on,
            url=self.leads.to_control(reading),
            is_again=is_again,
        )


def _needs_evidence(control: Control) -> bool:
    """Whether somebody has to show that it works: not a user's, nor another organisation's."""
    return control.party not in (Party.DEPLOYER, Party.USER)


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"
