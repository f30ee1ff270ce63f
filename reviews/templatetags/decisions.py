"""Decisions on other pages, and the words of their table.

Usage: ``{% load decisions %}{% decisions_about hazard %}``.
"""

from dataclasses import dataclass
from typing import Any

from django import template

from hazards.models import Hazard
from reviews.decision_page import STATES, sign_of
from reviews.decision_queries import decisions_about as read_about
from reviews.decision_rules import Effect
from reviews.decision_shapes import DecisionReading, OptionCell, SafeguardReading
from reviews.rules import months_in_words

register = template.Library()

_TONES = {
    Effect.BETTER: "better",
    Effect.SAME: "same",
    Effect.WORSE: "worse",
    Effect.NEW: "new",
    Effect.UNTOUCHED: "untouched",
    Effect.FIRST: "unsaid",
    Effect.ELSEWHERE: "unsaid",
    Effect.UNSAID: "unsaid",
}


@dataclass(frozen=True)
class DecisionAboutHazard:
    """A decision as a hazard's page names it: what the chosen option does to the hazard."""

    reading: DecisionReading
    cell: OptionCell | None
    tone: str


@register.inclusion_tag("reviews/decisions/_about_hazard.html")
def decisions_about(hazard: Hazard) -> dict[str, Any]:
    """The decisions whose table holds a hazard. About twenty-five queries, or one."""
    found = []
    for reading in read_about(hazard):
        chosen = reading.chosen
        cells = (
            [each for each in chosen.cells if each.row.row.hazard_id == hazard.pk] if chosen else []
        )
        tone = "warn" if reading.to_review else STATES[reading.state]
        found.append(DecisionAboutHazard(reading, cells[0] if cells else None, tone))
    return {"decisions": found, "product": hazard.product}


@register.filter
def effect_sign(effect: Effect) -> str:
    """The sign beside the word of an effect."""
    return sign_of(effect)


@register.filter
def effect_tone(effect: Effect) -> str:
    """The class of an effect: ``effect-…`` in static/css/decisions.css."""
    return _TONES[effect]


@register.filter
def cadence_in_words(reading: SafeguardReading) -> str:
    """How often a cadence comes round."""
    months = reading.safeguard.months
    return months_in_words(months) if months else ""
