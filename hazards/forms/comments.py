"""Forms of comments."""

from typing import Any

from django import forms

from accounts.forms import EditForm, SheetForm, written
from accounts.models import User
from products.models import Comment, Product
from products.queries import people_on_team


class _PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # as Django 5.2 has it
    def label_from_instance(self, person: Any) -> str:
        return str(person.name)


def _people_field() -> _PeopleField:
    return _PeopleField(
        User.objects.none(),
        label="Tell",
        required=False,
        help_text="Or write @ and a name in the text. For several, hold Ctrl (on a Mac ⌘).",
        widget=forms.SelectMultiple(attrs={"size": 4}),
        error_messages={"invalid_choice": "One of them is not on the team. Choose again."},
    )


class CommentForm(SheetForm):
    """Something that somebody says."""

    text = written(
        Comment,
        "text",
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 3, "data-mentions": ""}),
    )
    people = _people_field()

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_team(self, product)


class EditCommentForm(EditForm):
    """One's own comment again."""

    text = written(
        Comment,
        "text",
        label="Comment",
        widget=forms.Textarea(attrs={"rows": 3, "data-mentions": ""}),
    )
    people = _people_field()
    beside_the_row = EditForm.beside_the_row | {"people"}

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_team(self, product)


def _offer_team(form: forms.Form, product: Product) -> None:
    field: Any = form.fields["people"]
    field.queryset = people_on_team(product)
