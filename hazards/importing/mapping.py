"""What an import proposes to read from a file, and what a person answered.

``propose`` looks at a file and says of each column which field it takes it for, and of each word
of an estimate that the matrix does not have which one it may mean. A person corrects that; their
answer is a ``Mapping``, which ``hazards.importing.read.read_log`` follows. Nothing that is not
certain is ever taken without it: numbers on an axis are only proposed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from audit.errors import NotPossible
from hazards.importing.fields import Field
from hazards.importing.files import open_log
from hazards.importing.findings import quoted
from hazards.importing.headings import NOTHING_KNOWN, Confidence, Meaning
from hazards.importing.layout import Layout, choose_layout, find_layout, likely_layout
from hazards.importing.sheet import Sheet
from hazards.importing.words_said import (
    AXES,
    AxisWords,
    WordGuess,
    field_by_words,
    word_guesses,
    word_key,
)

__all__ = [
    "AXES",
    "AxisWords",
    "ColumnGuess",
    "Confidence",
    "Mapping",
    "Proposal",
    "WordGuess",
    "propose",
    "word_key",
]

SAMPLES = 3
LONGEST_SAMPLE = 80  # characters
MOST_SAID = 1_000  # columns, or words, of one mapping
LONGEST_SAID = 500  # characters of one of them


@dataclass(frozen=True)
class ColumnGuess:
    """A column, and the field that it is taken for.

    No field with ``Confidence.CERTAIN``: known, and nothing is taken from it (what this
    application itself writes beside the log). A field with ``Confidence.GUESS`` is read only when
    a person has confirmed it.
    """

    column: str  # its letter
    heading: str  # the group over it, and its own heading
    field: Field | None
    confidence: Confidence
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Proposal:
    """How a file would be read. ``layout`` is the same for every file with the same headings."""

    sheet: str
    sheets: tuple[str, ...]
    header_rows: str
    layout: str
    columns: tuple[ColumnGuess, ...]
    words: tuple[WordGuess, ...]

    @property
    def mapping(self) -> "Mapping":
        """The proposal as the mapping that a person would confirm unchanged."""
        return Mapping(
            {each.column: each.field or "" for each in self.columns},
            {each.key: each.level for each in self.words},
        )


@dataclass(frozen=True)
class Mapping:
    """What a person said: the field of each column, and the level of each unknown word.

    ``columns`` has column letters (or headings) and values of ``Field``, '' for “read nothing from
    it”; a column that is not named stays as proposed. ``words`` has keys such as ``severity:3``
    and words of the matrix, '' for “leave it without an estimate”.
    """

    columns: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def level(self, axis: str, said: str) -> str:
        """The level that a person chose for a word; '' when they chose none."""
        return self.words.get(word_key(axis, said), "")

    def as_json(self) -> str:
        """The canonical JSON, as it is stored and as ``--mapping`` reads it."""
        return json.dumps(
            {"columns": self.columns, "words": self.words},
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        )

    @classmethod
    def from_json(cls, text: str | bytes) -> "Mapping":
        """Read one back. Raises ``NotPossible``, saying what is wrong with it."""
        try:
            said = json.loads(text)
        except (ValueError, RecursionError) as damage:
            raise NotPossible(
                "The mapping is not JSON that can be read. Nothing was changed. It has to look "
                'like {"columns": {"B": "name"}, "words": {"severity:3": "Considerable"}}.'
            ) from damage
        if not isinstance(said, dict) or not said.keys() <= {"columns", "words"}:
            raise NotPossible(
                "The mapping has to be an object with “columns” and “words”, and nothing else. "
                "Nothing was changed. Correct the file and try again."
            )
        columns = _texts("columns", said.get("columns", {}))
        words = _texts("words", said.get("words", {}))
        for key, value in columns.items():
            _check_field(key, value)
        return cls(columns, {_checked_key(key): level for key, level in words.items()})


def propose(
    *, name: str, content: bytes, sheet: str = "", matrix: AxisWords | None = None
) -> Proposal:
    """How a file would be read: its columns, and the words that the matrix does not have.

    Raises ``NotPossible`` for what is no log that can be opened, and when nothing on the sheet
    looks like headings.
    """
    sheets = open_log(name, content)
    readable = _readable(sheets)
    if sheet or not readable:
        try:
            layout, _ = choose_layout(sheets, sheet)
        except NotPossible:
            likely = [each for each in readable if not sheet or _is_called(each.sheet, sheet)]
            if not likely:
                raise
            layout = likely[0]
    else:
        layout = _best(readable)
    return Proposal(
        sheet=layout.sheet.name,
        sheets=tuple(each.sheet.name for each in readable),
        header_rows=layout.header_rows,
        layout=layout.fingerprint,
        columns=tuple(_column_guesses(layout, matrix)),
        words=tuple(word_guesses(layout, matrix)),
    )


def _readable(sheets: list[Sheet]) -> list[Layout]:
    """The sheets that could be read: those that look like logs first."""
    layouts = [likely_layout(each) for each in sheets]
    return sorted((each for each in layouts if each is not None), key=lambda each: not each.is_log)


def _best(readable: list[Layout]) -> Layout:
    logs = [each for each in readable if find_layout(each.sheet) is not None] or readable
    return max(logs, key=lambda each: (not each.sheet.is_hidden, len(each.columns)))


def _is_called(sheet: Sheet, name: str) -> bool:
    return sheet.name.casefold() == name.casefold()


def _column_guesses(layout: Layout, matrix: AxisWords | None) -> Iterator[ColumnGuess]:
    below = [texts for row, texts in sorted(layout.sheet.rows.items()) if row > layout.header_row]
    filled = {column for texts in below for column in texts}
    taken = {each.field for each in layout.meanings.values()}
    for column in sorted(filled | layout.headings.keys()):
        meaning = layout.meanings.get(column, NOTHING_KNOWN)
        if meaning.confidence is Confidence.NONE:
            field_ = field_by_words([t[column] for t in below if column in t], matrix, taken)
            meaning = Meaning(field_, Confidence.GUESS) if field_ else meaning
            taken.add(field_)
        samples = dict.fromkeys(quoted(t[column], LONGEST_SAMPLE) for t in below if column in t)
        yield ColumnGuess(
            get_column_letter(column),
            layout.heading(column),
            meaning.field,
            meaning.confidence,
            tuple(samples)[:SAMPLES],
        )


def _texts(name: str, said: Any) -> dict[str, str]:
    is_fine = (
        isinstance(said, dict)
        and len(said) <= MOST_SAID
        and all(isinstance(value, str) for value in said.values())
        and all(len(text) <= LONGEST_SAID for pair in said.items() for text in pair)
    )
    if not is_fine:
        raise NotPossible(
            f"In the mapping “{name}” has to be an object of texts (at most {MOST_SAID:,}, of at "
            f"most {LONGEST_SAID} characters). Nothing was changed. Correct it and try again."
        )
    return {str(key): str(value) for key, value in said.items()}


def _check_field(key: str, value: str) -> None:
    if value and value not in set(Field):
        raise NotPossible(
            f"The mapping says “{value}” of the column {key}, and there is no such field. Nothing "
            f"was changed. The fields are: {', '.join(Field)}."
        )


def _checked_key(key: str) -> str:
    axis, colon, said = key.partition(":")
    if axis not in AXES or not colon or not said.strip():
        raise NotPossible(
            f"In the mapping “{key}” is no key of a word. Nothing was changed. Write the axis, a "
            f"colon and the word of the file, such as severity:3; the axes are {', '.join(AXES)}."
        )
    return word_key(axis, said)
