"""Forms about causes and harms."""

from django import forms

from accounts.forms import EditForm, written
from hazards.forms.fields import chosen, why_field
from hazards.models import Cause, Harm


class CauseForm(EditForm):
    """What may bring the hazard about."""

    text = written(Cause, "text", help_text="What fails, is missed or is done wrongly.")
    kind = chosen(Cause, "kind")
    accepted_because = written(
        Cause,
        "accepted_because",
        help_text="Only where no control acts on it and that is deliberate.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    reason = why_field()


class HarmForm(EditForm):
    """What the hazard does to a patient."""

    text = written(Harm, "text", help_text="What happens to the patient’s body or mind.")
    reason = why_field()
