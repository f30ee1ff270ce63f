"""Forms of stories."""

from typing import Any

from django import forms

from accounts.forms import EditForm, SheetForm, WrittenField, reason_field, written
from hazards.forms.fields import hazards_named
from hazards.models import Control, Hazard
from products.models import Feature, Product, TrackerConnection
from products.trackers.outbox import trackers_to_write_to
from reviews.models import Story
from reviews.stories.reading import hazards_of_control

_TALL = forms.Textarea(attrs={"rows": 22, "class": "story-text"})


class NewStoryForm(SheetForm):
    """A control as a story, before it goes: what is proposed is edited here."""

    title = written(Story, "title")
    story = WrittenField(
        label="Story", limit=2_000, widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    criteria = written(Story, "criteria", widget=_TALL)
    feature = forms.ModelChoiceField(
        Feature.objects.none(), label="Feature", required=False, empty_label="None, or not said"
    )
    tracker = forms.ModelChoiceField(
        TrackerConnection.objects.none(),
        label="Make a ticket in",
        required=False,
        empty_label="No tracker: keep it here, to copy",
        help_text="The ticket is made in the background; the story follows it from then on.",
    )
    url = forms.URLField(
        label="Link to the tracker",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="Where you have made the ticket yourself.",
    )

    def __init__(self, *args: Any, product: Product, features: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        feature: Any = self.fields["feature"]
        feature.queryset = features
        tracker: Any = self.fields["tracker"]
        tracker.queryset = trackers_to_write_to(product)
        if not tracker.queryset:
            del self.fields["tracker"]

    @property
    def text(self) -> str:
        """The story and its criteria as one text, as a ticket holds it."""
        parts = (self.cleaned_data["story"], self.cleaned_data["criteria"])
        return "\n\n".join(part for part in parts if part)


class StoryForm(EditForm):
    """A story that is kept; the title and link of a ticket are changed in the tracker."""

    title = written(Story, "title")
    criteria = written(Story, "criteria", widget=_TALL)
    url = forms.URLField(
        label="Link to the tracker", required=False, max_length=500, assume_scheme="https"
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, story: Story, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if story.item_id is not None:
            del self.fields["title"], self.fields["url"]


class ReasonOfStoryForm(SheetForm):
    """The control that a story is the work of, and the hazard that it protects against."""

    control = WrittenField(
        label="Control", limit=60, help_text="Its reference, as it stands in the log: CTL-004."
    )
    hazard = WrittenField(
        label="Hazard",
        limit=60,
        required=False,
        help_text="Its reference; empty where the control protects one hazard only.",
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product

    def clean_control(self) -> Control:
        """The control that is named."""
        named = self.cleaned_data["control"]
        found = Control.objects.filter(product=self._product, reference__iexact=named).first()
        if found is None:
            raise forms.ValidationError(
                f"There is no control {named} in this log. Look it up under Hazard log, Controls."
            )
        found.product = self._product
        return found

    def clean(self) -> dict[str, Any]:
        """The hazard, where it was left out and only one can be meant."""
        cleaned = super().clean() or self.cleaned_data
        control, named = cleaned.get("control"), cleaned.get("hazard", "")
        if control is None:
            return cleaned
        if named:
            try:
                [cleaned["hazard"]] = hazards_named(self._product, [named])
            except forms.ValidationError as problem:
                self.add_error("hazard", problem)
            return cleaned
        protected = hazards_of_control(control)
        if len(protected) == 1:
            cleaned["hazard"] = protected[0]
        else:
            self.add_error("hazard", _which_of(control, protected))
        return cleaned


def _which_of(control: Control, protected: list[Hazard]) -> str:
    if not protected:
        return f"{control.reference} protects no hazard in the log. Link it with one first."
    names = ", ".join(each.display_reference for each in protected)
    return f"{control.reference} protects {names}. Name the one that this work is for."


class SendStoryForm(SheetForm):
    """The tracker in which a ticket is made of a story."""

    tracker = forms.ModelChoiceField(
        TrackerConnection.objects.none(),
        label="Make a ticket in",
        empty_label=None,
        error_messages={"required": "Choose a tracker."},
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tracker: Any = self.fields["tracker"]
        tracker.queryset = trackers_to_write_to(product)
