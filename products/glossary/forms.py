"""Forms of the glossary."""

from typing import Any

from django import forms

from accounts.forms import EditForm, SheetForm, WrittenField, reason_field, written
from products.choices import Side
from products.models import GlossaryTerm

_FORMS_HELP = "Each on a line of its own: the plural, an abbreviation. It is found in any case."


def _side_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Whose word",
        required=False,
        choices=[("", "Both sides use it"), *Side.choices],
        help_text="Who brought the word: the other side reads what is meant by it.",
    )


def _forms_field() -> WrittenField:
    return written(
        GlossaryTerm,
        "forms",
        help_text=_FORMS_HELP,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class NewTermForm(SheetForm):
    """A word that is not explained yet."""

    word = written(GlossaryTerm, "word")
    meaning = written(
        GlossaryTerm, "meaning", help_text="What is meant by it, as you would tell the other side."
    )
    forms = _forms_field()
    side = _side_field()
    reason = reason_field(required=False)


class TermForm(EditForm):
    """A word that is explained: what is meant by it here."""

    meaning = written(
        GlossaryTerm, "meaning", help_text="What is meant by it, as you would tell the other side."
    )
    forms = _forms_field()
    side = _side_field()
    reason = reason_field(required=False)


class ExplainedForm(SheetForm):
    """Whether a word is explained where it appears, and why."""

    reason = reason_field(required=False)


def values_of(form: SheetForm) -> dict[str, Any]:
    """What was written of a term, without what stands beside it."""
    return {name: form.cleaned_data[name] for name in ("meaning", "forms", "side")}
