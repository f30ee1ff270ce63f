"""Marks of hazards that long lists print often."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hazards.presentation import RiskChip

register = template.Library()


@register.simple_tag
def risk(chip: RiskChip | None) -> SafeString:
    """``components/risk_chip.html`` for a chip; for None, "not estimated"."""
    return _rendered(chip)


# A matrix has a few dozen squares and a log a thousand chips: each is drawn once in a process.
@lru_cache(maxsize=1_000)
def _rendered(chip: RiskChip | None) -> SafeString:
    return render_to_string("components/risk_chip.html", {"estimate": chip})
