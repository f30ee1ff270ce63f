"""What pages show of risks and hazards, as the shared components take it."""

from collections.abc import Sequence
from dataclasses import dataclass

from hazards.choices import Acceptability, ControlState, HazardState, HazardStatus
from hazards.models import Estimate

#: Tones of ``components/status.html``.
STATUS_TONES = {HazardStatus.OPEN: "accent", HazardStatus.TRANSFERRED: "violet"}
STATE_TONES = {HazardState.DRAFT: "warn", HazardState.LIVE: "good"}
CONTROL_TONES = {
    ControlState.PROPOSED: "warn",
    ControlState.AGREED: "",
    ControlState.IMPLEMENTED: "accent",
    ControlState.VERIFIED: "good",
}


@dataclass(frozen=True, slots=True)
class RiskChip:
    """A risk as ``components/risk_chip.html`` takes it.

    ``is_provisional`` is None where the question does not arise: for an initial risk.
    """

    number: int
    severity_word: str
    likelihood_word: str
    acceptability: str
    is_provisional: bool | None = None


def chip_of(estimate: Estimate, is_provisional: bool | None = None) -> RiskChip:
    """The chip of an estimate whose levels were read with it."""
    return RiskChip(
        number=estimate.class_number,
        severity_word=estimate.severity.word,
        likelihood_word=estimate.likelihood.word,
        acceptability=Acceptability(estimate.acceptability).label,
        is_provisional=is_provisional,
    )


def in_a_sentence(text: str) -> str:
    """A text as it stands inside a sentence: no full stop, no capital at the start.

    A name or an abbreviation keeps its capitals (``NHS login fails``).
    """
    text = " ".join(text.split()).rstrip(".").rstrip()
    if len(text) > 1 and text[0].isupper() and (text[1].islower() or text[1] == " "):
        return text[0].lower() + text[1:]
    return text


def joined(texts: Sequence[str], *, more: str, most: int = 3) -> str:
    """Texts in one sentence: ``a, b or c``; beyond ``most`` it says how many more there are."""
    parts = [in_a_sentence(text) for text in texts]
    if len(parts) > most:
        rest = len(parts) - most + 1
        parts = [*parts[: most - 1], f"one of {rest} other {more}"]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} or {parts[-1]}"
