"""Forms by which hazards are merged and split."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import SheetForm, WrittenField, reason_field, written
from hazards.forms.fields import hazards_named
from hazards.models import Cause, Control, Harm, Hazard
from hazards.queries import IN_THE_LOG
from hazards.reading import HazardReading
from products.models import Product

_MEANWHILE = "One of these was changed meanwhile. Open the page again and choose anew."


class IntoForm(SheetForm):
    """The hazard that stays, by its reference."""

    into = WrittenField(
        label="Merge it into",
        help_text="The reference of the hazard that stays, as it stands in the log.",
        limit=60,
    )

    def __init__(self, *args: Any, product: Product, merged: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product, self._merged = product, merged

    def clean_into(self) -> Hazard:
        """The hazard that is named: another one, in the log."""
        [survivor] = hazards_named(self._product, [self.cleaned_data["into"].strip()])
        if survivor.pk == self._merged.pk:
            raise forms.ValidationError("That is this hazard itself. Name another one.")
        if survivor.state not in IN_THE_LOG:
            raise forms.ValidationError(
                f"{survivor.display_reference} is no longer in the log. Name another one."
            )
        return survivor


class MergeForm(SheetForm):
    """What comes over from the hazard that goes, and why; ``shown`` is what could be ticked."""

    bring = forms.MultipleChoiceField(
        label="Comes over",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="A control of something that is left behind comes over on the whole hazard.",
        error_messages={"invalid_choice": _MEANWHILE},
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = reason_field(required=True)

    def __init__(self, *args: Any, parts: Sequence[Cause | Harm], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._parts = {_key(part): part for part in parts}
        field: Any = self.fields["bring"]
        field.choices = [(key, _words(part)) for key, part in self._parts.items()]
        self.initial.setdefault("bring", list(self._parts))
        self.initial.setdefault("shown", ",".join(self._parts))
        if not parts:
            del self.fields["bring"]

    @property
    def left(self) -> list[Cause | Harm]:
        """What was shown and not ticked; what somebody added meanwhile comes over."""
        ticked = self.cleaned_data.get("bring", [])
        shown = self.cleaned_data["shown"].split(",")
        return [part for key, part in self._parts.items() if key in shown and key not in ticked]


class SplitForm(SheetForm):
    """What goes to the new hazard, and what it is called."""

    name = written(Hazard, "name", label="Name of the new hazard")
    causes = forms.MultipleChoiceField(
        label="Causes that go to it",
        widget=forms.CheckboxSelectMultiple,
        help_text="They leave this hazard, with the controls that act on them.",
        error_messages={
            "invalid_choice": _MEANWHILE,
            "required": "Tick at least one cause: it makes the new hazard.",
        },
    )
    harms = forms.MultipleChoiceField(
        label="Harms that stand on both",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _MEANWHILE},
    )
    controls = forms.MultipleChoiceField(
        label="Controls that also protect the new hazard",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Those on a cause that goes need not be ticked: they go with it.",
        error_messages={"invalid_choice": _MEANWHILE},
    )
    for_patients = written(
        Hazard,
        "for_patients",
        label="The new hazard, for patients",
        help_text="As this hazard says it: change what is another. Empty: its own sentence and "
        "harm.",
    )
    for_product = written(
        Hazard,
        "for_product",
        label="The new hazard, for the product",
        help_text="As this hazard says it: change what is another.",
    )
    reason = reason_field(required=True)

    def __init__(
        self,
        *args: Any,
        reading: HazardReading,
        **kwargs: Any,
    ) -> None:
        voices = {name: getattr(reading.hazard, name) for name in ("for_patients", "for_product")}
        initial = {"harms": [str(harm.pk) for harm in reading.harms], **voices}
        super().__init__(*args, initial=initial, **kwargs)
        self._offered: dict[str, dict[str, Any]] = {
            "causes": {str(each.pk): each for each in reading.causes},
            "harms": {str(each.pk): each for each in reading.harms},
            "controls": {each.control.reference: each.control for each in reading.controls},
        }
        for name, offered in self._offered.items():
            field: Any = self.fields[name]
            field.choices = [(key, _in_list(each)) for key, each in offered.items()]
            if not offered and name != "causes":
                del self.fields[name]

    def chosen(self, name: str) -> list[Any]:
        """The causes, harms or controls that were ticked."""
        return [self._offered[name][key] for key in self.cleaned_data.get(name, [])]


def _key(part: Cause | Harm) -> str:
    return f"cause-{part.pk}" if isinstance(part, Cause) else f"harm-{part.pk}"


def _words(part: Cause | Harm) -> str:
    return f"Cause: {part.text}" if isinstance(part, Cause) else f"Harm: {part.text}"


def _in_list(each: Cause | Harm | Control) -> str:
    return f"{each.reference} {each.text}" if isinstance(each, Control) else each.text
