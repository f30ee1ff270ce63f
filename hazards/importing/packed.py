"""Several things packed into one cell: taken apart at bullets, numbers and line breaks only.

A semicolon takes nothing apart: it stands within sentences too. Where it seems to, that is said.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from string import ascii_lowercase

_BULLET = re.compile(r"^[•●▪◦‣∙·–—*-]\s+")
_LETTER = re.compile(r"^\(?([a-z])[.)]\s+", re.IGNORECASE)
_NUMBER = re.compile(r"^\(?([0-9]{1,2})[.)]\s+")
_BULLETS_WITHIN = re.compile(r"(?:^|\s+)[•●▪◦‣∙]\s*")
_NUMBER_WITHIN = re.compile(r"(?:^|(?<=\s))\(?([0-9]{1,2})[.)]\s+(?=\S)")
_GOES_ON = re.compile(r"[a-z,;(&]")  # how a line begins that goes on with the one before it
_UNFINISHED = re.compile(r"[,:(–-]$|\b(?:and|or|the|a|of|to|with|for|in)$", re.IGNORECASE)
_SEMICOLON = re.compile(r";\s+(?=[A-Z“\"'(])")


def items_of(text: str) -> list[str]:
    """The items of a cell of controls: those of a list, else its lines, without their bullets."""
    return _listed(text) or [_BULLET.sub("", line) for line in _lines(text)]


def sentences_of(text: str) -> list[str]:
    """The items of a cell of causes. Lines are items only where each of them is a whole one."""
    listed = _listed(text)
    if listed:
        return listed
    lines = _lines(text)
    breaks = pairwise(lines)
    if any(_GOES_ON.match(after) or _UNFINISHED.search(before) for before, after in breaks):
        return [text]
    return [_BULLET.sub("", line) for line in lines]


def reads_on(text: str) -> bool:
    """Whether the lines of a cell of causes were kept together as one sentence."""
    return len(_lines(text)) > 1 and sentences_of(text) == [text]


def at_semicolons(text: str) -> list[str]:
    """The text taken apart where a semicolon seems to stand between things, not within one."""
    return [part.strip() for part in _SEMICOLON.split(text)]


def seems_packed(text: str) -> int:
    """How many things seem to stand behind each other with semicolons between them; 0 for one."""
    breaks = len(_SEMICOLON.findall(text))
    return breaks + 1 if breaks else 0


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _listed(text: str) -> list[str]:
    """The items of a list with bullets or numbers, on lines or within one; none for other texts."""
    lines = _lines(text)
    if len(lines) == 1:
        return _listed_within(lines[0])
    numbers = [int(found[1]) for line in lines if (found := _NUMBER.match(line))]
    if _counts(numbers):
        return list(_joined(lines, _NUMBER))
    letters = [found[1].lower() for line in lines if (found := _LETTER.match(line))]
    if _counts([1 + ascii_lowercase.index(each) for each in letters]):
        return list(_joined(lines, _LETTER))
    if sum(_BULLET.match(line) is not None for line in lines) > 1:
        return list(_joined(lines, _BULLET))
    return []


def _joined(lines: list[str], mark: re.Pattern[str]) -> Iterator[str]:
    """The items; a line without a mark goes on with the item above it where it reads so."""
    item = ""
    for line in lines:
        if item and not mark.match(line) and _GOES_ON.match(line):
            item = f"{item} {line}"
            continue
        if item:
            yield item
        item = mark.sub("", line)
    if item:
        yield item


def _listed_within(line: str) -> list[str]:
    parts = [part.strip() for part in _BULLETS_WITHIN.split(line) if part.strip()]
    if len(parts) > 1:
        return parts
    found = list(_NUMBER_WITHIN.finditer(line))
    if not _counts([int(each[1]) for each in found]) or found[0].start() != 0:
        return []
    ends = [*(each.start() for each in found[1:]), len(line)]
    items = [line[each.end() : end].strip() for each, end in zip(found, ends, strict=True)]
    return [item.rstrip(";,").strip() for item in items]


def _counts(numbers: list[int]) -> bool:
    """Whether the numbers are 1, 2, 3 …: those of a list, and of nothing else."""
    return len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
