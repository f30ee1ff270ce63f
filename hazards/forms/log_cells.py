"""Forms in the rows of the hazard log: one cell each."""

import datetime
from typing import Any

from django import forms

from accounts.forms import DayField, EditForm, written
from hazards.choices import HazardStatus
from hazards.forms.fields import check_next_review, offer_people, person_field, why_field
from hazards.models import Hazard
from hazards.rules import HAZARD_STATUS_MOVES


class CellForm(EditForm):
    """What one cell of a hazard's row says, and why it is changed."""

    reason = why_field()

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    field_order = ("name", "owner", "owner_role", "review_date", "status", "reason")


class NameCellForm(CellForm):
    """The hazard's name."""

    name = written(Hazard, "name", label="Hazard", widget=forms.Textarea(attrs={"rows": 2}))


class OwnerCellForm(CellForm):
    """Who looks after the hazard: a person, or a role in words."""

    owner = person_field("Owner", empty="Nobody yet")
    owner_role = written(Hazard, "owner_role", label="Or a role, in words")

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, hazard=hazard, **kwargs)
        offer_people(self, "owner", hazard.product, hazard.owner_id)


class ReviewCellForm(CellForm):
    """When the hazard is looked at again."""

    review_date = DayField(label="Next review", required=False)

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, hazard=hazard, **kwargs)
        self._review_date = hazard.review_date

    def clean_review_date(self) -> datetime.date | None:
        """A day that is still to come, unless it is the one that stands."""
        day: datetime.date | None = self.cleaned_data["review_date"]
        return day if day == self._review_date else check_next_review(day)


class StatusCellForm(CellForm):
    """Open, transferred or closed: what it is, and what it can become from there."""

    status = forms.ChoiceField(label="Status", error_messages={"required": "Choose a status."})

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, hazard=hazard, **kwargs)
        now = HazardStatus(hazard.status)
        offered = {now, *HAZARD_STATUS_MOVES[now]}
        field: Any = self.fields["status"]
        field.choices = [(each.value, each.label) for each in HazardStatus if each in offered]
