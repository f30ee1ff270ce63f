"""Forms about controls."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms

from accounts.forms import DayField, EditForm, SheetForm, WrittenField, written
from hazards.actions.controls import Part
from hazards.choices import ControlState
from hazards.forms.fields import (
    REFERENCES_LIMIT,
    PartsField,
    chosen,
    hazards_named,
    offer_people,
    offer_releases,
    person_field,
    release_field,
    split_references,
    why_field,
)
from hazards.log_reading import controls_that_say
from hazards.models import Cause, Control, Harm, Hazard
from hazards.rules import CONTROL_STATE_MOVES
from products.forms import fits
from products.models import Product

MOST_FOUND = 20  # controls offered at once; more means: say more words


class ControlForm(EditForm):
    """What reduces the risk."""

    text = written(
        Control,
        "text",
        help_text="What is done, so that the harm does not happen. A test is "
        "evidence, not a control.",
    )
    kind = chosen(Control, "kind", empty="")
    type = chosen(Control, "type")
    strength = chosen(Control, "strength")
    function = chosen(Control, "function")
    party = chosen(Control, "party")
    instruction = written(Control, "instruction", widget=forms.Textarea(attrs={"rows": 2}))
    delivered_in = release_field("Delivered in release")
    implementation_reference = written(
        Control, "implementation_reference", help_text="For example a ticket or a commit."
    )
    implementer = person_field("Implementer")
    due_on = DayField(label="Due", required=False)
    reason = why_field()

    #: Short fields that stand side by side.
    side_by_side = (
        "kind",
        "type",
        "strength",
        "function",
        "party",
        "delivered_in",
        "implementation_reference",
        "implementer",
        "due_on",
    )
    at_the_end = ("instruction", "reason")

    def __init__(
        self, *args: Any, product: Product, control: Control | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offer_releases(self, "delivered_in", product)
        offer_people(
            self, "implementer", product, control.implementer_id if control is not None else None
        )


class NewControlForm(ControlForm):
    """A control that is proposed for a hazard."""

    acts_on = PartsField()
    beside_the_row = ControlForm.beside_the_row | {"acts_on"}

    field_order = ("text", "acts_on")

    def __init__(
        self,
        *args: Any,
        product: Product,
        causes: Sequence[Cause],
        harms: Sequence[Harm],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, product=product, control=None, **kwargs)
        _offer_parts(self, causes, harms)

    def parts(self) -> dict[str, Any]:
        """The causes and harms that it acts on."""
        return _parts_of(self)


class ActsOnForm(SheetForm):
    """What a control acts on in a hazard."""

    acts_on = PartsField()
    reason = why_field()

    def __init__(
        self, *args: Any, causes: Sequence[Cause], harms: Sequence[Harm], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer_parts(self, causes, harms)

    def parts(self) -> dict[str, Any]:
        """The causes and harms that it acts on."""
        return _parts_of(self)


class ChangeActsOnForm(ActsOnForm):
    """The same for a control that acts on the hazard already. ``shown`` is what was ticked."""

    shown = forms.CharField(required=False, widget=forms.HiddenInput)

    def show(self, ticked: Iterable[str]) -> None:
        """Carry what is ticked now into the next try, where somebody else changed it meanwhile."""
        sent: Any = self.data
        data = sent.copy()
        data["shown"] = shown_as_text(ticked)
        self.data = data

    def shown_parts(self) -> list[Part] | None:
        """The parts that were ticked when the page was made; None when the page does not say."""
        ticked = [part for part in self.cleaned_data["shown"].split(",") if part]
        if not ticked:
            return None
        keys = [each.partition("-") for each in ticked if each != NOTHING]
        return [
            (int(key), None) if word == "cause" else (None, int(key))
            for word, _, key in keys
            if key.isdecimal() and fits(key)
        ]


class LinkControlForm(ActsOnForm):
    """A control that the product has already, found by its words."""

    find = WrittenField(
        label="Find a control",
        required=False,
        help_text="Its reference, or words of it.",
    )
    control = forms.ChoiceField(
        label="Control",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "That control is not in the list. Choose again."},
    )

    field_order = ("find", "control", "acts_on", "reason")

    def __init__(self, *args: Any, hazard: Hazard, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = " ".join(str(self.data.get("find", "")).replace("\x00", " ").split()[:10])
        found = controls_that_say(hazard, words[:200], most=MOST_FOUND + 1)
        self._found = {each.reference: each for each in found[:MOST_FOUND]}
        self._are_more = len(found) > MOST_FOUND
        field: Any = self.fields["control"]
        field.choices = [(key, f"{key} {each.text}") for key, each in self._found.items()]
        if self._are_more:
            field.help_text = f"The first {MOST_FOUND}. Say more words above to find others."

    def clean(self) -> dict[str, Any]:
        """The chosen control, or the one whose very reference was typed."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("control") or "control" in self.errors:
            return cleaned
        typed = cleaned.get("find", "").upper()
        exact = next((key for key in self._found if key.upper() == typed), None)
        if exact is not None:
            cleaned["control"] = exact
        elif self._found:
            self.add_error("control", "Choose one of the controls that fit.")
        else:
            self.add_error("find", "No other control of this product says that. Use other words.")
        return cleaned

    @property
    def control_found(self) -> Control:
        """The control that was chosen."""
        return self._found[self.cleaned_data["control"]]


