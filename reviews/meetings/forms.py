"""Forms of sessions, checkpoints and actions: what may be typed."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.utils import timezone

from accounts.forms import DayField, EditForm, SheetForm, WrittenField, written
from accounts.models import User
from hazards.models import Hazard
from products.choices import Role
from products.forms import FeaturesField, fits
from products.models import Release
from reviews.choices import EntryOutcome, Prompt, WorkshopKind
from reviews.models import (
    ActionItem,
    Attendance,
    Checkpoint,
    Workshop,
    WorkshopEntry,
    WorkshopStep,
)

ROLES = [("", "Choose a role"), *Role.choices]
PROMPTS = [("", "No prompt"), *Prompt.choices]


class ChoiceOfRow(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One of the rows that the form offers; a key that no row can have is refused in words."""

    def to_python(self, value: Any) -> Any:
        """The row. Raises ``ValidationError``."""
        if value not in self.empty_values and not fits(value):
            raise forms.ValidationError("Choose one of those that are offered.")
        return super().to_python(value)


class NewSessionForm(SheetForm):
    """A session that is opened."""

    title = written(
        Workshop, "title", help_text="What it is about, for example the yearly prescription."
    )
    kind = forms.TypedChoiceField(label="Kind", choices=WorkshopKind.choices, coerce=WorkshopKind)
    held_on = DayField(label="Held on")
    release = ChoiceOfRow(
        Release.objects.none(), label="For release", required=False, empty_label="No release"
    )
    steps = WrittenField(
        label="Steps of the pathway",
        required=False,
        limit=5_000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="One on each line, as a patient meets them. More can be added while you talk.",
    )
    features = FeaturesField(label="Features that you look at")

    def __init__(self, *args: Any, releases: Any, features: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = releases  # type: ignore[attr-defined]
        self.fields["features"].queryset = features  # type: ignore[attr-defined]
        self.fields["held_on"].initial = timezone.localdate

    def clean_steps(self) -> list[str]:
        """The steps, one for each line that says something."""
        steps = [line.strip() for line in str(self.cleaned_data["steps"]).splitlines()]
        if any(len(step) > 200 for step in steps):
            raise forms.ValidationError("A step has 200 characters at most. Say it shorter.")
        return [step for step in steps if step]


class SessionForm(EditForm):
    """A session that is open."""

    title = written(Workshop, "title")
    kind = forms.TypedChoiceField(label="Kind", choices=WorkshopKind.choices, coerce=WorkshopKind)
    held_on = DayField(label="Held on")
    release = ChoiceOfRow(
        Release.objects.none(), label="For release", required=False, empty_label="No release"
    )

    def __init__(self, *args: Any, releases: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["release"].queryset = releases  # type: ignore[attr-defined]


class SessionFeaturesForm(SheetForm):
    """Which features a session looks at."""

    features = FeaturesField(label="Features")

    def __init__(self, *args: Any, features: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["features"].queryset = features  # type: ignore[attr-defined]


class CaptureForm(SheetForm):
    """One line that was said, at a step under a prompt."""

    step = ChoiceOfRow(
        WorkshopStep.objects.none(), label="Step", required=False, empty_label="At no step"
    )
    prompt = forms.TypedChoiceField(
        label="Prompt", choices=PROMPTS, coerce=Prompt, required=False, empty_value=None
    )
    text = WrittenField(
        label="What was said",
        limit=WorkshopEntry._meta.get_field("text").max_length,
        one_line=True,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, steps: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        step: Any = self.fields["step"]
        step.queryset = steps
        step.label_from_instance = lambda row: row.text


class StepForm(EditForm):
    """The words of a step."""

    text = written(WorkshopStep, "text", help_text="What happens, from the patient's side.")


class EntryForm(EditForm):
    """What was said, and what comes of it."""

    text = written(WorkshopEntry, "text")
    outcome = forms.TypedChoiceField(
        label="What comes of it",
        widget=forms.RadioSelect,
        choices=EntryOutcome.choices,
        coerce=EntryOutcome,
    )
    name = WrittenField(
        label="Hazard", required=False, limit=300, one_line=True,
        help_text="What could hurt a patient, in a few words.",
    )  # fmt: skip
    cause = WrittenField(label="Cause", required=False, limit=2_000, one_line=True)
    harm = WrittenField(
        label="Harm", required=False, limit=2_000, one_line=True,
        help_text="What happens to the patient's body or mind.",
    )  # fmt: skip
    hazard = ChoiceOfRow(
        Hazard.objects.none(), label="Hazard of the log", required=False, empty_label="Choose one"
    )
    none_because = written(WorkshopEntry, "none_because", label="Why it is no hazard")

    beside_the_row = EditForm.beside_the_row | {
        "outcome", "name", "cause", "harm", "hazard", "none_because",
    }  # fmt: skip

    needs: ClassVar[Mapping[EntryOutcome, str]] = {
        EntryOutcome.RAISE: "name",
        EntryOutcome.LINK: "hazard",
        EntryOutcome.NONE: "none_because",
    }

    def __init__(self, *args: Any, hazards: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hazard: Any = self.fields["hazard"]
        hazard.queryset = hazards
        hazard.label_from_instance = lambda row: f"{row.display_reference} {row.name}"

    def clean(self) -> dict[str, Any]:
        """Each outcome has what it needs."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needed = self.needs.get(cleaned.get("outcome", EntryOutcome.NOTHING))
        if needed and not cleaned.get(needed) and needed not in self.errors:
            words = {
                "name": "Give the hazard a name.",
                "hazard": "Choose the hazard.",
                "none_because": "Say in a sentence why.",
            }
            self.add_error(needed, words[needed])
        return cleaned


class AttendanceForm(SheetForm):
    """Who takes part, and as what."""

    person = ChoiceOfRow(
        User.objects.none(), label="From the team", required=False, empty_label="Somebody else"
    )
    name = written(
        Attendance, "name", label="Or by name", required=False,
        help_text="For somebody who is not on the team, like a patient or a visiting expert.",
    )  # fmt: skip
    role = forms.TypedChoiceField(label="As", choices=ROLES, coerce=Role)

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        person: Any = self.fields["person"]
        person.queryset = people
        person.label_from_instance = lambda row: row.name


class CloseSessionForm(SheetForm):
    """What came of a session."""

    summary = written(
        Workshop,
        "summary",
        required=True,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="In a few sentences: what you went through, what you found, what happens next.",
    )


class RhythmForm(EditForm):
    """How often the team meets."""

    weeks = forms.IntegerField(
        label="Weeks between checkpoints",
        min_value=1,
        max_value=13,
        help_text="As your sprints are long; every thirteen weeks at least.",
    )
    first_on = DayField(label="First on", help_text="The other days are counted from it.")
    is_active = forms.BooleanField(label="We meet in this rhythm", required=False)


class NewCheckpointForm(SheetForm):
    """The day of a checkpoint."""

    held_on = DayField(label="Held on")


class NotesForm(EditForm):
    """The notes of a checkpoint."""

    held_on = DayField(label="Held on")
    notes = written(Checkpoint, "notes", widget=forms.Textarea(attrs={"rows": 12}))


class NoteForm(SheetForm):
    """One line for the notes."""

    text = WrittenField(
        label="Note",
        limit=2_000,
        one_line=True,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class ActionForm(SheetForm):
    """What somebody will do by a day."""

    text = written(ActionItem, "text", label="What is to be done")
    owner = ChoiceOfRow(User.objects.none(), label="Who", empty_label="Choose")
    due_on = DayField(label="By")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, people)


class ActionEditForm(EditForm):
    """An action that is open."""

    text = written(ActionItem, "text", label="What is to be done")
    owner = ChoiceOfRow(User.objects.none(), label="Who", empty_label="Choose")
    due_on = DayField(label="By")

    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_people(self, people)


class OutcomeForm(SheetForm):
    """What was done."""

    outcome = written(ActionItem, "outcome", required=True, help_text="One sentence is enough.")


def _offer_people(form: forms.Form, people: Any) -> None:
    owner: Any = form.fields["owner"]
    owner.queryset = people
    owner.label_from_instance = lambda row: row.name
