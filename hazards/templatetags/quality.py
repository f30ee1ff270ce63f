"""What the quality rules find, beside the field that it concerns.

Usage: ``{% load quality %}{% findings_of reading product "harms" %}``; several fields may be named.
The rules run once for a reading, however often the tag stands on a page.
"""

from typing import Any

from django import template

from hazards.quality.of_hazard import HazardFindings, findings_on
from hazards.queries import IN_THE_LOG
from hazards.reading import HazardReading
from products.models import Product

register = template.Library()


def _found(reading: HazardReading, product: Product) -> HazardFindings:
    if reading.hazard.state not in IN_THE_LOG:
        return HazardFindings()
    # On the reading itself: every part of the page that is included has a context of its own.
    kept = vars(reading)
    if "quality" not in kept:
        kept["quality"] = findings_on(reading, product)
    found: HazardFindings = kept["quality"]
    return found


@register.inclusion_tag("hazards/quality/_at_field.html")
def findings_of(reading: HazardReading, product: Product, *fields: str) -> dict[str, Any]:
    """The findings at these fields of a hazard, each with its rule and what to do."""
    return {"findings": _found(reading, product).at(*fields), "product": product}


@register.simple_tag
def all_findings_of(reading: HazardReading, product: Product) -> HazardFindings:
    """Everything found on a hazard: ``{% all_findings_of reading product as quality %}``."""
    return _found(reading, product)
