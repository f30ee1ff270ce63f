"""Sentences for a synthetic log: many different ones, made from few words, always the same."""

from random import Random

_WHO = [
    "patient",
    "clinician",
    "pharmacist",
    "nurse",
    "carer",
    "receptionist",
    "prescriber",
    "dispenser",
]
_WHAT = [
    "prescription",
    "dose",
    "allergy",
    "result",
    "referral",
    "appointment",
    "record",
    "reminder",
    "letter",
    "identity",
    "interaction",
    "weight",
    "observation",
    "consent",
    "address",
    "order",
    "label",
    "schedule",
    "message",
    "handover",
]
_FAILS = [
    "is missing",
    "is late",
    "is shown twice",
    "is cut off",
    "belongs to somebody else",
    "is out of date",
    "is not saved",
    "is rounded",
    "is sent to the wrong place",
    "contradicts another",
    "cannot be read",
    "stays after it was withdrawn",
    "is changed without a trace",
    "is hidden behind another",
]
_WHEN = [
    "after an update",
    "at the end of a shift",
    "when two people save at once",
    "on a small screen",
    "when the network is slow",
    "after a merge of records",
    "in the night",
    "at the first sign-in",
    "when a value is empty",
    "after midnight on the last day of a month",
]
_HARM = [
    "takes too much of a medicine",
    "is treated too late",
    "has a severe reaction",
    "bleeds",
    "is given a medicine that was stopped",
    "falls",
    "loses trust and stops treatment",
    "has a seizure",
]
_CONTROL = [
    "The system blocks",
    "The system warns before",
    "A second person checks",
    "Training explains",
    "The interface refuses",
    "A daily report lists",
    "A test proves",
    "The screen shows",
]

FAMILIES = tuple(
    f"{group} {kind}"
    for group in ("Medication", "Identity", "Access", "Communication")
    for kind in ("entry", "display", "transfer", "timing", "availability")
)


class Wording:
    """Sentences by chance, from a seed: the same seed makes the same log."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)  # noqa: S311 - nothing here is a secret

    def one(self, words: "list[str] | tuple[str, ...]") -> str:
        """One of them."""
        return self.random.choice(words)

    def name(self) -> str:
        """What could hurt somebody, in a few words."""
        return f"The {self.one(_WHAT)} of a {self.one(_WHO)} {self.one(_FAILS)} {self.one(_WHEN)}"

    def cause(self) -> str:
        """Why it may happen."""
        return f"The {self.one(_WHAT)} {self.one(_FAILS)} because the {self.one(_WHO)} was not told"

    def harm(self) -> str:
        """What it does to somebody."""
        return f"The patient {self.one(_HARM)}"

    def control(self) -> str:
        """What is done about it."""
        return f"{self.one(_CONTROL)} whether the {self.one(_WHAT)} {self.one(_FAILS)}"

    def prose(self, sentences: int) -> str:
        """Some sentences."""
        return " ".join(
            f"{self.name()}, and then the {self.harm().lower()}." for _ in range(sentences)
        )
