"""A control in the words of the product side: a title, a story, and criteria in Given, When, Then.

Pure: what a control says, what it acts on and what it protects against goes in, text comes out.
Whoever sends it edits it first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from hazards.choices import ControlFunction, Party
from hazards.presentation import in_a_sentence

TITLE_LIMIT = 120  # characters; a tracker shows about as many of a title

_END = {
    ControlFunction.PREVENT: "it does not come to that",
    ControlFunction.DETECT: "somebody who can act is told, early enough to act",
    ControlFunction.RECOVER: "the patient is brought back to safety and the harm stays as small as "
    "it can be",
}
_ANY_END = "the patient comes to no harm"
_WHO_NEEDS_IT = {
    Party.MANUFACTURER: "a patient",
    Party.DEPLOYER: "a patient of a deploying organisation",
    Party.USER: "a patient whose care is in the hands of a user",
}


class ControlInWords(NamedTuple):
    """What is known of a control and of the hazard that it protects against."""

    reference: str
    text: str
    party: str
    function: str
    hazard_reference: str
    hazard: str
    causes: Sequence[str] = ()
    harms: Sequence[str] = ()  # of the hazard
    acts_on_harms: Sequence[str] = ()
    for_patients: str = ""  # in the patients' voice
    instruction: str = ""


@dataclass(frozen=True)
class Drafted:
    """A story as it is proposed."""

    title: str
    story: str
    criteria: str


def drafted(control: ControlInWords) -> Drafted:
    """The story that a control is."""
    return Drafted(title_of(control), story_of(control), criteria_of(control))


def title_of(control: ControlInWords) -> str:
    """The control in one line, cut between words where it is long."""
    text = " ".join(control.text.split()).rstrip(".")
    room = TITLE_LIMIT - len(control.reference) - 2
    if len(text) > room:
        text = f"{text[: room - 1].rsplit(' ', 1)[0].rstrip(',;:')}…"
    return f"{control.reference}: {text}"


def story_of(control: ControlInWords) -> str:
    """As somebody, I want it, so that."""
    who = _WHO_NEEDS_IT.get(Party(control.party), "a patient") if control.party else "a patient"
    return (
        f"As {who}, I want to rely on this: {in_a_sentence(control.text)}; "
        f"so that this does not reach me: {in_a_sentence(control.hazard)}."
    )


def criteria_of(control: ControlInWords) -> str:
    """A scenario for each cause and harm that it acts on, one for its own failure, and the why."""
    places = [("cause", each) for each in control.causes]
    places += [("harm", each) for each in control.acts_on_harms]
    scenarios = [_scenario(control, kind, text) for kind, text in places]
    parts = [*(scenarios or [_on_the_whole(control)]), _when_it_fails(control), _why(control)]
    return "\n\n".join(parts)


def _scenario(control: ControlInWords, kind: str, text: str) -> str:
    if kind == "harm":
        given, when = control.hazard, f"this could follow: {in_a_sentence(text)}"
    else:
        given, when = text, f"this could follow: {in_a_sentence(control.hazard)}"
    return _steps(_short(text), given, when, control)


def _on_the_whole(control: ControlInWords) -> str:
    when = "a patient could be exposed to it"
    return _steps(_short(control.hazard), control.hazard, when, control)


def _steps(title: str, given: str, when: str, control: ControlInWords) -> str:
    return (
        f"Scenario: {title}\n"
        f"  Given {in_a_sentence(given)}\n"
        f"  When {when}\n"
        f"  Then {in_a_sentence(control.text)}\n"
        f"  And {_end(control)}"
    )


def _when_it_fails(control: ControlInWords) -> str:
    return (
        "Scenario: the control itself does not work\n"
        f"  Given {control.reference} cannot do its work\n"
        "  When somebody relies on it\n"
        "  Then they are told that it did not run\n"
        "  And nothing goes on as if it had"
    )


def _end(control: ControlInWords) -> str:
    return _END[ControlFunction(control.function)] if control.function else _ANY_END


def _why(control: ControlInWords) -> str:
    lines = [f"Clinical reason: {control.hazard_reference} {control.hazard}."]
    if control.for_patients:
        lines.append(f"For patients: {' '.join(control.for_patients.split())}")
    if control.harms:
        lines.append(f"Harm: {'; '.join(' '.join(each.split()) for each in control.harms)}.")
    if control.instruction:
        lines.append(f"Instruction: {' '.join(control.instruction.split())}")
    return "\n".join(line.replace("..", ".") for line in lines)


def _short(text: str) -> str:
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= TITLE_LIMIT else f"{text[:TITLE_LIMIT].rsplit(' ', 1)[0]}…"