def _offer_parts(form: forms.Form, causes: Sequence[Cause], harms: Sequence[Harm]) -> None:
    field = form.fields["acts_on"]
    if isinstance(field, PartsField):
        field.offer(causes, harms)


def _parts_of(form: forms.Form) -> dict[str, Any]:
    field, values = form.fields["acts_on"], form.cleaned_data["acts_on"]
    if not isinstance(field, PartsField):
        return {}
    return {"causes": field.causes(values), "harms": field.harms(values)}


#: What a page carries to say that nothing was ticked or named on it.
NOTHING = "nothing"


def shown_as_text(keys: Iterable[object]) -> str:
    """What was ticked or named on a page, as its hidden field carries it."""
    return ",".join(str(key) for key in keys) or NOTHING


class ControlStateForm(SheetForm):
    """How far the control has come, of the steps that it can take."""

    state = forms.ChoiceField(
        label="State",
        widget=forms.RadioSelect,
        error_messages={
            "required": "Choose a state.",
            "invalid_choice": "It cannot take that step from where it is now. Choose again.",
        },
    )
    reason = why_field()
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, control: Control, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moves = CONTROL_STATE_MOVES[ControlState(control.state)]
        field: Any = self.fields["state"]
        field.choices = [(s.value, _STATE_WORDS[s]) for s in ControlState if s in moves]

    def show(self, control: Control) -> None:
        """Carry the state of now into the next try, where somebody else moved it meanwhile."""
        sent: Any = self.data
        data = sent.copy()
        data["seen"] = control.state
        self.data = data


_STATE_WORDS = {
    ControlState.PROPOSED: "Proposed: not decided on yet",
    ControlState.AGREED: "Agreed: it shall be done",
    ControlState.IMPLEMENTED: "Implemented: it is there",
    ControlState.VERIFIED: "Verified: passed evidence shows that it is there and that it works",
    ControlState.WITHDRAWN: "Withdrawn: it is not done (say why)",
}


class NewHazardsForm(SheetForm):
    """Which hazards a control brings with it, or why none (clause 6.1.2)."""

    hazards = WrittenField(
        label="New hazards",
        required=False,
        help_text="Their references, for example HAZ-006, HAZ-012.",
        limit=REFERENCES_LIMIT,
    )
    none_because = written(
        Control,
        "none_because",
        label="Or: none, because",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    shown_because = forms.CharField(required=False, widget=forms.HiddenInput)
    reason = why_field()

    def __init__(self, *args: Any, product: Product, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._product = product

    def show(self, control: Control, hazards: Iterable[Hazard]) -> None:
        """Carry what is said now into the next try, where somebody else said it meanwhile."""
        sent: Any = self.data
        data = sent.copy()
        data["shown"] = shown_as_text(hazard.pk for hazard in hazards)
        data["shown_because"] = control.none_because
        self.data = data

    def shown_before(self) -> tuple[list[int], str] | None:
        """The hazards and the reason that the page showed; None when the page does not say."""
        keys = [key for key in self.cleaned_data["shown"].split(",") if key]
        if not keys:
            return None
        named = [int(key) for key in keys if key.isdecimal() and fits(key)]
        because = str(self.cleaned_data["shown_because"]).replace("\r\n", "\n")
        return named, because

    def clean_hazards(self) -> list[Hazard]:
        """The hazards that are named."""
        return hazards_named(self._product, split_references(self.cleaned_data["hazards"]))
