"""The words that a file uses for severities, likelihoods and statuses, held against the known ones.

A word of the matrix is read as it stands, with or without a number beside it (``4 - Major``).
Everything else is only proposed: a person confirms it, or the hazard stays without an estimate.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from hazards.choices import HazardStatus
from hazards.importing.cells import folded, is_error, is_formula, is_placeholder, says_nothing
from hazards.importing.fields import CONTROLS, LABELS, Field
from hazards.importing.headings import Confidence
from hazards.importing.layout import Layout
from hazards.importing.packed import seems_packed
from hazards.matrix_reading import MatrixReading

#: What words of a file are matched with: the two axes of the matrix, and the statuses. Beside
#: them it is asked whether the cells of a column are to be taken apart at semicolons.
AXES = ("severity", "likelihood", "status", "split")
AT_SEMICOLONS = "semicolons"
CELLS = 3  # that a proposal names
LOOKED_AT = 500  # cells of a column whose heading nobody knows

_FIELDS: dict[str, tuple[Field, ...]] = {
    "severity": (Field.INITIAL_SEVERITY, Field.RESIDUAL_SEVERITY),
    "likelihood": (Field.INITIAL_LIKELIHOOD, Field.RESIDUAL_LIKELIHOOD),
    "status": (Field.STATUS,),
}
_NUMBER = re.compile(r"(?:level |[a-z] ?)?([0-9]{1,2})(?:\.0)?")
_NUMBER_BEFORE = re.compile(r"^[(\[]?[0-9]{1,2}[)\]]?\s*[-–—.:=)]?\s*")
_NUMBER_AFTER = re.compile(r"\s*[-–—:=]?\s*[(\[]?[0-9]{1,2}[)\]]?$")
#: What logs say of a status besides the three that there are; each has to be confirmed.
_STATUSES: dict[str, tuple[HazardStatus, Confidence]] = {
    **dict.fromkeys(
        ("in progress", "ongoing", "active", "new", "outstanding", "under review", "live"),
        (HazardStatus.OPEN, Confidence.LIKELY),
    ),
    **dict.fromkeys(
        ("with customer", "transfer", "transferred to customer", "handed over", "with trust"),
        (HazardStatus.TRANSFERRED, Confidence.LIKELY),
    ),
    **dict.fromkeys(
        ("complete", "completed", "done", "resolved"), (HazardStatus.CLOSED, Confidence.GUESS)
    ),
}


@dataclass(frozen=True)
class WordGuess:
    """A word or number of the file that is none of the matrix's (or no status), and what it may be.

    ``level`` is '' where nothing is proposed. None of these is read without a person's answer.
    """

    axis: str
    said: str
    count: int
    cells: tuple[str, ...]
    level: str
    confidence: Confidence

    @property
    def key(self) -> str:
        """Its key among the words of a mapping."""
        return word_key(self.axis, self.said)


@dataclass(frozen=True)
class AxisWords:
    """The words that a matrix has on its axes, the lowest first."""

    severities: tuple[str, ...]
    likelihoods: tuple[str, ...]

    @classmethod
    def of(cls, matrix: MatrixReading) -> "AxisWords":
        """Those of a matrix as it was read."""
        return cls(
            tuple(each.word for each in matrix.severities),
            tuple(each.word for each in reversed(matrix.likelihoods)),
        )


def word_key(axis: str, said: str) -> str:
    """The key of a word among the words of a mapping: without regard to case and spacing."""
    return f"{axis}:{' '.join(said.casefold().split())}"


@dataclass
class _Said:
    """A word as it was first written, and the cells in which it stands."""

    text: str
    cells: list[str] = field(default_factory=list)


def word_guesses(layout: Layout, words: AxisWords | None) -> Iterator[WordGuess]:
    """The words of the file that are not known, with what each may mean.

    Without a matrix the levels are not known, and only words for the status are looked at.
    """
    yield from _splits(layout)
    for axis in _FIELDS:
        known = known_words(axis, words)
        if not known:
            continue
        said = _said(layout, axis, words)
        unknown = {key: each for key, each in said.items() if as_level(each.text, known) is None}
        numbers = [number for each in said.values() if (number := number_of(each.text)) is not None]
        for each in unknown.values():
            level, confidence = _proposed(axis, each.text, known, numbers)
            yield WordGuess(
                axis, each.text, len(each.cells), tuple(each.cells[:CELLS]), level, confidence
            )


def known_words(axis: str, words: AxisWords | None) -> tuple[str, ...]:
    """The words of an axis, the lowest first; none without a matrix."""
    if axis == "split":
        return (AT_SEMICOLONS,)
    if axis == "status":
        return tuple(HazardStatus.values)
    if words is None:
        return ()
    return words.severities if axis == "severity" else words.likelihoods


def field_by_words(
    texts: Sequence[str], words: AxisWords | None, taken: Collection[Field | None]
) -> Field | None:
    """The field of a column in which only words of one axis, or only statuses, stand; else None."""
    said = [text for text in texts[:LOOKED_AT] if not (says_nothing(text) or is_placeholder(text))]
    if not said:
        return None
    for axis, fields in _FIELDS.items():
        known = known_words(axis, words)
        if known and all(as_level(text, known) is not None for text in said):
            return next((each for each in fields if each not in taken), None)
    return None


def as_level(text: str, known: Sequence[str]) -> str | None:
    """The known word that a text is, with or without a number beside it; None when it is none."""
    by_folded = {folded(word): word for word in known}
    line = folded(text)
    for candidate in (line, _NUMBER_BEFORE.sub("", line), _NUMBER_AFTER.sub("", line)):
        if candidate in by_folded:
            return by_folded[candidate]
    return None


def is_turned(first: str, second: str, words: AxisWords) -> bool | None:
    """Whether two words of an estimate say the likelihood first; None where they fit both ways."""
    as_severity = [as_level(text, words.severities) is not None for text in (first, second)]
    as_likelihood = [as_level(text, words.likelihoods) is not None for text in (first, second)]
    straight, turned = as_severity[0] + as_likelihood[1], as_severity[1] + as_likelihood[0]
    if straight == turned:
        return None if straight and folded(first) != folded(second) else False
    return turned > straight


def number_of(text: str) -> int | None:
    """The number that a text is: ``3``, ``Level 3``, ``S3``; None when it is none."""
    match = _NUMBER.fullmatch(folded(text))
    return int(match[1]) if match else None


def _splits(layout: Layout) -> Iterator[WordGuess]:
    """The columns in whose cells several things seem to stand with semicolons between them."""
    if layout.is_ours:
        return
    for field_ in (Field.CAUSE, *CONTROLS):
        column = layout.column(field_)
        cells = [
            layout.sheet.place(row, column)
            for row in sorted(layout.sheet.rows)
            if column and row > layout.header_row and seems_packed(layout.sheet.text(row, column))
        ]
        if cells:
            yield WordGuess(
                axis="split",
                said=LABELS[field_],
                count=len(cells),
                cells=tuple(cells[:CELLS]),
                level=AT_SEMICOLONS,
                confidence=Confidence.LIKELY if len(cells) > 1 else Confidence.GUESS,
            )


def _said(layout: Layout, axis: str, words: AxisWords | None) -> dict[str, _Said]:
    """What stands in the columns of an axis, by its folded text."""
    said: dict[str, _Said] = {}
    for row in sorted(number for number in layout.sheet.rows if number > layout.header_row):
        for each_field in _FIELDS[axis]:
            column = _column_at(layout, each_field, row, words)
            if column is None:
                continue
            text = " ".join(layout.sheet.text(row, column).split())
            is_open = says_nothing(text) or is_placeholder(text)
            if is_open or is_error(text) or is_formula(text):
                continue
            each = said.setdefault(folded(text), _Said(text))
            each.cells.append(layout.sheet.place(row, column))
    return said


_OTHER = {
    Field.INITIAL_SEVERITY: Field.INITIAL_LIKELIHOOD,
    Field.INITIAL_LIKELIHOOD: Field.INITIAL_SEVERITY,
    Field.RESIDUAL_SEVERITY: Field.RESIDUAL_LIKELIHOOD,
    Field.RESIDUAL_LIKELIHOOD: Field.RESIDUAL_SEVERITY,
}


def _column_at(layout: Layout, field_: Field, row: int, words: AxisWords | None) -> int | None:
    """The column of an axis; of a pair that says the likelihood first, that of the other."""
    own, other = layout.column(field_), layout.column(_OTHER.get(field_, field_))
    if words is None or own is None or other is None or (row, own) not in layout.sheet.pairs:
        return own
    is_severity = field_ in _FIELDS["severity"]
    first, second = (own, other) if is_severity else (other, own)
    texts = layout.sheet.text(row, first), layout.sheet.text(row, second)
    return other if is_turned(*texts, words) else own


def _proposed(
    axis: str, text: str, known: Sequence[str], numbers: Sequence[int]
) -> tuple[str, Confidence]:
    if axis == "status":
        status, confidence = _STATUSES.get(folded(text), ("", Confidence.NONE))
        return str(status), confidence
    number = number_of(text)
    if number is None or not all(1 <= each <= len(known) for each in numbers):
        return "", Confidence.NONE
    # A file that goes nearly as far as the matrix counts as the matrix does.
    reaches = max(numbers) >= len(known) - 1
    return known[number - 1], Confidence.LIKELY if reaches else Confidence.GUESS
