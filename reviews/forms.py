"""Forms of reviews."""

from django import forms


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
