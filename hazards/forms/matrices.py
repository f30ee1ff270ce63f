"""Forms of the risk matrix: its size, and its words, squares and classes as one sheet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from accounts.forms import SheetForm, WrittenField, reason_field, written
from hazards.actions.matrix_versions import Part
from hazards.choices import Acceptability
from hazards.matrix_reading import CellReading, MatrixReading
from hazards.matrix_rules import FEWEST_CLASSES, LARGEST, MOST_CLASSES, SMALLEST
from hazards.models import (
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from products.choices import Role

_SIZES = [(size, str(size)) for size in range(SMALLEST, LARGEST + 1)]
_CLASSES = [(count, str(count)) for count in range(FEWEST_CLASSES, MOST_CLASSES + 1)]
_TWO_LINES = {"rows": 2}


class MatrixSizeForm(SheetForm):
    """How large the new version is."""

    severities = forms.TypedChoiceField(label="Words of severity", choices=_SIZES, coerce=int)
    likelihoods = forms.TypedChoiceField(label="Words of likelihood", choices=_SIZES, coerce=int)
    classes = forms.TypedChoiceField(label="Risk classes", choices=_CLASSES, coerce=int)
    reason = reason_field(
        required=True, label="Why another matrix", help_text="For example who asked for what."
    )


@dataclass(frozen=True)
class PartFields:
    """The fields of one part of the matrix, in their order."""

    part: Part
    label: str
    fields: list[BoundField]


@dataclass(frozen=True)
class GridRow:
    """A likelihood with the selects of its squares."""

    label: str
    cells: list[tuple[CellReading, BoundField]]


class MatrixForm(SheetForm):
    """Every word, square and class of a draft.

    Each field is named by its part (``cell-12-risk_class_id``); ``was-…`` holds the version of the
    part that the person had before them.
    """

    def __init__(self, *args: Any, matrix: MatrixReading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matrix = matrix
        self._columns: dict[str, tuple[Part, str]] = {}
        self._add(matrix.version, "name", written(MatrixVersion, "name"))
        levels: list[SeverityLevel | LikelihoodLevel] = [*matrix.severities, *matrix.likelihoods]
        for level in levels:
            model = type(level)
            self._add(level, "word", written(model, "word"))
            self._add(level, "meaning", _text(model, "meaning"))
        for each in matrix.classes:
            self._add(each, "acceptability", _choice("Acceptability", Acceptability.choices))
            self._add(each, "meaning", _text(RiskClass, "meaning"))
            self._add(
                each,
                "accepted_by_role",
                _choice("Who may accept it", [("", "Nobody in particular"), *Role.choices]),
            )
        numbers = [(each.pk, str(each.number)) for each in matrix.classes]
        for cell in matrix.cells:
            field = forms.TypedChoiceField(label=_square(cell), choices=numbers, coerce=int)
            if cell.row is not None:
                self._add(cell.row, "risk_class_id", field)
        self._add_outcomes()
        why = self.fields["reason"] = reason_field(required=False)
        why.widget.attrs["class"] = "form-control"

    def _add_outcomes(self) -> None:
        levels = [(level.pk, level.word) for level in self.matrix.severities]
        words = [("", "The person chooses"), *levels]
        for each in self.matrix.outcomes:
            self._add(each, "words", written(HarmOutcome, "words"))
            for name, label in (("for_one_id", "One patient"), ("for_several_id", "Several")):
                field = forms.TypedChoiceField(
                    label=label, choices=words, coerce=int, required=False, empty_value=None
                )
                self._add(each, name, field)

    def _add(self, part: Part, column: str, field: forms.Field) -> None:
        name = f"{_key(part)}-{column}"
        field.initial = getattr(part, column)
        is_choice = isinstance(field, forms.ChoiceField)
        field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
        self.fields[name] = field
        self._columns[name] = (part, column)
        was = f"was-{_key(part)}"
        if was not in self.fields:
            self.fields[was] = forms.IntegerField(
                widget=forms.HiddenInput, required=False, initial=part.version
            )

    # --- What the template draws ---------------------------------------------------------------

    @property
    def name_field(self) -> BoundField:
        """The name of the matrix."""
        return self[f"{_key(self.matrix.version)}-name"]

    @property
    def severity_rows(self) -> list[PartFields]:
        """The words of severity, the highest first."""
        return self._levels(self.matrix.severities[::-1])

    @property
    def likelihood_rows(self) -> list[PartFields]:
        """The words of likelihood, the highest first."""
        return self._levels(self.matrix.likelihoods)

    @property
    def class_rows(self) -> list[PartFields]:
        """The classes, the highest first."""
        columns = ("acceptability", "accepted_by_role", "meaning")
        return [
            PartFields(each, str(each.number), [self._of(each, name) for name in columns])
            for each in self.matrix.classes[::-1]
        ]

    @property
    def outcome_rows(self) -> list[PartFields]:
        """The outcomes and the severity of each."""
        columns = ("words", "for_one_id", "for_several_id")
        return [
            PartFields(each, each.words, [self._of(each, name) for name in columns])
            for each in self.matrix.outcomes
        ]

    @property
    def grid(self) -> list[GridRow]:
        """The squares, likelihoods falling downwards."""
        return [
            GridRow(
                row.likelihood.word,
                [
                    (cell, self._of(cell.row, "risk_class_id"))
                    for cell in row.cells
                    if cell.row is not None
                ],
            )
            for row in self.matrix.rows
        ]

    @property
    def versions_before(self) -> Iterator[BoundField]:
        """The hidden fields."""
        return (self[name] for name in self.fields if name.startswith("was-"))

    def _levels(self, levels: Sequence[Any]) -> list[PartFields]:
        return [
            PartFields(level, level.word, [self._of(level, name) for name in ("word", "meaning")])
            for level in levels
        ]

    def _of(self, part: Part, column: str) -> BoundField:
        return self[f"{_key(part)}-{column}"]

    # --- What the action takes -----------------------------------------------------------------

    def changes(self) -> tuple[dict[Part, dict[str, Any]], dict[Part, int | None]]:
        """The proposed values by part, and the version of each that the person had."""
        values: dict[str, tuple[Part, dict[str, Any]]] = {}
        for name, (part, column) in self._columns.items():
            values.setdefault(_key(part), (part, {}))[1][column] = self.cleaned_data[name]
        # By place, not by the rows themselves: rows of two tables may have the same key.
        changes = dict(values.values())
        versions = {part: self.cleaned_data[f"was-{_key(part)}"] for part in changes}
        return changes, versions

    def label_of(self, part: Part, column: str) -> str:
        """What a person calls a value of a part."""
        field = self.fields[f"{_key(part)}-{column}"]
        return f"{_called(part)}: {str(field.label).lower()}"


def _key(part: Part) -> str:
    return f"{part._meta.model_name}-{part.pk}"


def _called(part: Part) -> str:
    return str(part).capitalize()


def _text(model: type[Any], name: str) -> WrittenField:
    return written(model, name, required=False, widget=forms.Textarea(attrs=_TWO_LINES))


def _choice(label: str, choices: Sequence[tuple[str, Any]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=choices[0][0] != "")


def _square(cell: CellReading) -> str:
    return f"{cell.severity.word} and {cell.likelihood.word}: class"
