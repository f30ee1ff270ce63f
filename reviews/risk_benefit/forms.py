"""The form of a clinical risk–benefit analysis. It has no field for cost, and must have none."""

from django import forms

from accounts.forms import EditForm, WrittenField, reason_field, written
from reviews.choices import Balance
from reviews.models import RiskBenefit

_HELP = {
    "why_impracticable": "What was tried or considered, and what it would do to patients. “It is "
    "much work” is no reason here.",
    "benefit": "What patients gain in health from the intended use, in numbers if there are any.",
    "who_benefits": "Which patients, and how many.",
    "who_bears": "Which patients are exposed to the residual risk, and how many. Often they are "
    "not the same.",
    "without": "The care that they have today, with its own risks.",
    "evidence": "Studies, guidelines, audits, experience: what each shows and how strong it is.",
    "conclusion": "What weighs more, and on what that judgement rests.",
}


def _text(name: str, rows: int = 4) -> WrittenField:
    label = "Why it concludes so" if name == "conclusion" else None
    more = {"label": label} if label else {}
    return written(
        RiskBenefit,
        name,
        required=False,
        help_text=_HELP[name],
        widget=forms.Textarea(attrs={"rows": rows}),
        **more,
    )


class RiskBenefitForm(EditForm):
    """An analysis. What is still empty may stay so until it is signed."""

    why_impracticable = _text("why_impracticable")
    benefit = _text("benefit", 5)
    who_benefits = _text("who_benefits", 3)
    who_bears = _text("who_bears", 3)
    without = _text("without")
    evidence = _text("evidence", 5)
    balance = forms.ChoiceField(
        label="Conclusion",
        choices=[("", "Not drawn yet"), *Balance.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    conclusion = _text("conclusion")
    reason = reason_field(required=False)
