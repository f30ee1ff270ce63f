"""Forms about products: what may be typed. What may happen is said by the actions."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from accounts.forms import (
    DayField,
    EditForm,
    SheetForm,
    WrittenField,
    reason_field,
    written,
)
from accounts.models import Profile, User
from products.choices import ReleaseState, Role
from products.models import Feature, IntendedUse, Organisation, Product, Release
from products.rules import DEPUTY_ROLES, RELEASE_MOVES

TALL = forms.Textarea(attrs={"rows": 5})
LONGEST_KEY = 18  # digits; SQLite cannot even be asked for a number of twenty


def fits(key: object) -> bool:
    """Whether a key that somebody sent is short enough to be asked for."""
    return len(str(key)) <= LONGEST_KEY


class FeaturesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Features, ticked; the form says which may be chosen."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **options: Any) -> None:
        super().__init__(Feature.objects.none(), required=False, **options)

    def clean(self, value: Any) -> Any:
        """The features. Raises ``ValidationError`` for one that is not offered."""
        if isinstance(value, list | tuple):
            for key in value:
                if not fits(key):
                    message = self.error_messages["invalid_choice"]
                    raise forms.ValidationError(message, params={"value": "A number that long"})
        return super().clean(value)


class NewProductForm(SheetForm):
    """A product that is new here."""

    name = written(Product, "name")
    organisation_name = written(
        Organisation,
        "name",
        label="Organisation",
        help_text="Who makes it (DCB0129) or deploys it (DCB0160).",
    )
    slug = forms.CharField(
        label="Address",
        max_length=60,
        help_text="Small letters, digits and hyphens, like digital-pharmacy. "
        "It stands in the address of every page and cannot be changed later.",
    )
    summary = written(Product, "summary", help_text="What it is, in two sentences.")
    hazard_prefix = written(
        Product,
        "hazard_prefix",
        initial="HAZ",
        help_text="New hazards are numbered HAZ-001, HAZ-002 and so on.",
    )


class ProductForm(EditForm):
    """What a product is called."""

    name = written(Product, "name")
    summary = written(Product, "summary", help_text="What it is, in two sentences.")
    reason = reason_field(required=False)


class IntendedUseForm(EditForm):
    """The statement of intended use."""

    purpose = written(
        IntendedUse,
        "purpose",
        widget=TALL,
        help_text="What it is for, and what care depends on it.",
    )
    users = written(IntendedUse, "users", help_text="Who uses it, and what they know.")
    patient_groups = written(
        IntendedUse, "patient_groups", help_text="Whose care it touches, and whose it does not."
    )
    care_settings = written(
        IntendedUse,
        "care_settings",
        help_text="Where it is used, for example at home or on a ward.",
    )
    exclusions = written(
        IntendedUse, "exclusions", help_text="What it must not be used or relied on for."
    )
    device_statement = written(
        IntendedUse,
        "device_statement",
        help_text="Whether it is a medical device, in which class, and who decided so.",
    )
    reason = reason_field(
        required=True, help_text="Why it is stated, or stated anew. It stands beside the version."
    )


class TeamForm(SheetForm):
    """A role for somebody, who may be new here."""

    email = forms.EmailField(
        label="E-mail address", help_text="Somebody who is new here gets an invitation by mail."
    )
    name = written(
        Profile,
        "name",
        required=False,
        help_text="Needed for somebody new; whoever is here already keeps their own.",
    )
    job_title = written(Profile, "job_title")
    role = forms.TypedChoiceField(label="Role", coerce=Role)
    is_deputy = forms.BooleanField(
        label="As a deputy",
        required=False,
        help_text="Of the "
        + " or the ".join(role.label.lower() for role in Role if role in DEPUTY_ROLES)
        + ".",
    )
    starts_on = DayField(label="From")
    ends_on = DayField(label="Until", required=False, help_text="The last day; empty for no end.")
    reason = reason_field(required=True, help_text="For example who nominated them, and when.")

    def __init__(self, *args: Any, roles: Iterable[Role], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a role"),
            *((role.value, role.label) for role in roles),
        ]
        self.fields["starts_on"].initial = timezone.localdate


class MembershipForm(EditForm):
    """The dates of a role."""

    starts_on = DayField(label="From")
    ends_on = DayField(label="Until", required=False, help_text="The last day; empty for no end.")
    is_deputy = forms.BooleanField(label="As a deputy", required=False)
    reason = reason_field(required=True)


class EndForm(SheetForm):
    """The last day of a role."""

    ends_on = DayField(label="Last day", help_text="Inclusive: the role still holds on this day.")
    reason = reason_field(required=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = timezone.localdate


class NewFeatureForm(SheetForm):
    """A feature that is new."""

    title = written(Feature, "title", help_text="What it does, in a few words.")
    reference = written(
        Feature,
        "reference",
        required=False,
        help_text="As your tracker calls it; leave it empty for the next free one. "
        "It cannot be changed later.",
    )
    for_patients = written(
        Feature,
        "for_patients",
        help_text="For the clinical side: who is treated differently because of it.",
    )
    for_product = written(
        Feature,
        "for_product",
        help_text="For the product side: what people can do with it, and why it is built.",
    )
    tracker_url = forms.URLField(
        label="Link to the tracker", required=False, max_length=500, assume_scheme="https"
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Owner", required=False, empty_label="Nobody yet"
    )

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class FeatureForm(EditForm):
    """A feature that is there."""

    title = written(Feature, "title")
    for_patients = written(Feature, "for_patients")
    for_product = written(Feature, "for_product")
    tracker_url = forms.URLField(
        label="Link to the tracker", required=False, max_length=500, assume_scheme="https"
    )
    owner = forms.ModelChoiceField(
        User.objects.none(), label="Owner", required=False, empty_label="Nobody"
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]


class NewReleaseForm(SheetForm):
    """A release that is new here; it may be out already."""

    label = written(
        Release, "label", help_text="As people call it, like 2.4.0. It cannot be changed later."
    )
    state = forms.TypedChoiceField(
        label="State",
        coerce=ReleaseState,
        choices=[
            (state.value, state.label)
            for state in ReleaseState
            if state is not ReleaseState.WITHDRAWN
        ],
    )
    planned_on = DayField(label="Planned for", required=False)
    released_on = DayField(
        label="Released on", required=False, help_text="For a release that is out already."
    )
    summary = written(Release, "summary")


class ReleaseForm(EditForm):
    """A release that is there; the states are those that it may go to."""

    state = forms.ChoiceField(label="State")
    planned_on = DayField(label="Planned for", required=False)
    released_on = DayField(
        label="Released on", required=False, help_text="Needed when it is released."
    )
    summary = written(Release, "summary")
    reason = reason_field(required=False)

    def __init__(self, *args: Any, state_now: ReleaseState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        may = {state_now, *RELEASE_MOVES[state_now]}
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            (state.value, state.label) for state in ReleaseState if state in may
        ]


class ReleaseFeaturesForm(SheetForm):
    """Which features a release carries. ``shown`` is what was ticked when the page was made."""

    features = FeaturesField(label="Features")
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = reason_field(required=False)

    def __init__(self, *args: Any, features: Any, is_out: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["features"].queryset = features  # type: ignore[attr-defined]
        if is_out:
            self.fields["reason"] = reason_field(
                required=True,
                help_text="This release is out: say why the list of what it carries is corrected.",
            )

    def clean_shown(self) -> set[int]:
        """The keys of the features that were ticked."""
        parts = str(self.cleaned_data["shown"]).split(",")
        return {int(part) for part in parts if part.isascii() and part.isdigit() and fits(part)}


class PlaceForm(SheetForm):
    """Where a release stands among the others."""

    after = forms.ModelChoiceField(
        Release.objects.none(), label="Comes after", required=False, empty_label="None: it is first"
    )
    reason = reason_field(required=True)

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after"].queryset = others  # type: ignore[attr-defined]


class SearchForm(forms.Form):
    """Words to look for in a list."""

    q = WrittenField(label="Search", required=False, limit=200)
