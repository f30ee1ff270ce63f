"""What a log tells of each control beside its text: whose it is, how strong, what it does.

Only a log of objects tells it of the control itself; a column beside a cell with several controls
would not say which of them it is about.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import TextChoices

from hazards.choices import ControlFunction, ControlState, Party, Strength
from hazards.importing.cells import folded, is_placeholder, says_nothing
from hazards.importing.fields import CONTROLS
from hazards.importing.findings import Findings, Level
from hazards.importing.packed import items_of
from hazards.importing.vocabulary import FIELD_OF, SOME_CONTROLS, plain_heading
from hazards.models import Control

#: What logs call a detail, and the field of a control that it goes into.
_DETAILS: dict[str, str] = {
    "party": "party",
    "control party": "party",
    "responsible party": "party",
    "strength": "strength",
    "control strength": "strength",
    "function": "function",
    "control function": "function",
    "instruction": "instruction",
    "instructions": "instruction",
    "state": "state",
    "control state": "state",
    "none because": "none_because",
    "implementation reference": "implementation_reference",
}
#: What a person calls a detail.
DETAIL_LABELS: dict[str, str] = {
    "party": "party",
    "strength": "strength",
    "function": "function",
    "instruction": "instruction",
    "state": "state",
    "none_because": "reason why it brings no new hazards",
    "implementation_reference": "implementation reference",
}
_CHOICES: dict[str, type[TextChoices]] = {
    "party": Party,
    "strength": Strength,
    "function": ControlFunction,
    "state": ControlState,
}
#: Words of the standard that are not those of the choices.
_ALSO = {("strength", "engineered warning"): Strength.ENGINEERED_WARN}
#: Keys of an object that hold the control itself.
ITS_TEXT = ("text", "name", "title", "description", "value")

#: Keys that hold the causes that a control acts on, by number or in their words.
_CAUSES = frozenset({"cause", "causes", "cause index", "cause number", "cause no", "cause #"})
CAUSES = "causes"  # among the details, each on a line; '' for the whole hazard

#: Keys that hold the references of the hazards that a control brings.
_BRINGS = frozenset({"new hazards", "new hazard", "brings hazards", "introduces hazards"})
BRINGS = "brings"  # among the details, each on a line

#: By the folded text of a control: its details, by field.
Details = dict[str, dict[str, str]]


@lru_cache(maxsize=1024)
def is_of_controls(heading: str) -> bool:
    """Whether what stands under a heading are controls."""
    plain = plain_heading(heading)
    return FIELD_OF.get(plain) in CONTROLS or SOME_CONTROLS.search(plain) is not None


def is_detail(heading: str, value: Any) -> bool:
    """Whether what stands under a heading within a control is a detail of it."""
    if plain_heading(heading) in _DETAILS:
        return isinstance(value, str)
    return bool(causes_told({heading: value}) or brings_told({heading: value}))


def causes_told(control: Mapping[str, Any]) -> list[str]:
    """The causes that a control names, as the log writes them."""
    return [folded(each) for each in _listed(control, _CAUSES)]


def brings_told(control: Mapping[str, Any]) -> list[str]:
    """The hazards that a control brings, by their references."""
    return _listed(control, _BRINGS)


def _listed(control: Mapping[str, Any], keys: frozenset[str]) -> list[str]:
    for key, value in control.items():
        if plain_heading(key) in keys:
            every = value if isinstance(value, list) else [value]
            if all(isinstance(each, str | int) and not isinstance(each, bool) for each in every):
                return [" ".join(str(each).split()) for each in every if str(each).strip()]
    return []


def keep_details(found: Details, control: Mapping[str, Any]) -> None:
    """Add the details of a control to those of the others; of one that is told twice, of both."""
    texts = {plain_heading(key): value for key, value in control.items() if isinstance(value, str)}
    own = {_DETAILS[key]: text for key, text in texts.items() if key in _DETAILS and text}
    own[CAUSES] = "\n".join(causes_told(control))
    own[BRINGS] = "\n".join(brings_told(control))
    text = next((texts[key] for key in ITS_TEXT if texts.get(key)), "")
    for item in items_of(text):
        before = found.get(folded(item), own)
        is_whole = not (before[CAUSES] and own[CAUSES])
        both = dict.fromkeys([*before[CAUSES].split("\n"), *own[CAUSES].split("\n")])
        brings = dict.fromkeys([*before[BRINGS].split("\n"), *own[BRINGS].split("\n")])
        found[folded(item)] = (
            before
            | own
            | {CAUSES: "" if is_whole else "\n".join(both)}
            | {BRINGS: "\n".join(each for each in brings if each)}
        )


def read_details(
    told: Mapping[str, str], cell: str, findings: Findings, reference: str
) -> tuple[tuple[str, str], ...]:
    """The details of a control as they are kept; a word that is none of the known is reported."""
    kept: dict[str, str] = {}
    for name, words in told.items():
        if name in (CAUSES, BRINGS) or says_nothing(words) or is_placeholder(words):
            continue
        value = _value(name, words)
        if name == "state" and value in _STATES_NOT_TAKEN:
            taken, done, todo = _STATES_NOT_TAKEN[value]
            kept |= {name: taken} if taken else {}
            findings.add(
                Level.PROBLEM, cell, found=words, done=done, todo=todo, reference=reference
            )
        elif value is None:
            findings.add(
                Level.PROBLEM,
                cell,
                found=words,
                done=f"This is not a word for the {name} of a control, so none was taken.",
                todo=f"Set it on the control. The words are: {', '.join(_CHOICES[name].labels)}.",
                reference=reference,
            )
        else:
            kept[name] = value
    return tuple(kept.items())


#: States that the record here gives only to what it has seen: what is taken instead, and why.
_STATES_NOT_TAKEN: dict[str, tuple[str, str, str]] = {
    ControlState.VERIFIED: (
        ControlState.IMPLEMENTED,
        "A control is verified here by passed evidence of its implementation and of its "
        "effectiveness, each with a date, a release and a verifier. It came in as implemented.",
        "Complete its evidence, then mark it verified.",
    ),
    ControlState.WITHDRAWN: (
        "",
        "A control is withdrawn here with a reason, so it came in as one that stands.",
        "Withdraw it on the hazard, or take it out of the file.",
    ),
}


def brought_by(told: Mapping[str, str]) -> tuple[str, ...]:
    """The references of the hazards that a control brings."""
    return tuple(each for each in told.get(BRINGS, "").split("\n") if each)


def limit_of_detail(name: str) -> int | None:
    """How many characters of a detail fit."""
    return Control._meta.get_field(name).max_length  # type: ignore[union-attr]


def _value(name: str, words: str) -> str | None:
    choices = _CHOICES.get(name)
    if choices is None:
        return words
    said = plain_heading(words)  # without case, hyphens, underscores and other marks
    for value, label in choices.choices:
        if said in (plain_heading(value), plain_heading(str(label))):
            return str(value)
    return _ALSO.get((name, said))
