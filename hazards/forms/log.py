"""Forms of the hazard log page: saved views."""

from typing import Any

from django import forms

from accounts.forms import EditForm, written
from hazards.models import SavedView

_SHARED = "Everybody on the team finds it in their menu. You can stop sharing it at any time."


class ViewForm(EditForm):
    """A name for what the log shows, for oneself or for the team."""

    name = written(SavedView, "name", help_text="For example: Waiting for evidence.")
    is_shared = forms.BooleanField(
        label="Share it with the team", required=False, help_text=_SHARED
    )


class ViewEditForm(ViewForm):
    """A saved view: its name, whether it is shared, and what it shows."""

    takes_over = forms.BooleanField(
        label="Let it show what the log shows now",
        required=False,
        help_text="The filters, the sort and the columns that you came from.",
    )
    beside_the_row = EditForm.beside_the_row | {"takes_over"}

    def __init__(self, *args: Any, query: str = "", before: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._query = query
        if not query or query == before:
            del self.fields["takes_over"]

    def changes(self) -> dict[str, Any]:
        """The proposed values, with what it shows where the person asked for that."""
        proposed = super().changes()
        if self.cleaned_data.get("takes_over"):
            proposed["query"] = self._query
        return proposed
