"""Forms about findings: waiving one, and answering the question behind it."""

from typing import Any

from django import forms

from accounts.forms import DayField, EditForm, SheetForm, written
from hazards.models import ChallengeAnswer, Waiver


class WaiverForm(SheetForm):
    """Why a finding may stand, until when, and what protects patients meanwhile."""

    because = written(Waiver, "because")
    interim_measures = written(
        Waiver,
        "interim_measures",
        help_text="What protects patients until it is put right, and who sees to it.",
    )
    expires_on = DayField(label="Until", help_text="The last day, inclusive.")

    def __init__(self, *args: Any, blocks: bool, days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["interim_measures"].required = blocks
        self.fields["expires_on"].help_text = f"The last day, inclusive; {days} days at most."


class AnswerForm(EditForm):
    """What the team answers."""

    answer = written(
        ChallengeAnswer,
        "answer",
        help_text="In the words that you would use to a customer’s safety officer. Empty takes it "
        "back.",
        widget=forms.Textarea(attrs={"rows": 6}),
    )
