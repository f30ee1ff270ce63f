"""Forms of triage, looks, concerns and questions: what may be typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Q

from accounts.forms import SheetForm, WrittenField, written
from hazards.choices import ControlState
from hazards.forms.fields import REFERENCES_LIMIT, hazards_named, split_references
from hazards.models import Control, Harm, Hazard
from hazards.queries import IN_THE_LOG
from products.choices import Side
from products.models import Product
from reviews.choices import ConcernOutcome, TriageOutcome
from reviews.models import Concern, HazardLook, Question, Triage, TriageAnswer
from reviews.rhythm.triage_rules import QUESTIONS

TALL = forms.Textarea(attrs={"rows": 4})


class AskForm(SheetForm):
    """A question to a side, about a thing that is named by kind and public id."""

    kind = forms.CharField(max_length=30, widget=forms.HiddenInput)
    id = forms.CharField(max_length=60, widget=forms.HiddenInput)
    to_side = forms.TypedChoiceField(
        label="Ask", coerce=Side, choices=Side.choices, widget=forms.RadioSelect
    )
    text = written(Question, "text", label="Your question", widget=TALL)

    def __init__(self, *args: Any, side: Side | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to_side"]
        field.choices = [(each.value, f"The {each.label.lower()} side") for each in Side]
        field.initial = side
        field.error_messages["required"] = "Say whom you ask."


class AnswerForm(SheetForm):
    """The answer to a question."""

    answer = written(Question, "answer", label="Your answer", required=True, widget=TALL)


class LookedForm(SheetForm):
    """That somebody looked at a hazard, and what they saw."""

    note = written(
        HazardLook,
        "note",
        required=True,
        label="What you saw",
        initial="Looked, nothing changes.",
    )


class CoverForm(SheetForm):
    """What covers something: hazards and controls that are ticked, or named by reference."""

    hazards = forms.ModelMultipleChoiceField(Hazard.objects.none(), required=False)
    controls = forms.ModelMultipleChoiceField(Control.objects.none(), required=False)
    named = WrittenField(
        label="Others, by reference",
        required=False,
        limit=REFERENCES_LIMIT,
        one_line=True,
        help_text="For example HAZ-004 CTL-012.",
    )

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product
        hazards: Any = self.fields["hazards"]
        hazards.queryset = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
        controls: Any = self.fields["controls"]
        controls.queryset = Control.objects.filter(product=product).exclude(
            state=ControlState.WITHDRAWN
        )

    def clean(self) -> dict[str, Any]:
        """Everything that covers it in ``hazards`` and ``controls``, each once."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        cleaned["hazards"] = list(cleaned.get("hazards") or ())
        cleaned["controls"] = list(cleaned.get("controls") or ())
        unknown = []
        for reference in split_references(cleaned.get("named") or ""):
            named = self._named(reference)
            if named is None:
                unknown.append(reference)
            elif isinstance(named, Hazard):
                cleaned["hazards"].append(named)
            else:
                cleaned["controls"].append(named)
        if unknown:
            self.add_error(
                "named",
                f"{', '.join(unknown)[:200]} is neither a hazard nor a control in this log. Write "
                "references like HAZ-004 or CTL-012.",
            )
        return cleaned

    def _named(self, reference: str) -> Hazard | Control | None:
        either = Q(reference__iexact=reference) | Q(imported_reference__iexact=reference)
        hazards: Any = self.fields["hazards"]
        controls: Any = self.fields["controls"]
        hazard: Hazard | None = hazards.queryset.filter(either).first()
        control: Control | None = controls.queryset.filter(reference__iexact=reference).first()
        return hazard or control


