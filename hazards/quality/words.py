"""What a text says, for rules that read: words counted and compared, nothing understood."""

import re
from collections.abc import Iterable
from functools import lru_cache

from hazards.importing.cells import folded, is_placeholder, says_nothing

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_OPEN = re.compile(
    r"\b(?:TBC|TBD|TBA)\b|\blorem\s+ipsum\b|\?\?\?|\bxxx+\b|[\[<{]\s*(?:insert|describe|enter|add)\b",
)
_OPEN_ANY_CASE = re.compile(
    r"\b(?:lorem\s+ipsum|to be (?:confirmed|decided|determined|completed|agreed|advised))\b",
    re.IGNORECASE,
)

_SMALL = (
    "a an and any are as at be been being but by can could do does for from had has have if in "
    "into is it its may might must no not of off on or shall should so some such than that the "
    "their them then there these they this those to was were when where which while who will with "
    "would"
)
#: Words that carry nothing of their own.
SMALL = frozenset(_SMALL.split())


# Several rules ask the same of one text.
@lru_cache(maxsize=4_096)
def said(text: str) -> str:
    """The text, or '' where it says nothing ("n/a") or only that something is still to come."""
    return "" if says_nothing(text) or is_placeholder(text) else text.strip()


@lru_cache(maxsize=4_096)
def is_open(text: str) -> bool:
    """Whether a text is a placeholder or holds one."""
    return bool(is_placeholder(text) or _OPEN.search(text) or _OPEN_ANY_CASE.search(text))


@lru_cache(maxsize=4_096)
def words(text: str) -> tuple[str, ...]:
    """The words of a text, in lower case."""
    return tuple(_WORD.findall(text.casefold()))


def telling_words(text: str) -> list[str]:
    """The words that carry something."""
    return [word for word in words(text) if word not in SMALL]


def likeness(one: str, other: str) -> int:
    """How many per cent of the telling words of two texts are the same, each counted once."""
    mine, theirs = set(telling_words(one)), set(telling_words(other))
    if not mine or not theirs:
        return 100 if folded(one) == folded(other) and one else 0
    return 100 * len(mine & theirs) // len(mine | theirs)


def any_of(*patterns: str) -> re.Pattern[str]:
    """A pattern that finds any of these as whole words, in any case."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b", re.IGNORECASE)


_DENIED = re.compile(
    r"\b(?:no|not|non|never|without|nor)[\s\-]+(?:\w+[\s\-]+){0,2}$", re.IGNORECASE
)


def says(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text says this, and not just that it is not so ("no permanent harm")."""
    return bool(what_it_says(pattern, text))


def what_it_says(pattern: re.Pattern[str], text: str) -> str:
    """The words of a text that say this; '' where it does not, or says that it is not so."""
    for match in pattern.finditer(text):
        if not _DENIED.search(text[: match.start()]):
            return match[0]
    return ""


def counted(count: int, noun: str, plural: str = "") -> str:
    """``1 hazard``, ``3 hazards``."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(texts: Iterable[str], most: int = 5, total: int = 0) -> str:
    """``a, b and c``; beyond ``most`` it says how many more there are.

    ``total`` is how many there are where not all of them are given.
    """
    given = list(texts)
    parts = given[:most]
    rest = max(total, len(given)) - len(parts)
    if rest:
        parts.append(f"{rest:,} more")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def quoted(text: str, longest: int = 80) -> str:
    """The text in quotation marks on one line, cut to what a sentence can hold."""
    line = " ".join(text.split())
    return f"“{line if len(line) <= longest else line[: longest - 1].rstrip() + '…'}”"
