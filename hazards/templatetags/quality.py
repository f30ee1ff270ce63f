"""What the quality rules find on a hazard, for its page.

Usage: ``{% load quality %}{% all_findings_of reading product as quality %}``. The rules run once
for a reading, however often the tag stands on a page.
"""

from django import template

from hazards.quality.of_hazard import HazardFindings, findings_on
from hazards.queries import IN_THE_LOG
from hazards.reading import HazardReading
from products.models import Product

register = template.Library()


@register.simple_tag
def all_findings_of(reading: HazardReading, product: Product) -> HazardFindings:
    """Everything found on a hazard, the gravest first."""
    if reading.hazard.state not in IN_THE_LOG:
        return HazardFindings()
    # On the reading itself: every part of the page that is included has a context of its own.
    kept = vars(reading)
    if "quality" not in kept:
        kept["quality"] = findings_on(reading, product)
    found: HazardFindings = kept["quality"]
    return found
