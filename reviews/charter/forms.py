"""Forms of the safety charter: its promise, and a line of each kind."""

from django import forms

from accounts.forms import EditForm, reason_field, written
from products.choices import Side
from reviews.charter.lines import LineKind
from reviews.choices import TradeOff
from reviews.models import Charter, CharterOutcome, CharterTradeOff, DecisionRight


def _why() -> forms.Field:
    return reason_field(required=False)


class PromiseForm(EditForm):
    """What both sides promise each other."""

    promise = written(
        Charter,
        "promise",
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="A few sentences, in words that both sides would say aloud.",
    )
    reason = _why()


class OutcomeForm(EditForm):
    """An outcome that matters most."""

    side = forms.ChoiceField(label="Whose", choices=Side.choices, widget=forms.RadioSelect)
    outcome = written(
        CharterOutcome,
        "outcome",
        help_text="For example: nobody goes a day without a medicine that they need.",
    )
    measure = written(CharterOutcome, "measure", help_text="What is counted, where, and how often.")
    target = written(CharterOutcome, "target", help_text="With its unit and its date.")
    reason = _why()


class TradeOffForm(EditForm):
    """A trade-off that may be made, or that never may."""

    kind = forms.ChoiceField(
        label="May it be made", choices=TradeOff.choices, widget=forms.RadioSelect
    )
    text = written(
        CharterTradeOff,
        "text",
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What is given up, for what, and up to where.",
    )
    reason = _why()


class RightForm(EditForm):
    """Who decides something, and who is asked before."""

    what = written(DecisionRight, "what")
    decides = written(DecisionRight, "decides", help_text="One role, or two together.")
    consulted = written(DecisionRight, "consulted")
    reason = _why()


FORMS: dict[LineKind, type[EditForm]] = {
    LineKind.OUTCOME: OutcomeForm,
    LineKind.TRADE_OFF: TradeOffForm,
    LineKind.RIGHT: RightForm,
}
