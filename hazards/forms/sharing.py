"""Forms by which one control comes to protect several hazards."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import SheetForm, WrittenField, reason_field
from hazards.forms.fields import (
    REFERENCES_LIMIT,
    control_named,
    hazards_named,
    split_references,
    why_field,
)
from hazards.models import Control, Hazard
from products.models import Product


class ShareForm(SheetForm):
    """Hazards that a control shall protect too, by their references."""

    hazards = WrittenField(
        label="Hazards",
        help_text="Their references, for example HAZ-004, HAZ-007. It acts on each as a whole; "
        "on the hazard’s page you can say on which cause or harm.",
        limit=REFERENCES_LIMIT,
    )
    reason = why_field()

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product

    def clean_hazards(self) -> list[Hazard]:
        """The hazards that are named."""
        return hazards_named(self._product, split_references(self.cleaned_data["hazards"]))


class MergeControlsForm(SheetForm):
    """Copies of a control: those that say the same, ticked, and others by their references."""

    copies = forms.MultipleChoiceField(
        label="The same words",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "One of these was changed meanwhile. Choose again."},
    )
    others = WrittenField(
        label="Others that mean the same",
        required=False,
        help_text="Their references, for example CTL-004, CTL-019.",
        limit=REFERENCES_LIMIT,
    )
    reason = reason_field(required=True)

    def __init__(
        self, *args: Any, control: Control, copies: Sequence[Control], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._control = control
        self._copies = {copy.reference: copy for copy in copies}
        field: Any = self.fields["copies"]
        field.choices = [(key, f"{key} {copy.text}") for key, copy in self._copies.items()]
        if not copies:
            del self.fields["copies"]

    def clean_others(self) -> list[Control]:
        """The controls that are named."""
        references = split_references(self.cleaned_data["others"])
        return [control_named(self._control.product, each) for each in references]

    def clean(self) -> dict[str, Any]:
        """At least one is chosen, and none is the control itself."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        others = cleaned.get("others", [])
        if self._control.pk in {each.pk for each in others}:
            self.add_error("others", "That is this control itself. Leave it out.")
        elif not others and not cleaned.get("copies") and "others" not in self.errors:
            self.add_error("others", "Tick a copy, or name one.")
        return cleaned

    @property
    def chosen(self) -> list[Control]:
        """Every copy that was chosen, each once."""
        ticked = [self._copies[key] for key in self.cleaned_data.get("copies", [])]
        return list({each.pk: each for each in [*ticked, *self.cleaned_data["others"]]}.values())
