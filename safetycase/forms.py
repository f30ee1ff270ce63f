"""Forms of the safety case."""

from typing import Any

from django import forms

from accounts.forms import EditForm, SheetForm, reason_field, written
from products.models import Release
from safetycase.choices import LifecyclePhase
from safetycase.models import Section


class SectionForm(EditForm):
    """What a section says, in Markdown."""

    narrative = written(
        Section,
        "narrative",
        required=False,
        help_text="Markdown: # heading, **bold**, - list, [words](https://…), tables. "
        "Counts and risk words are never typed: use a placeholder such as {{ hazard_count }}.",
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "true"}),
    )
    reason = reason_field(required=False, label="What changed")


class DraftForm(SheetForm):
    """Which release a draft is about, and at which point of the life cycle."""

    release = forms.ChoiceField(required=False)
    phase = forms.ChoiceField(label="Lifecycle phase", choices=LifecyclePhase.choices)

    def __init__(self, *args: Any, releases: list[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(each.label, f"{each.label} ({each.get_state_display()})") for each in releases]
        self.fields["release"].choices = choices or [("", "No release yet: the whole log")]  # type: ignore[attr-defined]

    @property
    def release_label(self) -> str:
        """The version of the chosen release, or '' when the product has none."""
        label: str = self.cleaned_data["release"]
        return label

    @property
    def chosen_phase(self) -> LifecyclePhase:
        """The chosen lifecycle phase."""
        return LifecyclePhase(self.cleaned_data["phase"])
