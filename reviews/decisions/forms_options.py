"""Forms of options: what each is, what it does to a hazard, what it needs to be safe."""

from collections.abc import Iterable
from typing import Any

from django import forms

from accounts.forms import EditForm, SheetForm, WrittenField, written
from hazards.forms.fields import chosen, control_named
from hazards.matrix_reading import CellReading, MatrixReading
from hazards.models import Control, Hazard
from products.forms import fits
from products.models import Product
from reviews.choices import SafeguardKind
from reviews.decisions.shapes import HazardRow
from reviews.models import DecisionHazard, DecisionOption, OptionEstimate, Safeguard

_TWO_LINES = {"rows": 2}


class OptionForm(EditForm):
    """One way to go."""

    name = written(DecisionOption, "name", help_text="Short: it heads a column.")
    side = chosen(DecisionOption, "side", empty="Nobody's in particular")
    description = written(DecisionOption, "description", widget=forms.Textarea(attrs={"rows": 3}))
    evidence = written(
        DecisionOption,
        "evidence",
        widget=forms.Textarea(attrs=_TWO_LINES),
        help_text="What is known: studies, guidelines, your own numbers, and from when.",
    )
    for_patients = written(DecisionOption, "for_patients", widget=forms.Textarea(attrs=_TWO_LINES))
    for_business = written(DecisionOption, "for_business", widget=forms.Textarea(attrs=_TWO_LINES))
    cost = written(DecisionOption, "cost", help_text="In money, people or weeks.")


class HazardRowForm(SheetForm):
    """A hazard that the options are held against."""

    hazard = forms.ModelChoiceField(
        Hazard.objects.none(),
        label="A hazard of the log",
        required=False,
        empty_label="Choose one",
    )
    new_name = written(
        DecisionHazard,
        "new_name",
        label="Or a hazard that an option would bring",
        required=False,
        help_text="Caution has hazards of its own: what does the careful option cost a patient?",
    )

    def __init__(self, *args: Any, hazards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["hazard"]
        field.queryset = hazards
        field.label_from_instance = lambda each: f"{each.display_reference} {each.name}"


class OptionEstimateForm(SheetForm):
    """What an option does to a hazard: a square of the matrix and why, or nothing."""

    touches = forms.ChoiceField(
        label="Does this option touch the hazard?",
        choices=[("yes", "Yes: its risk would be"), ("no", "No, it is not touched")],
        widget=forms.RadioSelect,
        initial="yes",
    )
    cell = forms.CharField(
        label="Severity and likelihood",
        required=False,
        # The picker names its first square by the field's name, wherever the form stands.
        widget=forms.TextInput(attrs={"id": "id_cell"}),
    )
    why = written(
        OptionEstimate,
        "why",
        label="Why, in one sentence",
        required=False,
        widget=forms.Textarea(attrs=_TWO_LINES),
        help_text="What of this option makes the harm more or less likely to reach a patient.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, matrix: MatrixReading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.matrix = matrix

    def clean(self) -> dict[str, Any]:
        """A hazard that is touched has a square and a why."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("touches") == "yes":
            if not cleaned.get("cell"):
                self.add_error("cell", "Choose a square of the matrix.")
            if "why" in cleaned and not cleaned["why"]:
                self.add_error("why", "Say in one sentence why.")
        return cleaned

    @property
    def square(self) -> CellReading | None:
        """The square that is chosen; None where the hazard is not touched, or it is none."""
        if self.cleaned_data["touches"] != "yes":
            return None
        value = self.cleaned_data["cell"]
        return next((each for each in self.matrix.cells if each.value == value), None)

    @property
    def chosen_cell(self) -> str:
        """The value of the square that is chosen in the form, for the picker."""
        return str(self["cell"].value() or "")


class SafeguardForm(EditForm):
    """What an option needs to be safe."""

    text = written(Safeguard, "text", widget=forms.Textarea(attrs=_TWO_LINES))
    kind = chosen(Safeguard, "kind", empty="")
    answers = chosen(Safeguard, "answers", empty="None of the four questions")
    hazards = forms.MultipleChoiceField(
        label="Protects against",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these is no longer in the decision's table."},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    control = WrittenField(
        label="Adopts the control",
        required=False,
        limit=40,
        help_text="The reference of a control that stands in the log already, for example "
        "CTL-012. Empty: it becomes a new control when the decision is agreed.",
        widget=forms.TextInput(attrs={"list": "controls-to-adopt"}),
    )
    type = chosen(Safeguard, "type", empty="")
    strength = chosen(Safeguard, "strength")
    function = chosen(Safeguard, "function")
    party = chosen(Safeguard, "party", empty="")
    tier = written(Safeguard, "tier", help_text="Of a cadence: everybody, new medicine, …")
    months = forms.IntegerField(
        label="Months between",
        required=False,
        min_value=1,
        max_value=12,
        help_text="Of a cadence: 12 is yearly, 3 quarterly, 1 monthly.",
    )
    threshold = written(
        Safeguard, "threshold", help_text="Of an indicator: from where on somebody acts."
    )

    beside_the_row = EditForm.beside_the_row | {"hazards", "shown"}

    def __init__(
        self, *args: Any, product: Product, rows: Iterable[HazardRow], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        self.rows = {str(each.row.pk): each for each in rows}
        field: Any = self.fields["hazards"]
        field.choices = [
            (key, f"{each.reference} {each.name}".strip()) for key, each in self.rows.items()
        ]
        months: Any = self.fields["months"]
        months.error_messages |= {
            "min_value": "A cadence is every one to twelve months.",
            "max_value": "A cadence is every one to twelve months.",
            "invalid": "Write a whole number of months, 1 to 12.",
        }

    def clean_control(self) -> Control | None:
        """The control with this reference."""
        reference = self.cleaned_data["control"]
        return control_named(self.product, reference) if reference else None

    def clean(self) -> dict[str, Any]:
        """A cadence says how often."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        is_cadence = cleaned.get("kind") == SafeguardKind.CADENCE
        if is_cadence and "months" in cleaned and cleaned["months"] is None:
            self.add_error("months", "Say how many months lie between: 1 to 12.")
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The proposed values, with the control that is adopted."""
        proposed = super().changes()
        control: Control | None = proposed.pop("control")
        return proposed | {"control_id": control.pk if control else None}

    def typed(self, name: str, value: Any) -> Any:
        """A control is written as its reference."""
        if name != "control_id":
            return super().typed(name, value)
        control = Control.objects.filter(product=self.product, pk=value).first()
        return control.reference if control else ""

    @property
    def chosen_rows(self) -> list[DecisionHazard]:
        """The rows of the table on which it acts."""
        return [self.rows[key].row for key in self.cleaned_data["hazards"]]

    def shown_rows(self) -> list[int] | None:
        """The keys of the rows that were ticked when the page was made; None if it does not say."""
        shown = self.cleaned_data["shown"]
        if not shown:
            return None
        return [int(key) for key in shown.split(",") if key.isdecimal() and fits(key)]
