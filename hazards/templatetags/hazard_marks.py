"""Marks of hazards that long lists print often.

What is printed follows from a few values that can be compared, so it is drawn once in a process
and remembered by them: nothing has to be told when a hazard changes, since its values differ then.
"""

from functools import lru_cache

from django import template
from django.conf import settings
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from hazards.log_reading import LogRow
from hazards.presentation import RiskChip

register = template.Library()

_PRODUCTS_ROWS = 4_000  # of about 3 kB each: what two or three large logs show in a day


@register.simple_tag
def risk(chip: RiskChip | None) -> SafeString:
    """``components/risk_chip.html`` for a chip; for None, "not estimated"."""
    return _chip(chip)


# A matrix has a few dozen squares and a log a thousand chips.
@lru_cache(maxsize=1_000)
def _chip(chip: RiskChip | None) -> SafeString:
    return render_to_string("components/risk_chip.html", {"estimate": chip})


@register.simple_tag(takes_context=True)
def log_row(context: Context, row: LogRow) -> SafeString:
    """``hazards/_log_row.html`` for a row in which nothing was touched."""
    # Whoever works on the template wants to see it as it is now.
    draw = _row.__wrapped__ if settings.DEBUG else _row
    return draw(
        row,
        tuple(context["columns"]),
        context["quality_url"],
        bool(context["can_edit"]),
        bool(context["can_estimate"]),
        bool(context["can_govern"]),
    )


@lru_cache(maxsize=_PRODUCTS_ROWS)
def _row(
    row: LogRow,
    columns: tuple[str, ...],
    quality_url: str,
    can_edit: bool,
    can_estimate: bool,
    can_govern: bool,
) -> SafeString:
    values = {"quality_url": quality_url, "can_edit": can_edit, "can_estimate": can_estimate}
    more = {"row": row, "columns": columns, "can_govern": can_govern, "touched": ""}
    return render_to_string("hazards/_log_row.html", values | more)
