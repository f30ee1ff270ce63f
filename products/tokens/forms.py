"""Forms about tokens."""

from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from accounts.forms import DayField, SheetForm, reason_field, written
from products.choices import TokenScope
from products.models import ApiToken
from products.tokens.rules import USUAL_LIFE

_MEANS = {
    TokenScope.GATE: "Ask the release gate, and nothing else: for a pipeline that deploys",
    TokenScope.READ: "Read: features, hazards, controls, releases, versions, and the gate",
    TokenScope.WRITE: "Read and write: raise hazards, add controls and evidence, triage",
}


class TokenForm(SheetForm):
    """A token for a program."""

    name = written(
        ApiToken, "name", help_text="Where it will be kept, for example the deployment pipeline."
    )
    scope = forms.TypedChoiceField(
        label="What it may do",
        coerce=TokenScope,
        # A scope for readings arrives with what they are sent to.
        choices=[(scope.value, words) for scope, words in _MEANS.items()],
        widget=forms.RadioSelect,
        help_text="It never does more than you may do yourself on the day that it is used.",
        error_messages={"required": "Choose what it may do."},
    )
    expires_on = DayField(label="Until", help_text="Its last day, a year from today at most.")
    # Of the token that this form makes: sent twice, it makes one.
    public_id = forms.UUIDField(
        required=False,
        initial=uuid4,
        widget=forms.HiddenInput,
        error_messages={"invalid": "This form was altered. No token was made; open it anew."},
    )
    reason = reason_field(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["expires_on"].initial = timezone.localdate() + USUAL_LIFE
