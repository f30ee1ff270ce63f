"""Forms by which people sign, reject and withdraw. Each signature asks for the credential anew."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.forms import SheetForm, WrittenField
from reviews.acceptance.reading import AcceptedRisk
from reviews.actions.acceptances import Accepting

COMMENT_LIMIT = 2_000  # characters, as a signature stores it
WHY_LIMIT = 5_000


def password_field() -> forms.CharField:
    """The field for one's password. Nothing keeps it, and a page that comes back is without it."""
    return forms.CharField(
        label="Your password",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text="It proves that it is you who signs. It is asked for each time and not kept.",
        error_messages={"required": "Type your password: without it nothing is signed."},
    )


def read_field(label: str = "I have read what I sign") -> forms.BooleanField:
    """The tick that one has read."""
    return forms.BooleanField(
        label=label, error_messages={"required": "Tick this once you have read it."}
    )


class SigningForm(SheetForm):
    """A form with a password; ``seen`` is what was on screen, a fingerprint for each subject."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen: list[str] = self.data.get("seen", "").split()

    def read_again(self) -> None:
        """Take the tick back: what is on the page now may be new."""
        self.data = {name: self.data[name] for name in self.data if name != "has_read"}


class SignForm(SigningForm):
    """A signature, with a comment where there is something to say."""

    comment = WrittenField(
        label="Comment (optional)",
        required=False,
        limit=COMMENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It is kept with your signature, and printed with it.",
    )
    has_read = read_field()
    password = password_field()


class RejectForm(SheetForm):
    """Why one refuses to sign."""

    reason = WrittenField(
        label="Why",
        limit=WHY_LIMIT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What has to change before you sign. Its author reads it.",
    )


class WithdrawForm(SigningForm):
    """Why one takes a signature back."""

    reason = WrittenField(
        label="Why",
        limit=COMMENT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stands beside your signature from now on.",
    )
    password = password_field()


class AcceptancesForm(SigningForm):
    """Every risk that the person may accept, with a tick and a why; one password for all."""

    has_read = read_field("I have read each risk that I ticked")
    password = password_field()

    def __init__(self, *args: Any, risks: Sequence[AcceptedRisk], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.risks = {risk.hazard.pk: risk for risk in risks}
        for key, risk in self.risks.items():
            reference = risk.hazard.display_reference
            self.fields[f"accept_{key}"] = forms.BooleanField(
                label=f"Accept the residual risk of {reference}", required=False
            )
            self.fields[f"why_{key}"] = WrittenField(
                label="Why further reduction is impractical",
                required=False,
                limit=WHY_LIMIT,
                initial=risk.hazard.justification,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean(self) -> dict[str, Any]:
        """Something is ticked, each with its why, and nothing that is no longer to be accepted."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self._ticked_in_vain():
            self.add_error(
                None,
                "A risk that you ticked no longer waits for you: somebody accepted it or estimated "
                "it anew while you read. Nothing was signed. Read the page as it is now.",
            )
        elif not self._ticked():
            self.add_error(None, "Tick at least one risk to accept. Nothing was signed.")
        for key in self._ticked():
            name = f"why_{key}"
            if name not in self.errors and not cleaned[name]:
                reference = self.risks[key].hazard.display_reference
                self.add_error(name, f"Say for {reference} why further reduction is impractical.")
        return cleaned

    def accepting(self) -> list[Accepting]:
        """What the person accepts, with the version of each hazard that was on screen."""
        return [
            Accepting(
                self.risks[key].hazard,
                self.cleaned_data[f"why_{key}"],
                _version(self.data.get(f"seen_{key}", "")),
            )
            for key in self._ticked()
        ]

    def _ticked(self) -> list[int]:
        return [key for key in self.risks if self.cleaned_data.get(f"accept_{key}")]

    def _ticked_in_vain(self) -> bool:
        return any(
            name.startswith("accept_") and name not in self.fields and self.data.get(name)
            for name in self.data
        )


def _version(text: str) -> int:
    """The version that a form carries; 0, which nothing has, for what is none."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
