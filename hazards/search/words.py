"""Words: how text is taken apart, what a search asks for, and what is marked in what it found.

Both databases index what these functions make of a text, so that a search finds the same in
either. Pure functions on plain values.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

SEARCH_LIMIT = 200  # characters; more is not a search but a paste
LONGEST_WORD = 100  # letters of a word that count
MOST_WORDS = 12
SNIPPET = 160  # characters

_WORD = re.compile(r"\w+")


class Segment(NamedTuple):
    """A piece of text, and whether it is what was searched for."""

    text: str
    is_hit: bool


def folded(text: str) -> str:
    """A word or text without capitals and accents: ``Naïve`` is ``naive``."""
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def words_in(text: str) -> list[str]:
    """The words of a text as the index holds them: ``HAZ-012`` is ``haz`` and ``012``."""
    return [word[:LONGEST_WORD] for word in _WORD.findall(folded(text))]


def asked_words(text: str) -> list[str]:
    """The beginnings of words that a search asks for, each once; all of them must be there.

    A plural asks for its singular, so that ``prescriptions`` finds a prescription too.
    """
    return list(dict.fromkeys(map(_beginning, words_in(text[:SEARCH_LIMIT]))))[:MOST_WORDS]


def _beginning(word: str) -> str:
    is_plural = len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return word[:-1] if is_plural else word


def marked(text: str, asked: Sequence[str]) -> list[Segment]:
    """A text in pieces: those words that begin as was asked for, and what is between them."""
    pieces: list[Segment] = []
    end = 0
    for start, stop in _found_in(text, asked):
        if start > end:
            pieces.append(Segment(text[end:start], False))
        pieces.append(Segment(text[start:stop], True))
        end = stop
    if end < len(text):
        pieces.append(Segment(text[end:], False))
    return pieces


def snippet(texts: Sequence[str], asked: Sequence[str]) -> list[Segment]:
    """The piece of the text that says most of what was asked for; empty where none says any."""
    best, most = "", 0
    for text in texts:
        said = len({_which(text[a:b], asked) for a, b in _found_in(text, asked)})
        if said > most:
            best, most = text, said
        if most == len(asked):
            break
    if not most:
        return []
    start = _start_of_snippet(best, next(_found_in(best, asked))[0])
    cut = best[start : start + SNIPPET].rstrip()
    pieces = marked(cut, asked)
    if start:
        pieces.insert(0, Segment("… ", False))
    if start + SNIPPET < len(best):
        pieces.append(Segment(" …", False))
    return pieces


def _start_of_snippet(text: str, first: int) -> int:
    if len(text) <= SNIPPET or first < SNIPPET // 2:
        return 0
    start = text.rfind(" ", 0, max(first - SNIPPET // 4, 1)) + 1
    return max(start, 0)


def _found_in(text: str, asked: Sequence[str]) -> Iterator[tuple[int, int]]:
    if text.isascii():  # most text is, and needs no taking apart
        yield from (match.span() for match in _beginning_with(tuple(asked)).finditer(text))
        return
    for match in _WORD.finditer(text):
        if _which(match.group(), asked) is not None:
            yield match.span()


@lru_cache(maxsize=100)
def _beginning_with(asked: tuple[str, ...]) -> re.Pattern[str]:
    beginnings = "|".join(map(re.escape, asked)) or "(?!)"
    return re.compile(rf"\b(?:{beginnings})\w*", re.IGNORECASE)


def _which(word: str, asked: Sequence[str]) -> str | None:
    plain = word.lower() if word.isascii() else folded(word)
    return next((each for each in asked if plain.startswith(each)), None)
