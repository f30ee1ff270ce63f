"""The form that changes several hazards at once: what is left empty stays as it is."""

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from accounts.forms import DayField, SheetForm, WrittenField, written
from hazards.choices import HazardStatus
from hazards.forms.fields import (
    check_next_review,
    offer_people,
    offer_releases,
    person_field,
    release_field,
    why_field,
)
from hazards.models import Hazard
from products.models import Product

AS_IT_IS = "Leave as it is"
#: Fields that can be emptied, each by a tick of its own: the form's name → the row's.
EMPTIED = {
    "owner": "owner_id",
    "owner_role": "owner_role",
    "review_date": "review_date",
    "family": "family",
    "first_release": "first_release_id",
}
_REFERENCES_LIMIT = 60_000  # characters: a thousand references with their versions


def _empty(what: str) -> forms.BooleanField:
    return forms.BooleanField(label=f"Empty it: {what}", required=False)


class ChangeForm(SheetForm):
    """New values for every chosen hazard, and why."""

    #: ``HAZ-001:7``: each hazard, and the version of it that the person saw.
    chosen = WrittenField(widget=forms.HiddenInput, limit=_REFERENCES_LIMIT)
    owner = person_field("Owner", empty=AS_IT_IS)
    no_owner = _empty("nobody owns it")
    owner_role = written(Hazard, "owner_role", label="Owner’s role, in words", help_text="")
    no_owner_role = _empty("no role in words")
    review_date = DayField(label="Next review", required=False)
    no_review_date = _empty("no review is planned")
    family = written(Hazard, "family", help_text="For example Medicines, or Triage.")
    no_family = _empty("no family")
    first_release = release_field("In scope from release")
    no_first_release = _empty("from the first release among its features")
    status = forms.ChoiceField(
        label="Status",
        required=False,
        choices=[("", AS_IT_IS), *HazardStatus.choices],
    )
    reason = why_field()

    def __init__(
        self,
        *args: Any,
        product: Product,
        may_govern: bool,
        approved: Sequence[Hazard] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if approved:
            self._ask_why(approved)
        offer_people(self, "owner", product, None)
        offer_releases(self, "first_release", product)
        release: Any = self.fields["first_release"]
        release.empty_label = AS_IT_IS
        if not may_govern:
            del self.fields["status"]

    def _ask_why(self, approved: Sequence[Hazard]) -> None:
        reason: Any = self.fields["reason"]
        reason.label = "Why, in your own words"
        reason.required = True
        reason.error_messages["required"] = "Say why you change them, in your own words."
        first = approved[0].display_reference
        more = f" and {len(approved) - 1} more stand" if len(approved) > 1 else " stands"
        reason.help_text = f"{first}{more} in an issued version of the report."

    def clean_review_date(self) -> datetime.date | None:
        """A day that is still to come."""
        return check_next_review(self.cleaned_data["review_date"])

    def clean(self) -> dict[str, Any]:
        """A field gets a value or is emptied, not both; and something is changed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in EMPTIED:
            if cleaned.get(name) and cleaned.get(f"no_{name}"):
                self.add_error(name, "Give it a value or empty it, not both.")
        if not self.errors and not self.changes():
            raise forms.ValidationError(
                "Nothing to change is chosen yet: fill in what becomes new."
            )
        return cleaned

    def changes(self) -> dict[str, Any]:
        """The new values by the row's names."""
        cleaned: Mapping[str, Any] = self.cleaned_data
        changes: dict[str, Any] = {}
        for name, column in EMPTIED.items():
            value = cleaned.get(name)
            if value:
                changes[column] = value.pk if column.endswith("_id") else value
            elif cleaned.get(f"no_{name}"):
                changes[column] = None if column.endswith(("_id", "_date")) else ""
        if cleaned.get("status"):
            changes["status"] = cleaned["status"]
        return changes

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Each field with the tick that empties it, or None, as the page sets them out."""
        return [
            (self[name], self[f"no_{name}"] if f"no_{name}" in self.fields else None)
            for name in (*EMPTIED, "status")
            if name in self.fields
        ]


def chosen_in(text: str) -> dict[str, int]:
    """Read ``HAZ-001:7,HAZ-004:2``: each reference, and the version that was seen."""
    found: dict[str, int] = {}
    for each in text.split(","):
        reference, _, version = each.rpartition(":")
        is_version = version.isascii() and version.isdecimal() and len(version) < 10
        if reference and is_version:
            found[reference] = int(version)
    return found


def chosen_as_text(hazards: list[Hazard]) -> str:
    """Write the same."""
    return ",".join(f"{hazard.reference}:{hazard.version}" for hazard in hazards)
