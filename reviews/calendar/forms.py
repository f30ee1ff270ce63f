"""The form that records a review."""

from datetime import date
from typing import Any

from django import forms

from reviews.calendar.rules import ReviewInterval, months_in_words


class ReviewForm(forms.Form):
    """What was seen, and when to look again."""

    note = forms.CharField(
        label="What you saw",
        max_length=2_000,
        widget=forms.Textarea({"rows": 4}),
        help_text="One sentence is enough: what you checked, and whether anything has changed.",
    )
    next_review = forms.DateField(
        label="Next review",
        widget=forms.DateInput({"type": "date"}),
        help_text="Within twelve months.",
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, longest: ReviewInterval | None = None, today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if longest is not None:
            latest = longest.latest_from(today)
            self.fields["next_review"].help_text = (
                f"Up to {latest:%-d %B %Y}: version {longest.plan_number} of the plan has class "
                f"{longest.class_number} reviewed at least {months_in_words(longest.months)}."
            )

    def show(self, version: int) -> None:
        """Carry the hazard's version of now into the next try, where it was changed meanwhile."""
        sent: Any = self.data
        data = sent.copy()
        data["seen"] = version
        self.data = data
