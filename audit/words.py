"""Word-level differences between two texts."""

import re
from collections import Counter
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

Op = Literal["same", "gone", "new"]

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Beyond these the comparison takes seconds or minutes, and a page with many of them never comes.
# What differs is then shown whole, old and new.
LONGEST = 2_000  # words, marks and spaces of one text, without what both begin and end with
MOST_PAIRS = 20_000  # pairs of equal words, one of each text; ordinary prose has a few thousand


class Segment(NamedTuple):
    """A run of text that stayed, went or came."""

    op: Op
    text: str


def word_differences(old: str, new: str) -> list[Segment]:
    """The segments that lead from ``old`` to ``new``, gone words before the new ones.

    Joining the same and gone segments gives ``old``; the same and new ones give ``new``.
    """
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    begin = _alike(before, after)
    end = _alike(before[begin:][::-1], after[begin:][::-1])
    middle = slice(begin, -end or None)
    found = [Segment("same", "".join(before[:begin]))]
    found += _differences(before[middle], after[middle])
    found.append(Segment("same", "".join(before[len(before) - end :])))
    return _joined(found)


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words both begin with."""
    count = 0
    for mine, yours in zip(one, other, strict=False):
        if mine != yours:
            break
        count += 1
    return count


def _differences(before: list[str], after: list[str]) -> list[Segment]:
    if not _can_be_compared(before, after):
        return [Segment("gone", "".join(before)), Segment("new", "".join(after))]
    found: list[Segment] = []
    # Spaces are everywhere, so they say nothing about where two texts agree.
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=False)
    for op, b1, b2, a1, a2 in matcher.get_opcodes():
        if op == "equal":
            found.append(Segment("same", "".join(before[b1:b2])))
        else:
            found.append(Segment("gone", "".join(before[b1:b2])))
            found.append(Segment("new", "".join(after[a1:a2])))
    return found


def _can_be_compared(before: list[str], after: list[str]) -> bool:
    if max(len(before), len(after)) > LONGEST:
        return False
    words, others = Counter(before), Counter(after)
    pairs = sum(count * others[word] for word, count in words.items() if not word.isspace())
    return pairs <= MOST_PAIRS


def _joined(segments: list[Segment]) -> list[Segment]:
    """Without empty ones, and neighbours of one kind as one."""
    joined: list[Segment] = []
    for segment in segments:
        if not segment.text:
            continue
        if joined and joined[-1].op == segment.op:
            joined[-1] = Segment(segment.op, joined[-1].text + segment.text)
        else:
            joined.append(segment)
    return joined
