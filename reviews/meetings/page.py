"""Meeting mode: one hazard of the agenda in large type, and what stands before and after it."""

from dataclasses import dataclass

from hazards.hazard_page import Sentence
from hazards.models import Hazard
from hazards.presentation import RiskChip, chip_of, in_a_sentence, joined
from hazards.reading import ControlReading, HazardReading, read_hazards
from hazards.voices import Voices, voices_of
from reviews.meetings.agenda_parts import AgendaItem
from reviews.meetings.checkpoint_agenda import Agenda


@dataclass(frozen=True)
class HazardInMeeting:
    """What a room needs to see of a hazard."""

    reading: HazardReading
    sentence: Sentence
    voices: Voices
    initial: RiskChip | None
    residual: RiskChip | None
    why_here: list[tuple[str, AgendaItem]]
    place: int  # from 1; 0 where the agenda does not name it
    count: int
    before: str  # references; '' at the ends
    after: str

    @property
    def hazard(self) -> Hazard:
        """The hazard."""
        return self.reading.hazard

    @property
    def waiting(self) -> list[ControlReading]:
        """The controls that do not stand yet."""
        return self.reading.controls_not_standing


def hazard_in_meeting(agenda: Agenda, hazard: Hazard) -> HazardInMeeting:
    """A hazard as meeting mode shows it, and where it stands on the agenda.

    One that left the agenda meanwhile, its action done or itself merged, is shown all the same:
    the room speaks of it, and what somebody types about it is kept. About fifteen queries.
    """
    [reading] = read_hazards([hazard])
    order, reference = agenda.hazards, hazard.reference
    place = order.index(reference) + 1 if reference in order else 0
    residual = reading.residual
    return HazardInMeeting(
        reading=reading,
        sentence=Sentence(
            causes=joined([each.text for each in reading.causes], more="causes"),
            hazard=in_a_sentence(hazard.name),
            effect=in_a_sentence(hazard.effect),
            harms=joined([each.text for each in reading.harms], more="harms"),
        ),
        voices=voices_of(hazard, reading.harms),
        initial=chip_of(reading.initial.shown) if reading.initial.shown else None,
        residual=chip_of(residual.shown, residual.is_provisional) if residual.shown else None,
        why_here=agenda.about(reference),
        place=place,
        count=len(order),
        before=order[place - 2] if place > 1 else "",
        after=order[place] if 0 < place < len(order) else "",
    )
