"""The form by which somebody takes their own change back."""

import uuid

from django import forms

from accounts.forms import SheetForm
from hazards.forms.fields import why_field


class UndoForm(SheetForm):
    """``act`` is the change that the page showed, so that no other is taken back."""

    act = forms.UUIDField(required=False, widget=forms.HiddenInput)
    reason = why_field()

    @property
    def shown(self) -> uuid.UUID | None:
        """The act that the page showed."""
        act: uuid.UUID | None = self.cleaned_data["act"]
        return act
