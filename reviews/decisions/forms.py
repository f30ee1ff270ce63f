"""Forms of decisions: the question, the views, the four answers, the choice, what follows."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import DayField, EditForm, SheetForm, WrittenField, reason_field, written
from hazards.forms.fields import offer_releases, release_field
from products.choices import Side
from products.models import Feature, Product
from reviews.choices import FourQuestions
from reviews.decisions.page import QUESTIONS
from reviews.decisions.shapes import DecisionReading
from reviews.models import Decision, Dissent, ReviewTrigger

_TWO_LINES = {"rows": 2}


class DecisionForm(EditForm):
    """The question, and what it is about."""

    title = written(Decision, "title", help_text="How people will call it.")
    question = written(
        Decision,
        "question",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What has to be decided, so that either side would put it this way.",
    )
    for_patients = written(Decision, "for_patients", widget=forms.Textarea(attrs=_TWO_LINES))
    for_product = written(Decision, "for_product", widget=forms.Textarea(attrs=_TWO_LINES))
    feature = forms.ModelChoiceField(
        Feature.objects.none(), label="About the feature", required=False, empty_label="None"
    )
    release = release_field(
        "From release", "Controls that the decision brings are delivered in it."
    )
    views_differ = forms.BooleanField(
        label="The views stand against each other",
        required=False,
        help_text="Tick it when you know. The estimates may show it as well.",
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        features: Any = self.fields["feature"]
        features.queryset = Feature.objects.filter(product=product, is_active=True)
        features.label_from_instance = lambda feature: f"{feature.reference} {feature.title}"
        offer_releases(self, "release", product)


def view_fields(side: Side) -> tuple[str, str]:
    """The decision's fields that hold a side's view, and what would change it."""
    return f"{side.value}_view", f"{side.value}_would_change"


class ViewForm(EditForm):
    """What a side thinks, in its own words. Its fields are named as the decision's are."""

    def __init__(self, *args: Any, side: Side, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.names = view_fields(side)
        of_view, of_change = self.names
        self.fields[of_view] = WrittenField(
            label="Your side's view",
            limit=5_000,
            widget=forms.Textarea(attrs={"rows": 7}),
            help_text="In your own words: what you want, and why. Nobody of the other side edits "
            "it.",
        )
        self.fields[of_change] = WrittenField(
            label="What would change my mind",
            required=False,
            limit=2_000,
            widget=forms.Textarea(attrs={"rows": 3}),
            help_text="Which fact, if you saw it, would make you think otherwise?",
        )

    @property
    def said(self) -> tuple[str, str]:
        """The view, and what would change it."""
        of_view, of_change = self.names
        return self.cleaned_data[of_view], self.cleaned_data[of_change]


class QuestionsForm(EditForm):
    """The four answers, one thing on each line."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, question in QUESTIONS.items():
            self.fields[key.value] = WrittenField(
                label=question,
                required=False,
                limit=5_000,
                widget=forms.Textarea(attrs={"rows": 4}),
            )

    @property
    def answers(self) -> dict[FourQuestions, str]:
        """What was answered."""
        return {key: self.cleaned_data[key.value] for key in FourQuestions}


class ChoiceForm(EditForm):
    """The option that is chosen, why, and when it is looked at again."""

    chosen = forms.ChoiceField(
        label="Which option",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose an option."},
    )
    review_on = DayField(
        label="To be reviewed on",
        help_text="Within twelve months. A trigger may bring it back sooner.",
    )

    def __init__(self, *args: Any, reading: DecisionReading, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["chosen"]
        field.choices = [(str(each.option.pk), each.option.name) for each in reading.options]
        # Named as the decision's field; ``form.why`` is the reason of a change.
        self.fields["why"] = WrittenField(
            label="Why this one",
            limit=5_000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text="So that somebody who was not there understands it.",
        )

    def changes(self) -> dict[str, Any]:
        """The proposed values, with the key of the option that is chosen."""
        proposed = super().changes()
        return proposed | {"chosen_id": int(proposed.pop("chosen"))}


class DissentForm(SheetForm):
    """What somebody disagrees with, and why."""

    side = forms.ChoiceField(label="For which side you speak", choices=Side.choices)
    text = written(
        Dissent,
        "text",
        label="What you disagree with, and why",
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="It stays on the decision for good, and whoever signs reads it first.",
    )

    def __init__(self, *args: Any, sides: Sequence[Side], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["side"]
        field.choices = [(side.value, side.label) for side in sides]
        if len(sides) == 1:
            field.initial = sides[0].value
            field.widget = forms.HiddenInput()


class TriggerForm(SheetForm):
    """What brings a decision back."""

    text = written(
        ReviewTrigger,
        "text",
        label="Review when",
        help_text="An event or a number: more than 60 % of second-level alerts are dismissed.",
    )


class FireForm(SheetForm):
    """What happened."""

    note = written(
        ReviewTrigger,
        "note",
        label="What happened",
        required=True,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The decision stands until both sides have looked at it again.",
    )


class DropForm(SheetForm):
    """Why nobody goes on with a decision."""

    reason = reason_field(required=True)
