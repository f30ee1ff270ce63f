"""Estimates as a log of objects tells them: ["Major", "Medium"] under *initial*, or by cause.

Which of two words is the severity is not said by their order. What is read here keeps that open;
``hazards.importing.words_said.is_turned`` holds the words against those of the matrix.
"""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from hazards.choices import Patients, Stage
from hazards.importing.cells import text_of
from hazards.importing.headings import stage_in
from hazards.importing.records import Told, ToldHazard
from hazards.importing.vocabulary import plain_heading
from hazards.importing.words_said import number_of

_THE_ESTIMATE = frozenset({"", "risk", "estimate", "risk estimate"})
_BY_CAUSE = frozenset(
    f"{what} {by} cause".strip() for what in _THE_ESTIMATE for by in ("by", "per", "for each")
)
_PARTS = ("severity", "likelihood", "class", "patients")
_PATIENTS = {plain_heading(word): each for each in Patients for word in (each.value, each.label)}

#: What is told of an estimate, by part; and whether the order of its words was left open.
Pair = tuple[dict[str, str], bool]


def patients_of(words: str) -> Patients | None:
    """How many patients a word says that a harm reaches; None where it is no such word."""
    return _PATIENTS.get(plain_heading(words))


@lru_cache(maxsize=1024)
def stage_of_estimate(heading: str) -> Stage | None:
    """The stage of a whole estimate that stands under a heading, else None."""
    stage, rest = stage_in(plain_heading(heading))
    return stage if rest in _THE_ESTIMATE else None


def is_pair(value: Any) -> bool:
    """Whether an estimate is told as a list of its words."""
    return isinstance(value, list) and _pair_in(value) is not None


@lru_cache(maxsize=1024)
def stage_by_cause(heading: str) -> Stage | None:
    """The stage of estimates by cause that stand under a heading, else None."""
    stage, rest = stage_in(plain_heading(heading))
    return stage if rest in _BY_CAUSE else None


def tell_pair(hazard: ToldHazard, stage: Stage, value: Any, place: str) -> None:
    """Tell an estimate of the whole hazard."""
    found = _pair_in(value)
    for part, text in (found[0] if found else {}).items():
        hazard.once[f"{stage} {part}"] = Told(text, place, is_of_pair=bool(found and found[1]))


def can_tell_by_cause(value: Any, first: int | None, causes: int) -> bool:
    """Whether estimates by cause are estimates, and it is clear of which causes they are."""
    told = dict(_by_place(value, first))
    return bool(told) and all(
        place is not None and 0 <= place < causes and _pair_in(each) is not None
        for place, each in told.items()
    )


def tell_by_cause(
    hazard: ToldHazard, stage: Stage, value: Any, place: str, first: int | None, causes: int
) -> None:
    """Tell estimates by cause; each cause that has none of its own has that of the whole hazard."""
    own = {number: _pair_in(each) for number, each in _by_place(value, first)}
    whole = {part: hazard.once.pop(f"{stage} {part}", None) for part in _PARTS}
    for part in _PARTS:
        column = []
        for number in range(causes):
            pair = own.get(number)
            said = Told(pair[0].get(part, ""), place, is_of_pair=pair[1]) if pair else whole[part]
            column.append(said or Told("", place))
        if any(each.text for each in column):
            hazard.lists[f"{stage} {part}"] = column


def numbers_in(value: Any) -> Iterator[int]:
    """The numbers of causes that are the keys of estimates by cause."""
    for key in value if isinstance(value, dict) else ():
        if key.strip().isdecimal():
            yield int(key)


def _by_place(value: Any, first: int | None) -> Iterator[tuple[int | None, Any]]:
    """What is told of the cause at each place; None for a cause that is not clear."""
    if isinstance(value, list):
        yield from ((number, each) for number, each in enumerate(value) if each is not None)
    for key in value if isinstance(value, dict) else ():
        is_clear = key.strip().isdecimal() and first is not None
        yield (int(key) - (first or 0) if is_clear else None), value[key]


def _pair_in(value: Any) -> Pair | None:
    """The words of an estimate. Numbers are none: nothing tells which of them is which."""
    if isinstance(value, dict):
        parts = {plain_heading(key): text_of(each) for key, each in value.items()}
        if not {"severity", "likelihood"} <= parts.keys() <= set(_PARTS):
            return None
        return parts, False
    if not isinstance(value, list) or len(value) not in (2, 3):
        return None
    if not all(isinstance(each, str) and each.strip() for each in value[:2]):
        return None
    words = [" ".join(text_of(each).split()) for each in value if not isinstance(each, dict | list)]
    if len(words) < len(value) or any(number_of(word) is not None for word in words[:2]):
        return None
    parts = dict(zip(_PARTS, words[:2], strict=False))
    for word in words[2:]:
        parts["patients" if patients_of(word) else "class"] = word
    return parts, True
