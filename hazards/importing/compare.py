"""Three texts: what the file said when it was last imported, what it says now, what stands here."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import Enum

from hazards.importing.cells import folded


class Verdict(Enum):
    """What becomes of a text of the file."""

    SAME = "same"  # it stands here already, or the file has nothing to say
    TAKE = "take"  # the file is newer
    KEEP = "keep"  # a person changed it here, and the file has not changed since
    CLASH = "clash"  # both changed, or nobody knows what the file said before


def verdict_on(*, here: str, in_file: str, before: str | None) -> Verdict:
    """Whether the file's text is taken. What a person wrote here is never overwritten.

    ``before`` is what the file said at the last import; None when it said nothing then.
    """
    if in_file == here:
        return Verdict.SAME
    if before is None:
        if not in_file:
            return Verdict.SAME
        return Verdict.CLASH if here else Verdict.TAKE
    if here == before:
        return Verdict.TAKE
    return Verdict.KEEP if in_file == before else Verdict.CLASH


def aligned(now: Sequence[str], before: Sequence[str], *, by_place: bool) -> list[int | None]:
    """For each text of the file its place among the texts of the last import; None when it is new.

    The same text (but for case and spacing) is the same thing. With ``by_place``, so is a text
    that stands alone, or with as many others, where different ones stood between the same
    neighbours: it was reworded.
    """
    places: list[int | None] = [None] * len(now)
    free = dict(enumerate(folded(text) for text in before))
    for number, text in enumerate(folded(each) for each in now):
        match = next((place for place, other in free.items() if other == text), None)
        if match is not None:
            places[number] = match
            del free[match]
    if by_place:
        _align_reworded(now, before, places, set(free))
    return places


def _align_reworded(
    now: Sequence[str], before: Sequence[str], places: list[int | None], free: set[int]
) -> None:
    matcher = SequenceMatcher(
        None, [folded(text) for text in before], [folded(text) for text in now], autojunk=False
    )
    for kind, b1, b2, n1, n2 in matcher.get_opcodes():
        if kind != "replace" or b2 - b1 != n2 - n1:
            continue
        for old, new in zip(range(b1, b2), range(n1, n2), strict=True):
            if places[new] is None and old in free:
                places[new] = old
                free.discard(old)
