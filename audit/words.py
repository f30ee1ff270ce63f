"""Word-level differences between two texts."""

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Op = Literal["same", "gone", "new"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond this the comparison takes seconds; the texts are then shown whole, old and new.
LONGEST = 4_000  # words and marks of one text


class Segment(NamedTuple):
    """A run of text that stayed, went or came."""

    op: Op
    text: str


def word_differences(old: str, new: str) -> list[Segment]:
    """The segments that lead from ``old`` to ``new``, gone words before the new ones.

    Joining the same and gone segments gives ``old``; the same and new ones give ``new``.
    """
    if old == new:
        return [Segment("same", old)] if old else []
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    if not before or not after or max(len(before), len(after)) > LONGEST:
        return [s for s in (Segment("gone", old), Segment("new", new)) if s.text]
    segments: list[Segment] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for op, b1, b2, a1, a2 in matcher.get_opcodes():
        if op == "equal":
            segments.append(Segment("same", "".join(before[b1:b2])))
            continue
        if b2 > b1:
            segments.append(Segment("gone", "".join(before[b1:b2])))
        if a2 > a1:
            segments.append(Segment("new", "".join(after[a1:a2])))
    return segments
