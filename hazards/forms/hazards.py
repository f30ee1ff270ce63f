"""Forms about a hazard as a whole."""

import datetime
from collections.abc import Iterable
from typing import Any
from uuid import uuid4

from django import forms

from accounts.forms import DayField, EditForm, SheetForm, WrittenField, reason_field, written
from hazards.choices import HazardStatus
from hazards.forms.fields import (
    REFERENCES_LIMIT,
    check_next_review,
    hazards_named,
    offer_people,
    offer_releases,
    person_field,
    release_field,
    split_references,
    why_field,
)
from hazards.models import Cause, Harm, Hazard
from hazards.rules import HAZARD_STATUS_MOVES
from products.forms import FeaturesField
from products.models import Feature, Product

_NAME_HELP = "What could hurt a patient, in a few words. What failed is a cause, not the hazard."


class GroupForm(EditForm):
    """Some fields of a hazard that are edited together."""

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)


class WordsForm(GroupForm):
    """What the hazard is."""

    name = written(Hazard, "name", help_text=_NAME_HELP)
    description = written(Hazard, "description")
    effect = written(
        Hazard,
        "effect",
        help_text="What happens in care, before it reaches the patient.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    family = written(Hazard, "family", help_text="For example Medicines, or Triage.")
    reason = why_field()


class VoicesForm(GroupForm):
    """What the hazard means to each side."""

    for_patients = written(
        Hazard,
        "for_patients",
        label="For patients",
        help_text="In words that a patient would use. Empty: the hazard’s own sentence and harm.",
    )
    for_product = written(
        Hazard,
        "for_product",
        label="For the product",
        help_text="What it costs or asks of the product: delay, work, trust, money.",
    )
    reason = why_field()


class JustificationForm(GroupForm):
    """Why the risk is not reduced further, and what is still to be done."""

    justification = written(Hazard, "justification")
    action_summary = written(Hazard, "action_summary", label="Actions still to be done")
    reason = why_field()


class KeepingForm(GroupForm):
    """Who looks after the hazard, when it is looked at again, and from which release it counts."""

    owner = person_field("Owner", empty="Nobody yet")
    owner_role = written(Hazard, "owner_role", help_text="In words, where no person is named yet.")
    review_date = DayField(label="Next review", required=False)
    first_release = release_field(
        "In scope from release", "Not said: from the first release among its features."
    )
    reason = why_field()

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, hazard=hazard, **kwargs)
        offer_people(self, "owner", hazard.product, hazard.owner_id)
        offer_releases(self, "first_release", hazard.product)
        self._review_date = hazard.review_date

    def clean_review_date(self) -> datetime.date | None:
        """A day that is still to come, unless it is the one that stands."""
        day: datetime.date | None = self.cleaned_data["review_date"]
        return day if day == self._review_date else check_next_review(day)


class NewHazardForm(SheetForm):
    """A hazard that somebody raises, with as much as they know of it."""

    name = written(Hazard, "name", label="Hazard", help_text=_NAME_HELP)
    cause = written(
        Cause,
        "text",
        label="First cause",
        required=False,
        help_text="What may bring it about. More can be added later.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    effect = written(
        Hazard,
        "effect",
        help_text="What happens in care, before it reaches the patient.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    harm = written(
        Harm,
        "text",
        label="First harm",
        required=False,
        help_text="What happens to the patient’s body or mind. A live hazard needs one.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    description = written(Hazard, "description", help_text="What a reader needs to follow it.")
    for_patients = written(
        Hazard,
        "for_patients",
        label="What it means for patients",
        help_text="In words that a patient would use. Empty: the hazard’s own sentence and harm.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    for_product = written(
        Hazard,
        "for_product",
        label="What it means for the product",
        help_text="What it costs or asks of the product: delay, work, trust, money.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    family = written(Hazard, "family", help_text="For example Medicines, or Triage.")
    features = FeaturesField(label="Features that it touches")
    # Of the hazard that this form raises: sent twice, it raises one.
    public_id = forms.UUIDField(
        required=False,
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": "This form was altered. Nothing was saved; open it anew."},
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        features: Any = self.fields["features"]
        features.queryset = Feature.objects.filter(product=product, is_active=True)
        if not features.queryset:
            del self.fields["features"]

    def raise_another(self) -> None:
        """Let the next try raise a hazard of its own."""
        sent: Any = self.data
        data = sent.copy()
        data["public_id"] = str(uuid4())
        self.data = data


class StatusForm(EditForm):
    """Open, transferred or closed, of those that it can become from where it is."""

    status = forms.ChoiceField(
        label="Status",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a status.",
            "invalid_choice": "It cannot become that from where it is now. Choose again.",
        },
    )
    reason = why_field()

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = HAZARD_STATUS_MOVES[HazardStatus(hazard.status)]
        field: Any = self.fields["status"]
        field.choices = [(s.value, _STATUS_WORDS[s]) for s in HazardStatus if s in moves]

    def show(self, version: int) -> None:
        """Carry the version of now into the next try, where somebody else moved it meanwhile."""
        sent: Any = self.data
        data = sent.copy()
        data["base_version"] = version
        self.data = data


_STATUS_WORDS = {
    HazardStatus.OPEN: "Open: not all of the manufacturer’s actions are complete",
    HazardStatus.TRANSFERRED: "Transferred: the manufacturer’s are complete, the deploying "
    "organisation’s are not",
    HazardStatus.CLOSED: "Closed: all are complete, the deploying organisation’s included",
}


class WhyForm(SheetForm):
    """Something that is done with or without a reason of one's own."""

    reason = why_field()


class WhyNeededForm(SheetForm):
    """Something that is done only with a reason."""

    reason = reason_field(required=True)


class FeatureForm(SheetForm):
    """A feature to link with a hazard."""

    feature = forms.ModelChoiceField(
        Feature.objects.none(),
        label="Feature",
        empty_label="Choose a feature",
        error_messages={"required": "Choose a feature."},
    )
    reason = why_field()

    def __init__(
        self, *args: Any, product: Product, linked: Iterable[int] = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["feature"]
        field.queryset = Feature.objects.filter(product=product, is_active=True).exclude(
            pk__in=list(linked)
        )


class HazardsForm(SheetForm):
    """Hazards to link with a feature, by their references."""

    hazards = WrittenField(
        label="Hazards",
        help_text="Their references, for example HAZ-004, HAZ-007.",
        limit=REFERENCES_LIMIT,
    )
    reason = why_field()

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product

    def clean_hazards(self) -> list[Hazard]:
        """The hazards that are named."""
        return hazards_named(self._product, split_references(self.cleaned_data["hazards"]))
