"""A hazard in two voices: what it means for patients, and what it means for the product.

Nothing is stored for the patients' voice until somebody says it in words of its own: until then the
hazard's sentence and its harm speak.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hazards.models import Harm, Hazard
from hazards.presentation import in_a_sentence, joined


@dataclass(frozen=True)
class Voices:
    """Both voices of a hazard; ``for_product`` is '' where nobody has said it."""

    for_patients: str
    for_product: str
    is_own_sentence: bool  # the patients' voice is the hazard's own sentence and harm


def voices_of(hazard: Hazard, harms: Sequence[Harm]) -> Voices:
    """Both voices. No query."""
    said = hazard.for_patients.strip()
    return Voices(
        for_patients=said or own_sentence(hazard.name, hazard.effect, [h.text for h in harms]),
        for_product=hazard.for_product.strip(),
        is_own_sentence=not said,
    )


def own_sentence(name: str, effect: str, harms: Sequence[str]) -> str:
    """The hazard and its harm in one sentence, as patients meet it: the causes are left out."""
    hazard = " ".join(name.split()).rstrip(".").rstrip()
    so_that = f", so that {in_a_sentence(effect)}" if effect.strip() else ""
    harm = f": {joined(harms, more='harms')}" if harms else ""
    return f"{hazard}{so_that}{harm}."
