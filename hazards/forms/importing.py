"""The forms that take a hazard log: a file, and what its columns and words mean."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms

from accounts.forms import SheetForm, WrittenField
from hazards.importing.fields import (
    BESIDE_ESTIMATES,
    CONTROLS,
    ESTIMATES,
    EVIDENCE,
    LABELS,
    Field,
)
from hazards.importing.mapping import ColumnGuess, Confidence, Mapping
from hazards.importing.words_said import AT_SEMICOLONS, AxisWords, WordGuess, known_words

ACCEPTED = ".xlsx,.csv,.tsv,.txt,.md,.markdown,.json"
SHEET_NAME_LIMIT = 100  # characters; Excel allows 31

Choices = list[tuple[str, Any]]

_ESTIMATED = tuple(field for fields in ESTIMATES.values() for field in fields)
_BESIDE = tuple(field for fields in BESIDE_ESTIMATES.values() for field in fields)
_GROUPS: dict[str, tuple[Field, ...]] = {
    "The hazard": (
        *(Field.REFERENCE, Field.NAME, Field.DESCRIPTION, Field.EFFECT, Field.HARM),
        *(Field.CAUSE_NUMBER, Field.CAUSE, Field.FAMILY),
    ),
    "Controls": (Field.CONTROL_NUMBER, *CONTROLS),
    "Tests and evidence": (Field.TEST, *EVIDENCE),
    "The risk": (*_ESTIMATED, Field.WHY_SEVERITY, *_BESIDE),
}
_REST = "What is done"


class ImportForm(SheetForm):
    """A file to look at. What is wrong with it is said by ``hazards.importing.read``."""

    file = forms.FileField(
        label="Hazard log",
        allow_empty_file=True,  # the reader has its own sentence for that
        help_text="An Excel workbook (.xlsx), CSV, Markdown or JSON.",
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": "Choose the file with your hazard log."},
    )
    sheet = WrittenField(
        label="Sheet (optional)",
        required=False,
        limit=SHEET_NAME_LIMIT,
        help_text="Leave it empty to read the sheet that looks like a hazard log.",
    )


#: Whose a choice is: that of the person at the page, or of whoever answered earlier for files with
#: these headings.
CHOSEN, KEPT = "chosen", "kept"


@dataclass(frozen=True)
class ColumnRow:
    """A column with the choice of its field, and whose it is; '' while nobody made it."""

    guess: ColumnGuess
    choice: forms.BoundField
    whose: str = ""


@dataclass(frozen=True)
class WordRow:
    """A word of the file with the choice of what it means, and whose it is."""

    guess: WordGuess
    choice: forms.BoundField
    whose: str = ""


class MappingForm(forms.Form):
    """Which field each column is, and which level each word that the matrix does not have.

    ``proposed`` stands in the fields; ``kept`` is what of it a person said before.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        columns: Sequence[ColumnGuess],
        words: Sequence[WordGuess],
        matrix: AxisWords | None,
        proposed: Mapping,
        kept: Mapping | None = None,
    ) -> None:
        super().__init__(data)
        self.column_guesses = columns
        self.word_guesses = words
        self.kept = kept or Mapping({}, {})
        choices = field_choices()
        for column in columns:
            name = f"Column {column.column}"
            self.fields[_column(column)] = forms.ChoiceField(
                label=f"{name}, {column.heading}" if column.heading else name,
                choices=choices,
                required=False,
                widget=_select(),
                initial=proposed.columns.get(column.column, ""),
            )
        for word in words:
            self.fields[_word(word)] = forms.ChoiceField(
                label=f"{word.axis.capitalize()} “{word.said}”",
                choices=level_choices(word, matrix),
                required=False,
                widget=_select(),
                initial=_level(word, matrix, proposed, self.kept),
            )
        #: The words that were not on the page that was sent.
        self.unasked = [word for word in words if data is not None and _word(word) not in data]
        if self.unasked:
            # What was not asked has not been answered: it is shown as it is proposed.
            answered = data.copy()
            for word in self.unasked:
                answered[_word(word)] = self.fields[_word(word)].initial
            self.data = answered

    @property
    def column_rows(self) -> Iterator[ColumnRow]:
        """The columns, in the order of the file."""
        for each in self.column_guesses:
            choice = self[_column(each)]
            yield ColumnRow(each, choice, self._whose(choice, each.column in self.kept.columns))

    @property
    def word_rows(self) -> Iterator[WordRow]:
        """The words that a person has to say something of."""
        for each in self.word_guesses:
            choice = self[_word(each)]
            is_kept = self.kept.words.get(each.key) == choice.initial
            yield WordRow(each, choice, self._whose(choice, is_kept))

    def _whose(self, choice: forms.BoundField, is_kept: bool) -> str:
        if (choice.value() or "") != (choice.initial or ""):
            return CHOSEN
        return KEPT if is_kept else ""

    @property
    def columns_unknown(self) -> int:
        """How many columns nobody knows what to do with."""
        return sum(self._doubts(Confidence.NONE))

    @property
    def columns_unsure(self) -> int:
        """How many columns are only likely, or guessed."""
        return sum(self._doubts(Confidence.LIKELY, Confidence.GUESS))

    def _doubts(self, *among: Confidence) -> Iterator[bool]:
        return (not row.whose and row.guess.confidence in among for row in self.column_rows)

    @property
    def mapping(self) -> Mapping:
        """What the person said; of a valid form."""
        return Mapping(
            {each.column: self.cleaned_data[_column(each)] for each in self.column_guesses},
            {each.key: self.cleaned_data[_word(each)] for each in self.word_guesses},
        )


def chosen_columns(data: Any, columns: Sequence[ColumnGuess]) -> dict[str, str]:
    """The fields that were sent for the columns, before anything else of the form is known."""
    return {each.column: str(data.get(_column(each), "")) for each in columns}


def field_choices() -> Choices:
    """Every field that a column can hold, in groups."""
    grouped = {field for fields in _GROUPS.values() for field in fields}
    groups = _GROUPS | {_REST: tuple(field for field in LABELS if field not in grouped)}
    return [
        ("", "Read nothing from it"),
        *((name, [_choice(field) for field in fields]) for name, fields in groups.items()),
    ]


def level_choices(word: WordGuess, matrix: AxisWords | None) -> Choices:
    """What a word can mean."""
    if word.axis == "status":
        nothing = "Leave the status as it is"
        return [("", nothing), *((s, s.capitalize()) for s in known_words("status", matrix))]
    if word.axis == "split":
        return [("", "Keep each cell as one"), (AT_SEMICOLONS, "Take apart at semicolons")]
    levels = reversed(known_words(word.axis, matrix))
    return [("", "Leave without an estimate"), *((level, level) for level in levels)]


def _level(word: WordGuess, matrix: AxisWords | None, proposed: Mapping, kept: Mapping) -> str:
    """What a word is taken to mean: as proposed, as somebody said before, or as it is guessed."""
    known = {"", *known_words(word.axis, matrix)}
    said = proposed.words.get(word.key, kept.words.get(word.key))
    return said if said is not None and said in known else word.level


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "form-select form-select-sm"})


def _choice(field: Field) -> tuple[str, str]:
    label = LABELS[field]
    return field.value, label[:1].upper() + label[1:]


def _column(guess: ColumnGuess) -> str:
    return f"column_{guess.column}"


def _word(guess: WordGuess) -> str:
    # Words are any text; a name in a form is better none.
    return f"word_{hashlib.sha256(guess.key.encode()).hexdigest()[:16]}"
