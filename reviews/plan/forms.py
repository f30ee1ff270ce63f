"""The form of the plan: its texts, and what it says of each class, in one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField

from accounts.forms import EditForm, reason_field, written
from hazards.choices import Acceptability, LifecyclePhase
from hazards.models import MatrixVersion, Plan, PlanClass
from products.choices import Role
from products.permissions import SIGNING_ROLES
from reviews.actions.plans import SaidOfClass
from reviews.plan.reading import matrices_of
from reviews.plan.words import TEXTS

_ROWS = {"purpose": 4, "activities": 8}
_HELP = {
    "purpose": "What this plan covers, and of which product in which use.",
    "governance": "Who has which part in it, and where and how often they meet.",
    "activities": "How hazards are identified, estimated, evaluated and controlled; deployment, "
    "maintenance and incidents.",
    "competence": "What people need to know and how that is kept up (clauses 2.4.1 and 2.4.2).",
    "process_review": "When and by whom the process itself is reviewed (clause 2.6.1).",
}


class KeysField(forms.MultipleChoiceField):
    """Keys of choices as a plan stores them: in one text, with a space between.

    A conflict posts such a text whole, so each value that comes is taken apart.
    """

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, choices: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(choices=choices, **options)
        self.keys = [key for key, _ in choices]

    def prepare_value(self, value: Any) -> Any:
        """The stored text as the boxes that are ticked."""
        texts = [value] if isinstance(value, str) else value or []
        return [key for text in texts for key in str(text).split()]

    def to_python(self, value: Any) -> list[str]:
        """Every key that was sent, however many came in one value."""
        return [key for each in super().to_python(value) for key in each.split()]

    def clean(self, value: Any) -> Any:
        """The text to store, in the order of the choices."""
        chosen = super().clean(value)
        return " ".join(key for key in self.keys if key in chosen)


def _text(name: str) -> forms.CharField:
    return written(
        Plan,
        name,
        help_text=_HELP[name],
        widget=forms.Textarea(attrs={"rows": _ROWS.get(name, 3)}),
    )


class PlanForm(EditForm):
    """A version of the plan. ``classes`` are its rows for each class, the lowest first."""

    purpose = _text("purpose")
    governance = _text("governance")
    activities = _text("activities")
    competence = _text("competence")
    process_review = _text("process_review")
    phases = KeysField(
        label="Lifecycle phases that need a report",
        choices=LifecyclePhase.choices,
        error_messages={"required": "Name at least one phase: each needs a report (3.5.1)."},
    )
    needs_authorisation = forms.BooleanField(
        label="The accountable executive authorises each release", required=False
    )
    matrix = forms.ModelChoiceField(
        queryset=MatrixVersion.objects.none(), label="Risk matrix", empty_label=None
    )
    class_versions = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        plan: Plan,
        classes: Sequence[PlanClass],
        needs_reason: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(classes)
        self.fields["matrix"].queryset = matrices_of(plan.product)  # type: ignore[attr-defined]
        for row in self.rows:
            self._add_class(row)
        self.fields["reason"] = reason_field(required=needs_reason)

    def _add_class(self, row: PlanClass) -> None:
        number = row.risk_class.number
        if row.risk_class.acceptability == Acceptability.IF_JUSTIFIED:
            self.fields[f"accepted_by_{number}"] = KeysField(
                label=f"Who may accept class {number}",
                choices=[(role.value, role.label) for role in Role if role in SIGNING_ROLES],
                required=False,
            )
        self.fields[f"review_months_{number}"] = forms.IntegerField(
            label=f"Months between reviews of class {number}",
            min_value=1,
            max_value=12,
            error_messages={
                "min_value": "Every hazard is reviewed once in one to twelve months.",
                "max_value": "Every hazard is reviewed once in one to twelve months.",
            },
        )

    def changes(self) -> dict[str, Any]:
        """The proposed values of the plan's own fields."""
        names = {*TEXTS, "phases", "needs_authorisation", "matrix_id"}
        return {name: value for name, value in super().changes().items() if name in names}

    def classes(self) -> dict[int, SaidOfClass]:
        """What is said of each class, by its number."""
        versions = dict(each.split(":") for each in self._class_versions())
        said = {}
        for row in self.rows:
            number = row.risk_class.number
            named = self.cleaned_data.get(f"accepted_by_{number}", "").split()
            version = versions.get(str(row.pk), "")
            said[number] = SaidOfClass(
                accepted_by=[Role(key) for key in named],
                review_months=self.cleaned_data[f"review_months_{number}"],
                base_version=int(version) if version.isascii() and version.isdigit() else None,
            )
        return said

    def class_version_of(self, row: PlanClass) -> int | None:
        """The version of a row that the person was shown."""
        return self.classes()[row.risk_class.number].base_version

    def _class_versions(self) -> list[str]:
        text: str = self.cleaned_data["class_versions"]
        return [each for each in text.split() if each.count(":") == 1]

    def class_fields(self) -> list[tuple[PlanClass, BoundField | None, BoundField]]:
        """Each class with its fields, the highest first."""
        return [
            (
                row,
                self[f"accepted_by_{row.risk_class.number}"]
                if f"accepted_by_{row.risk_class.number}" in self.fields
                else None,
                self[f"review_months_{row.risk_class.number}"],
            )
            for row in reversed(self.rows)
        ]


def values_of(plan: Any, classes: Sequence[Any]) -> dict[str, Any]:
    """The values of a plan and of its classes by the names of the form's fields.

    Takes rows of the history too.
    """
    values: dict[str, Any] = {name: getattr(plan, name) for name in TEXTS}
    values |= {
        "phases": plan.phases,
        "needs_authorisation": plan.needs_authorisation,
        "matrix": plan.matrix_id,
    }
    for row in classes:
        number = row.risk_class.number
        values[f"accepted_by_{number}"] = row.accepted_by
        values[f"review_months_{number}"] = row.review_months
    return values


def versions_in_words(classes: Sequence[PlanClass]) -> str:
    """The versions of these rows, as the form carries them."""
    return " ".join(f"{row.pk}:{row.version}" for row in classes)
