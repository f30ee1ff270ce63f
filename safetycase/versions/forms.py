"""Forms of versions: what is frozen, why one is refused, and that one is issued as it is."""

from typing import Any

from django import forms

from accounts.forms import SheetForm, written
from products.models import Release
from reviews.signing.forms import password_field
from safetycase.choices import LifecyclePhase
from safetycase.models import Baseline


class WhatToFreezeForm(SheetForm):
    """Which release a version is of, and at which point of the life cycle."""

    release = forms.ChoiceField(widget=forms.Select(attrs={"class": "form-select"}))
    phase = forms.ChoiceField(
        label="Lifecycle phase",
        choices=LifecyclePhase.choices,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: Any, releases: list[Release], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].choices = [  # type: ignore[attr-defined]
            (each.label, f"{each.label} ({each.get_state_display()})") for each in releases
        ]


class FreezeForm(SheetForm):
    """What changed, for the revision history, and the password of who freezes it."""

    release = forms.CharField(widget=forms.HiddenInput)
    phase = forms.ChoiceField(choices=LifecyclePhase.choices, widget=forms.HiddenInput)
    summary = written(
        Baseline,
        "summary",
        help_text="It is printed in the revision history of this version and of all later ones.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    password = password_field()

    @property
    def chosen_phase(self) -> LifecyclePhase:
        """The lifecycle phase of the version."""
        return LifecyclePhase(self.cleaned_data["phase"])


class IssueForm(SheetForm):
    """That a version is issued; without what changed since, where something did."""

    despite_changes = forms.BooleanField(
        label="Issue it without these changes",
        required=False,
        help_text="The report will say that the record had changed when it was issued.",
    )

    def __init__(self, *args: Any, has_changes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_changes:
            self.fields["despite_changes"].required = True
            self.fields["despite_changes"].error_messages["required"] = (
                "Tick this once you have read what changed, or freeze the version again."
            )
        else:
            del self.fields["despite_changes"]

    @property
    def leaves_changes_out(self) -> bool:
        """Whether the person has seen what changed and issues the version without it."""
        return bool(self.cleaned_data.get("despite_changes"))