class TriageForm(CoverForm):
    """What a feature or change touches, and what the team makes of it.

    ``outcome`` is the button that was pressed; where there was none (Enter in a field), and
    something is ticked, what any yes means at least.
    """

    touches = forms.MultipleChoiceField(
        choices=[(question.key, question.label) for question in QUESTIONS], required=False
    )
    outcome = forms.TypedChoiceField(
        coerce=TriageOutcome,
        choices=TriageOutcome.choices,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": "That is none of the four outcomes."},
    )
    note = written(Triage, "note", label="Note", widget=forms.Textarea(attrs={"rows": 2}))

    def clean(self) -> dict[str, Any]:
        """The outcome as it follows from what is ticked."""
        cleaned = super().clean()
        if cleaned.get("outcome") is None and "outcome" not in self.errors:
            if cleaned.get("touches"):
                cleaned["outcome"] = TriageOutcome.NEEDS_CSO
            else:
                raise forms.ValidationError(
                    "Say what comes of it: no effect, covered, or a question to the clinical "
                    "safety officer. Nothing was saved."
                )
        return cleaned


class TriageAnswerForm(CoverForm):
    """The clinical side's answer; ``outcome`` is the button that was pressed."""

    RAISE = "raise"

    triage = forms.UUIDField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        choices=[*TriageOutcome.choices, (RAISE, "Raise a hazard")],
        error_messages={
            "required": "Choose one of the four answers. Nothing was saved.",
            "invalid_choice": "Choose one of the four answers. Nothing was saved.",
        },
    )
    note = written(TriageAnswer, "note", widget=forms.Textarea(attrs={"rows": 3}))
    none_because = written(TriageAnswer, "none_because", widget=forms.Textarea(attrs={"rows": 2}))
    name = written(
        Hazard,
        "name",
        required=False,
        label="What could hurt a patient, in a few words",
    )
    harm = written(Harm, "text", required=False, label="The harm that follows, if you know it")

    def clean(self) -> dict[str, Any]:
        """A hazard that is raised needs its name."""
        cleaned = super().clean()
        if cleaned.get("outcome") == self.RAISE and not cleaned.get("name"):
            self.add_error("name", "Give the hazard a name. Nothing was saved.")
        return cleaned


class ConcernForm(SheetForm):
    """One box. The product, the page and its heading are filled in."""

    product = forms.ChoiceField(
        label="Product",
        error_messages={
            "required": "Choose the product.",
            "invalid_choice": "You are not on the team of that product.",
        },
    )
    text = written(
        Concern,
        "text",
        label="What worries you?",
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    page = forms.CharField(required=False, widget=forms.HiddenInput)
    about = WrittenField(required=False, widget=forms.HiddenInput, one_line=True)

    def __init__(self, *args: Any, products: Iterable[Product], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(each.slug, each.name) for each in products]
        field: Any = self.fields["product"]
        field.choices = offered if len(offered) == 1 else [("", "Choose the product"), *offered]
        if len(offered) == 1:
            field.widget = forms.HiddenInput()
            field.initial = offered[0][0]


class ConcernAnswerForm(SheetForm):
    """What became of a concern; ``outcome`` is the button that was pressed."""

    outcome = forms.TypedChoiceField(
        coerce=ConcernOutcome,
        choices=ConcernOutcome.choices,
        error_messages={
            "required": "Choose one of the four answers.",
            "invalid_choice": "Choose one of the four answers.",
        },
    )
    answer = written(Concern, "answer", widget=forms.Textarea(attrs={"rows": 3}))
    name = written(
        Hazard, "name", required=False, label="What could hurt a patient, in a few words"
    )
    hazard = WrittenField(label="Which hazard", required=False, limit=60, one_line=True)

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product

    def clean_hazard(self) -> Hazard | None:
        """The hazard that is named, or None."""
        named = split_references(self.cleaned_data["hazard"])
        found: list[Hazard] = hazards_named(self._product, named[:1])
        return found[0] if found else None

    def clean(self) -> dict[str, Any]:
        """A hazard that is raised needs its name."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("outcome") == ConcernOutcome.HAZARD and not cleaned.get("name"):
            self.add_error("name", "Give the hazard a name. Nothing was saved.")
        return cleaned
