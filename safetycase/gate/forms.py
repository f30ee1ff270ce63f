"""Forms of the release gate: asking for its breaking, and stating that nothing changes risk."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import DayField, SheetForm, written
from reviews.signing.forms import SigningForm, password_field, read_field
from safetycase.gate.signing import longest_break_glass
from safetycase.models import BreakGlass, Issue, ReleaseStatement


class BreakGlassForm(SheetForm):
    """Why a release cannot wait, what protects patients meanwhile, and until when."""

    why = written(BreakGlass, "why", help_text="What happens to patients if it waits.")
    interim_measures = written(
        BreakGlass,
        "interim_measures",
        help_text="What protects patients until it is put right: who does what.",
    )
    expires_on = DayField(label="Until")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields[
            "expires_on"
        ].help_text = f"The last day, inclusive: {longest_break_glass()} days from today at most."


class StatementForm(SigningForm):
    """The report that covers a release, and why nothing in it changes clinical risk."""

    covered_by = forms.ChoiceField(label="The report that covers it")
    why = written(
        ReleaseStatement,
        "why",
        help_text="What is new in it, and why none of it brings a hazard or changes an estimate.",
    )
    has_read = read_field("I have looked at everything that is new in it")
    password = password_field()

    def __init__(self, *args: Any, reports: Sequence[Issue], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reports = {str(each.number): each for each in reports}
        field = self.fields["covered_by"]
        if isinstance(field, forms.ChoiceField):
            field.choices = [
                (number, f"Version {number}, release {each.baseline.release.label}")
                for number, each in self.reports.items()
            ]

    @property
    def report(self) -> Issue | None:
        """The report that was chosen in a valid form."""
        return self.reports.get(self.cleaned_data["covered_by"])
