"""Forms about changes and how far things are built."""

from typing import Any

from django import forms

from accounts.forms import DayField, EditForm, SheetForm, reason_field, written
from accounts.models import User
from products.choices import BuildState
from products.models import Change, Feature, Product, Release
from products.queries import features_to_carry, people_at_work, releases_to_come
from products.rules import BUILD_MOVES


def _offer(form: forms.Form, product: Product, change: Change | None = None) -> None:
    """Say which features, releases and people may be chosen; what stands may stay."""
    kept = [change.feature_id] if change and change.feature_id else []
    kept_on = [change.release_id] if change and change.release_id else []
    offered: dict[str, Any] = {
        "feature": features_to_carry(product, kept),
        "release": releases_to_come(product, kept_on),
        "owner": people_at_work(product),
    }
    for name, choices in offered.items():
        field: Any = form.fields[name]
        field.queryset = choices


def _feature() -> "forms.ModelChoiceField[Feature]":
    return forms.ModelChoiceField(
        Feature.objects.none(),
        label="Of the feature",
        required=False,
        empty_label="None of them",
        help_text="Its hazards are proposed at triage.",
    )


def _release() -> "forms.ModelChoiceField[Release]":
    return forms.ModelChoiceField(
        Release.objects.none(),
        label="In release",
        required=False,
        empty_label="Not said yet",
        help_text="Not said yet: it counts for whichever release goes out next.",
        error_messages={
            "invalid_choice": "A change is put on a release that is still to come. Nothing was "
            "saved. Choose one of these, or “Not said yet”."
        },
    )


def _owner() -> "forms.ModelChoiceField[User]":
    return forms.ModelChoiceField(
        User.objects.none(), label="Owner", required=False, empty_label="Nobody yet"
    )


def _ticket() -> forms.URLField:
    return forms.URLField(
        label="Link to the tracker", required=False, max_length=500, assume_scheme="https"
    )


class NewChangeForm(SheetForm):
    """A change that is new."""

    title = written(Change, "title", help_text="What changes, in a few words.")
    what = written(Change, "what", help_text="Enough for somebody to say what it touches.")
    feature = _feature()
    release = _release()
    tracker_url = _ticket()
    owner = _owner()

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, product)


class ChangeForm(EditForm):
    """A change that is there."""

    title = written(Change, "title")
    what = written(Change, "what")
    feature = _feature()
    release = _release()
    tracker_url = _ticket()
    owner = _owner()
    reason = reason_field(required=False)

    def __init__(self, *args: Any, product: Product, change: Change, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, product, change)


class BuildForm(SheetForm):
    """How far a feature or a change has come; the states are those that it may go to."""

    state = forms.TypedChoiceField(label="It is", coerce=BuildState, widget=forms.RadioSelect)
    on = DayField(
        label="Building began on",
        required=False,
        help_text="Empty: the day that stands already, else today.",
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, now: BuildState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = {now, *BUILD_MOVES[now]}
        field: Any = self.fields["state"]
        field.choices = [(state.value, state.label) for state in BuildState if state in may]
        field.error_messages["invalid_choice"] = (
            f"What is {now.label.lower()} cannot become that. Choose one of these."
        )


class WithdrawFeatureForm(SheetForm):
    """Why a feature is withdrawn, and whether a hazard relied on it."""

    was_a_control = forms.TypedChoiceField(
        label="Was it a control that a hazard relies on?",
        choices=[("yes", "Yes, or I am not sure"), ("no", "No")],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text="With yes the clinical safety officer is asked, as at kick-off. Its hazards are "
        "marked for a look either way.",
        error_messages={"required": "Say whether a hazard relied on it. Nothing was saved."},
    )
    reason = reason_field(required=True)
