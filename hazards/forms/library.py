"""Forms of the hazard library: an entry as a draft, and a family set aside."""

from typing import Any

from django import forms

from accounts.forms import SheetForm, reason_field, written
from hazards.forms.fields import why_field
from hazards.library import LibraryEntry
from hazards.models import Harm, Hazard, NotApplicable

_TWO_LINES = {"rows": 2}


class DraftForm(SheetForm):
    """What is copied from an entry, in the words that the person leaves or writes."""

    name = written(Hazard, "name", label="Hazard")
    causes = forms.MultipleChoiceField(
        label="Causes", required=False, widget=forms.CheckboxSelectMultiple
    )
    effect = written(
        Hazard,
        "effect",
        help_text="What happens in care, before it reaches the patient.",
        widget=forms.Textarea(attrs=_TWO_LINES),
    )
    harm = written(
        Harm,
        "text",
        label="Harm",
        required=False,
        help_text="What happens to the patient's body or mind. The library does not say it, and "
        "estimates nothing: that is the team's.",
        widget=forms.Textarea(attrs=_TWO_LINES),
    )
    controls = forms.TypedMultipleChoiceField(
        label="Candidate controls",
        required=False,
        coerce=int,
        help_text="Each becomes a proposed control on the whole hazard, to be agreed or withdrawn.",
        widget=forms.CheckboxSelectMultiple,
    )
    reason = why_field()

    def __init__(self, *args: Any, entry: LibraryEntry, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "name": entry.hazard,
                "causes": [str(place) for place in range(len(entry.causes))],
                "effect": entry.effects[0] if entry.effects else "",
            },
        )
        super().__init__(*args, **kwargs)
        self.entry = entry
        causes: Any = self.fields["causes"]
        causes.choices = [(str(place), text) for place, text in enumerate(entry.causes)]
        controls: Any = self.fields["controls"]
        controls.choices = [
            (place, f"{each.text} ({each.strength.label.lower()}; {each.function.label.lower()}s)")
            for place, each in enumerate(entry.controls)
        ]

    @property
    def chosen_causes(self) -> list[str]:
        """The words of the causes that are ticked."""
        return [self.entry.causes[int(place)] for place in self.cleaned_data["causes"]]


class SetAsideForm(SheetForm):
    """Why a family does not concern the product."""

    because = written(
        NotApplicable,
        "because",
        help_text="For example: the product holds no results and sends no requests.",
    )


class TakeBackForm(SheetForm):
    """Why a family concerns the product after all."""

    reason = reason_field(required=False)
