"""Forms about estimates and assumptions."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import DayField, EditForm, SheetForm, written
from hazards.choices import Patients
from hazards.forms.fields import chosen, why_field
from hazards.matrix_reading import CellReading, MatrixReading
from hazards.models import Assumption, Cause, Estimate, Harm, Hazard

_TWO_LINES = {"rows": 2}


class EstimateForm(SheetForm):
    """Severity and likelihood of a harm, picked in the matrix itself, and why."""

    cause = forms.ModelChoiceField(
        Cause.objects.none(), label="Estimate of", required=False, empty_label="The whole hazard"
    )
    harm = forms.ModelChoiceField(
        Harm.objects.none(),
        label="Of which harm",
        required=False,
        empty_label="No harm in particular",
    )
    patients = forms.ChoiceField(
        label="How many patients?",
        choices=[("", "Choose one"), *Patients.choices],
        widget=forms.Select(attrs={"data-patients": ""}),
        error_messages={"required": "Say how many patients it reaches at once."},
    )
    cell = forms.CharField(
        label="Severity and likelihood",
        # The picker names its first square by the field's name, wherever the form stands.
        widget=forms.TextInput(attrs={"id": "id_cell"}),
        error_messages={"required": "Choose a square of the matrix."},
    )
    why_severity = written(
        Estimate, "why_severity", required=True, widget=forms.Textarea(attrs=_TWO_LINES)
    )
    why_likelihood = written(
        Estimate,
        "why_likelihood",
        required=True,
        help_text="How likely it is that this harm reaches a patient, not that something fails.",
        widget=forms.Textarea(attrs=_TWO_LINES),
    )
    assumption = forms.ModelChoiceField(
        Assumption.objects.none(),
        label="On the assumption",
        required=False,
        empty_label="None in particular",
    )
    reason = why_field()
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        hazard: Hazard,
        matrix: MatrixReading,
        causes: Sequence[Cause],
        harms: Sequence[Harm],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.matrix = matrix
        self._choose("cause", Cause.objects.filter(hazard=hazard, is_active=True))
        self._choose("harm", Harm.objects.filter(hazard=hazard, is_active=True))
        about = Assumption.objects.filter(product=hazard.product)
        self._choose(
            "assumption",
            (about.filter(hazard=hazard) | about.filter(hazard=None)).exclude(state="withdrawn"),
        )
        numbers = {part.pk: number for number, part in enumerate(causes, start=1)}
        field: Any = self.fields["cause"]
        field.label_from_instance = lambda cause: f"Cause {numbers.get(cause.pk)}: {cause.text}"
        if not causes:
            del self.fields["cause"]
        if not harms:
            del self.fields["harm"]
        elif len(harms) == 1:
            self.fields["harm"].initial = harms[0].pk

    def _choose(self, name: str, rows: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = rows
        field.label_from_instance = lambda row: row.text

    def show(self, newest: int) -> None:
        """Carry the newest estimate into the next try, where somebody else made one meanwhile."""
        sent: Any = self.data
        data = sent.copy()
        data["seen"] = newest
        self.data = data

    def clean_cell(self) -> CellReading:
        """The square of the matrix."""
        chosen_value = self.cleaned_data["cell"]
        cell = next((each for each in self.matrix.cells if each.value == chosen_value), None)
        if cell is None:
            raise forms.ValidationError(
                "That square is not in the matrix that the product uses now. Choose again."
            )
        return cell

    @property
    def chosen_cell(self) -> str:
        """The value of the square that is chosen in the form, for the picker."""
        value = self["cell"].value()
        return str(value or "")


class AssumptionForm(EditForm):
    """Something that must stay true for an estimate to stand."""

    text = written(Assumption, "text", widget=forms.Textarea(attrs=_TWO_LINES))
    held_by = written(Assumption, "held_by", help_text="A role or an organisation.")
    valid_until = DayField(label="Valid until", required=False)
    reason = why_field()


class AssumptionStateForm(AssumptionForm):
    """An assumption that stands already: it may be broken or withdrawn."""

    state = chosen(Assumption, "state", empty="")
    field_order = ("text", "state", "held_by", "valid_until", "reason")
