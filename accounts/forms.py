"""Forms about people, and the pieces that every form of this site is made of.

A form says what may be typed. What may happen is said by actions, whose refusals a view puts into
the form (``accounts.editing``).
"""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import ValidationError
from django.db import models

from accounts.models import Profile
from audit.errors import BadText
from audit.text import check_text

EMPTY = "This cannot be empty."
REASON_LIMIT = 2_000  # characters, as audit.acts stores it


class WrittenField(forms.CharField):
    """Text that a person writes: told in a sentence when it cannot be stored or does not fit.

    The browser is not told the limit: it would cut off a pasted text without a word. Line ends
    become plain newlines, so that text from a browser and from a spreadsheet compare equal, and
    spaces where there is ``one_line`` only (a browser sends none there, a program may).
    """

    def __init__(self, *, limit: int | None = None, one_line: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit
        self.one_line = one_line
        self.error_messages["required"] = EMPTY

    def to_python(self, value: Any) -> str:
        """The text, stripped; raises ``ValidationError`` with the sentence."""
        text: str = super().to_python(value) or ""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        if self.one_line:
            text = " ".join(text.splitlines())
        try:
            check_text("This text", text, limit=self.limit)
        except BadText as refusal:
            raise ValidationError(refusal.sentence) from refusal
        return text


class DayField(forms.DateField):
    """A day, picked from the browser's calendar or typed."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        super().__init__(**options)
        self.error_messages["required"] = EMPTY
        self.error_messages["invalid"] = "This is not a date. Write it like 3/5/2026."


def written(model: type[models.Model], name: str, **options: Any) -> WrittenField:
    """The form's field for a text of a model: its label, help, length and whether it is needed."""
    field: Any = model._meta.get_field(name)
    label = str(field.verbose_name)
    options.setdefault("label", label[:1].upper() + label[1:])
    options.setdefault("required", not field.blank)
    options.setdefault("help_text", field.help_text)
    options.setdefault("limit", field.max_length)
    options.setdefault("one_line", not isinstance(field, models.TextField))
    if isinstance(field, models.TextField):
        options.setdefault("widget", forms.Textarea(attrs={"rows": 3}))
    return WrittenField(**options)


def reason_field(*, required: bool, label: str = "Why", help_text: str = "") -> WrittenField:
    """The field for the reason of a change."""
    return WrittenField(
        label=label if required else f"{label} (optional)",
        required=required,
        limit=REASON_LIMIT,
        help_text=help_text or "It stands beside the change in the history.",
    )


class SheetForm(forms.Form):
    """A form in ``layouts/form.html``, which owns the form tag, the token and the buttons.

    What must be filled in says so in one sentence, unless a field has a better one of its own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usual = forms.Field.default_error_messages["required"]
        for field in self.fields.values():
            if field.error_messages.get("required") == usual:
                field.error_messages["required"] = EMPTY

    @property
    def helper(self) -> FormHelper:
        """How crispy draws it: fields only."""
        helper = FormHelper(self)
        helper.form_tag = False
        helper.disable_csrf = True
        return helper


class EditForm(SheetForm):
    """A form that changes a row: it carries the version that the person had before them."""

    base_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    #: Fields of the form that are no fields of the row.
    beside_the_row = frozenset({"base_version", "reason"})

    def changes(self) -> dict[str, Any]:
        """The proposed values by the model's attribute names (a foreign key by its id)."""
        proposed: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if name in self.beside_the_row:
                continue
            if isinstance(self.fields[name], forms.ModelChoiceField):
                proposed[f"{name}_id"] = value.pk if value is not None else None
            else:
                proposed[name] = value
        return proposed

    def typed(self, name: str, value: Any) -> Any:
        """A stored value as the form's field has it; ``name`` is the model's attribute."""
        return value

    def beside(self) -> dict[str, list[str]]:
        """What was sent in the fields that are none of the row, to be sent again; without files."""
        sent: Any = self.data
        names = self.beside_the_row - EditForm.beside_the_row
        return {name: sent.getlist(self.add_prefix(name)) for name in self.fields if name in names}

    @property
    def version_before(self) -> int | None:
        """The version of the row that the person was shown."""
        version: int | None = self.cleaned_data["base_version"]
        return version

    @property
    def why(self) -> str:
        """Why, in the person's words, or ''."""
        reason: str = self.cleaned_data.get("reason", "")
        return reason


class ReasonForm(SheetForm):
    """Why something is done."""

    reason = reason_field(required=True)


class ProfileForm(EditForm):
    """What a person says about themselves."""

    name = written(Profile, "name")
    job_title = written(Profile, "job_title")
    professional_body = written(Profile, "professional_body")
    registration_number = written(
        Profile,
        "registration_number",
        help_text="Changing it takes back its check: an administrator looks it up again.",
    )
    wants_mail = forms.BooleanField(
        label="Told by e-mail what waits",
        required=False,
        help_text="One mail a day at most, in the morning, about what is new on My work.",
    )
    reason = reason_field(required=False)


class NewPersonForm(SheetForm):
    """Somebody who is invited without a role yet."""

    email = forms.EmailField(label="E-mail address")
    name = written(Profile, "name")
    job_title = written(Profile, "job_title")
    professional_body = written(Profile, "professional_body")
    registration_number = written(Profile, "registration_number")
    is_administrator = forms.BooleanField(
        label="Manages people",
        required=False,
        help_text="Adds and deactivates people and products. It gives no clinical authority.",
    )


class RegistrationCheckForm(EditForm):
    """That a registration was looked up in the body's register."""

    registration_checked_on = DayField(
        label="Looked up in the register on",
        required=False,
        help_text="Leave it empty to take the check back.",
    )
    reason = reason_field(
        required=True, help_text="For example how it was looked up, and what the register said."
    )


class AdministratorForm(EditForm):
    """Whether a person manages people."""

    is_administrator = forms.BooleanField(
        label="Manages people",
        required=False,
        help_text="Adds and deactivates people and products. It gives no clinical authority.",
    )
    reason = reason_field(required=True)


class PasswordForm(SheetForm):
    """A first password, twice."""

    password = forms.CharField(
        label="Password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = password_validators_help_text_html()

    def clean(self) -> dict[str, Any]:
        """Both passwords are the same."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("again") not in (None, cleaned["password"]):
            self.add_error("again", "The two passwords are not the same. Type them again.")
        return cleaned
