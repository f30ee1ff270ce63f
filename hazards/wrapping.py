"""Fitting words into boxes of a picture that is drawn on the server, where no browser wraps text.

Widths are those of Inter, somewhat generous, so that another sans-serif font still fits.
"""

import unicodedata
from functools import lru_cache

_NARROW = frozenset("fijltrI.,:;'’‘|!()[]{}-/\\ \"“”·")
_WIDE = frozenset("mwMW@%—…&")


@lru_cache(maxsize=4_096)
def _width_of_letter(letter: str) -> float:
    """The width of one letter in ems."""
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 0.95
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    return 0.7 if letter.isupper() or letter.isdigit() else 0.59


def width_of(text: str, size: float) -> float:
    """About how wide a text is at a font size, in the size's unit."""
    return size * sum(_width_of_letter(letter) for letter in text)


def wrapped(text: str, *, width: float, size: float, most: int) -> list[str]:
    """The lines of a text within a width; what does not fit into ``most`` lines ends in "…".

    Words break where they are wider than the line (an address, a word without spaces).
    """
    pieces = [piece for word in text.split() for piece in _pieces(word, width, size)]
    lines: list[str] = []
    for piece in pieces:
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and width_of(longer, size) <= width:
            lines[-1] = longer
        else:
            lines.append(piece)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], _cut(lines[most - 1], width, size)]


def _pieces(word: str, width: float, size: float) -> list[str]:
    pieces, rest = [], word
    while width_of(rest, size) > width:
        count = max(_letters_within(rest, width, size), 1)
        pieces.append(rest[:count])
        rest = rest[count:]
    return [*pieces, rest] if rest else pieces


def _letters_within(word: str, width: float, size: float) -> int:
    total = 0.0
    for count, letter in enumerate(word):
        total += size * _width_of_letter(letter)
        if total > width:
            return count
    return len(word)


def _cut(line: str, width: float, size: float) -> str:
    """The line with an ellipsis, between words where that is possible."""
    kept = line
    while kept and width_of(f"{kept}…", size) > width:
        kept = kept.rpartition(" ")[0] or kept[:-1]
    return f"{kept.rstrip(' ,;:')}…"
