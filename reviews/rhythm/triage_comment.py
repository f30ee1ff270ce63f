"""What goes back to the ticket: the answer, and the controls as acceptance criteria."""

from collections.abc import Iterable

from django.utils import timezone

from audit.plain_markdown import plain, without_calls
from hazards.models import Control, Hazard
from hazards.queries import controls_of
from reviews.choices import TriageOutcome
from reviews.rhythm.triage_reading import TriageReading

#: Controls of the hazards that cover it that a comment lists; more are counted.
MOST_CRITERIA = 20

_FIRST_LINES = {
    TriageOutcome.COVERED: "Clinical safety: covered.",
    TriageOutcome.NO_EFFECT: "Clinical safety: considered, no hazard.",
    TriageOutcome.STOP: "Clinical safety: stop. Please do not build this as it is.",
}


def ticket_comment(reading: TriageReading) -> str:
    """The comment under the ticket of what was answered, in Markdown. Two queries at most.

    Where single controls were named they are the criteria, else those of the hazards that cover it.
    """
    answer = reading.answer
    if answer is None or reading.outcome is None:
        raise ValueError("there is no answer to tell of")
    parts = [f"**{_FIRST_LINES[reading.outcome]}** {reading.subject.reference}"]
    if answer.note:
        parts.append(_plain(answer.note))
    if answer.none_because:
        parts.append(f"No hazard, because: {_plain(answer.none_because)}")
    if reading.hazards:
        parts.append("Covered by:\n" + _listed(reading.hazards))
    criteria = criteria_of(reading)
    if criteria:
        more = len(criteria) - MOST_CRITERIA
        lines = [f"- [ ] {each.reference} {_plain(each.text)}" for each in criteria[:MOST_CRITERIA]]
        if more > 0:
            lines.append(f"- [ ] and {more} more in the hazard log")
        parts.append("Acceptance criteria:\n" + "\n".join(lines))
    on = timezone.localdate(answer.answered_at)
    parts.append(f"Answered by {_plain(answer.answered_by.name)}, {on:%-d %B %Y}.")
    return "\n\n".join(parts)


def criteria_of(reading: TriageReading) -> list[Control]:
    """The controls that what is built must keep to. One query, or none."""
    if reading.controls or not reading.hazards:
        return reading.controls
    return list(controls_of(reading.hazards))


def _listed(hazards: Iterable[Hazard]) -> str:
    return "\n".join(f"- {each.display_reference} {_plain(each.name)}" for each in hazards)


def _plain(text: str) -> str:
    """A text on one line, in which nothing is taken for a mark, a call or a link of the tracker."""
    return without_calls(plain(text))
