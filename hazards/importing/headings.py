"""From the headings of a log to its fields, and how sure that is."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache

from hazards.choices import Stage
from hazards.importing.fields import CONTROLS, EVIDENCE, SEVERAL, Field
from hazards.importing.vocabulary import (
    CLASS,
    EITHER_HARM_OR_EFFECT,
    EITHER_HARM_OR_SEVERITY,
    EVIDENCE_ALONE,
    FIELD_OF,
    LIKELIHOOD,
    LIKELY,
    NESTED,
    OURS,
    OURS_LEFT,
    SAID_OF_A_PART,
    SEVERITY,
    SHORT_AXES,
    SOME_CONTROLS,
    STAGE_LETTERS,
    STAGE_PHRASES,
    STAGE_WORDS,
    plain_heading,
)

_NUMBERED = re.compile(r"(.*?) ?([0-9]{1,2})")
ALIKE = 0.9  # of difflib's ratio, for a heading to be a misspelt one
SHORTEST_MISSPELT = 5  # characters


class Confidence(StrEnum):
    """How sure it is what a column, or a word, means."""

    CERTAIN = "certain"  # its heading is one of the field's own
    LIKELY = "likely"  # its heading holds the field's words, or its place tells
    GUESS = "guess"  # to be confirmed before anything is read from it
    NONE = "none"


#: What is read when nobody has said anything of the columns.
SURE_ENOUGH = (Confidence.CERTAIN, Confidence.LIKELY)

RISK_FIELDS = {
    ("severity", Stage.INITIAL): Field.INITIAL_SEVERITY,
    ("severity", Stage.RESIDUAL): Field.RESIDUAL_SEVERITY,
    ("likelihood", Stage.INITIAL): Field.INITIAL_LIKELIHOOD,
    ("likelihood", Stage.RESIDUAL): Field.RESIDUAL_LIKELIHOOD,
    ("class", Stage.INITIAL): Field.INITIAL_CLASS,
    ("class", Stage.RESIDUAL): Field.RESIDUAL_CLASS,
}
_EXISTING_TYPES = {
    Field.DESIGN: Field.EXISTING_DESIGN,
    Field.TRAINING: Field.EXISTING_TRAINING,
    Field.BUSINESS_PROCESS: Field.EXISTING_BUSINESS_PROCESS,
}
_EVIDENCE_OF = {
    control: evidence
    for evidence, controls in EVIDENCE.items()
    for control in controls
    if evidence is not Field.TEST_EVIDENCE
} | {
    Field.ADDITIONAL: Field.ADDITIONAL_EVIDENCE,
    Field.DESIGN: Field.DESIGN_EVIDENCE,
    Field.TRAINING: Field.TRAINING_EVIDENCE,
    Field.BUSINESS_PROCESS: Field.BUSINESS_PROCESS_EVIDENCE,
    Field.TEST: Field.TEST_EVIDENCE,
}


@dataclass(frozen=True)
class Meaning:
    """What a column holds. No field, and certain: known, and nothing is taken from it."""

    field: Field | None
    confidence: Confidence


NOTHING_KNOWN = Meaning(None, Confidence.NONE)
_LEFT_AS_OURS = Meaning(None, Confidence.CERTAIN)


@dataclass
class _Columns:
    """The headings of one row being understood, each in the light of the others."""

    plain: Mapping[int, str]
    groups: Mapping[int, str]
    is_short: Callable[[int], bool]
    found: dict[int, Meaning] = field(default_factory=dict)

    @property
    def taken(self) -> set[Field]:
        """The fields that have their column."""
        return {each.field for each in self.found.values() if each.field is not None}

    def take(self, column: int, meaning: Field | None, confidence: Confidence) -> None:
        """Give a column its field, unless another has it already."""
        if meaning is not None and meaning not in self.taken:
            self.found[column] = Meaning(meaning, confidence)


def meanings(
    headings: Mapping[int, str], groups: Mapping[int, str], is_short: Callable[[int], bool]
) -> dict[int, Meaning]:
    """What each column holds, by its heading, the group over it and its neighbours.

    ``is_short`` says of a column whether words of a few letters, or numbers, stand in it.
    """
    columns = _understood(headings, groups, is_short)
    _name_from_description(columns)
    return {column: columns.found.get(column, NOTHING_KNOWN) for column in columns.plain}


def _understood(
    headings: Mapping[int, str], groups: Mapping[int, str], is_short: Callable[[int], bool]
) -> _Columns:
    plain = {column: plain_heading(text) for column, text in sorted(headings.items())}
    over = {column: plain_heading(text) for column, text in groups.items()}
    columns = _Columns(plain, over, is_short)
    if is_ours(plain.values()):
        columns.found |= {c: _LEFT_AS_OURS for c, text in plain.items() if text in OURS_LEFT}
    steps = (_by_own_words, _by_neighbours, _by_some_words, _by_spelling, _by_place, _by_number)
    nested = {column for column, text in headings.items() if NESTED in text}
    of_parts = {column for column, text in plain.items() if SAID_OF_A_PART.fullmatch(text)}
    for step in steps:
        passed_over = nested if step is _by_own_words else nested | of_parts
        for column in plain:
            if column not in columns.found and column not in passed_over:
                step(columns, column)
    return columns


@lru_cache(maxsize=4096)
def field_of_heading(heading: str) -> Field | None:
    """The field that a heading means by itself; None when that is not sure enough."""
    found = _understood({1: heading}, {}, lambda _: True).found.get(1, NOTHING_KNOWN)
    return found.field if found.confidence in SURE_ENOUGH else None


def is_ours(plain: Iterable[str]) -> bool:
    """Whether these headings are those of a log that this application wrote."""
    headings = set(plain)
    return any(headings >= marks for marks in OURS)


def stage_in(heading: str) -> tuple[Stage | None, str]:
    """The stage that a plain heading names, and the heading without it."""
    for pattern, stage in STAGE_PHRASES:
        if pattern.search(heading):
            return stage, " ".join(pattern.sub(" ", heading).split())
    words = heading.split()
    if len(words) > 1 and words[0] in STAGE_LETTERS:
        return STAGE_LETTERS[words[0]], " ".join(words[1:])
    for word in words:
        if word in STAGE_WORDS:
            return STAGE_WORDS[word], " ".join(each for each in words if each != word)
    return None, heading


def stage_of_group(group: str) -> Stage | None:
    """The stage that a group names over its columns."""
    return stage_in(plain_heading(group))[0]


def is_control_group(group: str) -> bool:
    """Whether a group stands over columns of controls."""
    words = plain_heading(group).split()
    return "controls" in words or "mitigations" in words


# --- The steps, from the surest on -----------------------------------------------------------


def _by_own_words(columns: _Columns, column: int) -> None:
    heading, group = columns.plain[column], columns.groups.get(column, "")
    stage, rest = stage_in(heading)
    is_existing = stage is Stage.INITIAL or (stage is None and "existing" in group)
    stage = stage or stage_of_group(group)
    risk = _risk_word(rest, in_estimate=stage is not None)
    if risk is not None:
        _take_risk(columns, column, risk, stage)
        return
    meaning = FIELD_OF.get(heading) or (FIELD_OF.get(rest) if stage is not None else None)
    if heading in EITHER_HARM_OR_SEVERITY and _is_axis(columns, column):
        _take_risk(columns, column, "severity", None, Confidence.LIKELY)
        return
    if meaning is None and heading == "consequence":
        meaning = Field.HARM
    if heading in EITHER_HARM_OR_EFFECT and _has_harm_elsewhere(columns, column):
        meaning = Field.EFFECT
    if meaning in CONTROLS and is_existing:
        meaning = _EXISTING_TYPES.get(meaning, meaning)
    columns.take(column, meaning, Confidence.CERTAIN)


def _risk_word(heading: str, *, in_estimate: bool) -> str | None:
    words = heading.split()
    while words and (words[-1].isdigit() or words[-1] == "to"):
        words.pop()  # Severity (1 to 5)
    if words[:1] == ["hazard"] and len(words) > 1:
        words = words[1:]
    heading = " ".join(words)
    for risk, all_words in (("severity", SEVERITY), ("likelihood", LIKELIHOOD), ("class", CLASS)):
        if heading in all_words:
            return risk
    return SHORT_AXES.get(heading) if in_estimate else None


def _take_risk(
    columns: _Columns,
    column: int,
    risk: str,
    stage: Stage | None,
    confidence: Confidence = Confidence.CERTAIN,
) -> None:
    """Without a group the first of two is the initial one, the second the residual one."""
    if stage is None and risk == "class" and not columns.is_short(column):
        return  # a column “Risk” with sentences in it is no class
    if stage is None:
        first = RISK_FIELDS[(risk, Stage.INITIAL)]
        stage = Stage.RESIDUAL if first in columns.taken else Stage.INITIAL
    columns.take(column, RISK_FIELDS[(risk, stage)], confidence)


def _has_harm_elsewhere(columns: _Columns, column: int) -> bool:
    """Whether another column is one of harms by words that mean nothing else."""
    others = {text for other, text in columns.plain.items() if other != column}
    others -= EITHER_HARM_OR_SEVERITY | EITHER_HARM_OR_EFFECT
    return any(FIELD_OF.get(text) is Field.HARM for text in others)


def _is_axis(columns: _Columns, column: int) -> bool:
    """Whether a consequence is the severity: the harm has a column, or it is beside a likelihood.

    Likelihoods and ratings stand beside the axis, and a few letters or a number in it.
    """
    if not columns.is_short(column):
        return False
    others = {text for other, text in columns.plain.items() if other != column}
    harm = any(
        FIELD_OF.get(text) is Field.HARM and text not in EITHER_HARM_OR_SEVERITY for text in others
    )
    before = any(
        text in EITHER_HARM_OR_SEVERITY and not columns.is_short(other)
        for other, text in columns.plain.items()
        if other < column
    )
    beside = any(
        stage_in(columns.plain.get(column + step, ""))[1] in LIKELIHOOD for step in (-1, 1)
    )
    is_repeated = Field.HARM in columns.taken
    return beside or ((harm or before or is_repeated) and columns.plain[column] == "consequence")


def _by_neighbours(columns: _Columns, column: int) -> None:
    """A column called only “Evidence” is about the controls on its left."""
    if not EVIDENCE_ALONE.fullmatch(columns.plain[column]):
        return
    left = columns.found.get(column - 1)
    if left is not None and left.field in _EVIDENCE_OF:
        columns.take(column, _EVIDENCE_OF[left.field], Confidence.CERTAIN)
    elif columns.taken & CONTROLS.keys():
        columns.take(column, Field.ADDITIONAL_EVIDENCE, Confidence.LIKELY)


def _by_some_words(columns: _Columns, column: int) -> None:
    heading = columns.plain[column]
    if stage_in(heading)[0] is not None and _risk_word(stage_in(heading)[1], in_estimate=True):
        return
    for pattern, meaning in LIKELY:
        if pattern.search(heading):
            columns.take(column, meaning, Confidence.LIKELY)
            return


def _by_spelling(columns: _Columns, column: int) -> None:
    heading = columns.plain[column]
    if len(heading) < SHORTEST_MISSPELT:
        return
    length = len(heading.split())
    known = [words for words in FIELD_OF if len(words.split()) == length]
    alike = get_close_matches(heading, known, n=1, cutoff=ALIKE)
    if alike:
        columns.take(column, FIELD_OF[alike[0]], Confidence.LIKELY)
        return
    stage, rest = stage_in(heading)
    for risk, all_words in (("severity", SEVERITY), ("likelihood", LIKELIHOOD), ("class", CLASS)):
        if len(rest) >= SHORTEST_MISSPELT and get_close_matches(rest, all_words, 1, ALIKE):
            _take_risk(columns, column, risk, stage, Confidence.LIKELY)
            return


def _by_place(columns: _Columns, column: int) -> None:
    """A column of just “controls”: before the initial risk they exist, after it they are added."""
    if not SOME_CONTROLS.search(columns.plain[column]):
        return
    initial = [c for c, m in columns.found.items() if m.field in _OF_INITIAL]
    residual = [c for c, m in columns.found.items() if m.field in _OF_RESIDUAL]
    if initial and column < min(initial) and Field.EXISTING not in columns.taken:
        columns.take(column, Field.EXISTING, Confidence.LIKELY)
    elif Field.EXISTING in columns.taken or (initial and residual and column < max(residual)):
        columns.take(column, Field.ADDITIONAL, Confidence.LIKELY)
    else:
        columns.take(column, Field.ADDITIONAL, Confidence.GUESS)


def _by_number(columns: _Columns, column: int) -> None:
    """``Cause 2`` is what ``Cause 1``, or ``Cause``, is."""
    match = _NUMBERED.fullmatch(columns.plain[column])
    if match is None:
        return
    for other, meaning in columns.found.items():
        sibling = _NUMBERED.fullmatch(columns.plain[other])
        word = sibling[1] if sibling else columns.plain[other]
        if word == match[1] and meaning.field in SEVERAL:
            columns.found[column] = Meaning(meaning.field, Confidence.LIKELY)
            return
    if FIELD_OF.get(match[1]) in SEVERAL:
        columns.take(column, FIELD_OF[match[1]], Confidence.LIKELY)


_OF_INITIAL = frozenset(f for (_, stage), f in RISK_FIELDS.items() if stage is Stage.INITIAL)
_OF_RESIDUAL = frozenset(f for (_, stage), f in RISK_FIELDS.items() if stage is Stage.RESIDUAL)


def _name_from_description(columns: _Columns) -> None:
    """A log that only describes its hazards calls them by their description."""
    if Field.NAME in columns.taken:
        return
    for column, meaning in columns.found.items():
        if meaning.field is Field.DESCRIPTION:
            columns.found[column] = Meaning(Field.NAME, Confidence.LIKELY)
            return
    for column, heading in columns.plain.items():
        if heading in ("risk", "hazard risk") and column not in columns.found:
            columns.take(column, Field.NAME, Confidence.LIKELY)
            return
