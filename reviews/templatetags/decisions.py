"""Decisions on other pages, and the words of their table.

Usage: ``{% load decisions %}{% decisions_about hazard %}``.
"""

from typing import Any

from django import template

from hazards.models import Hazard
from reviews.calendar.rules import months_in_words
from reviews.decisions.page import sign_of
from reviews.decisions.queries import decisions_about as read_about
from reviews.decisions.rules import Effect
from reviews.decisions.shapes import SafeguardReading

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


@register.inclusion_tag("reviews/decisions/_about_hazard.html")
def decisions_about(hazard: Hazard) -> dict[str, Any]:
    """The decisions whose table holds a hazard. Four queries, or one."""
    return {"decisions": read_about(hazard), "product": hazard.product}


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
