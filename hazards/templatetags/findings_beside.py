"""What the quality rules find on a hazard, put beside the very thing that it is about.

Usage: ``{% findings_about page.reading product cause %}`` beside a cause, harm or control, and
``{% other_findings page.reading product "causes" "controls" %}`` at the head of a part, for what is
about none of the things below it.
"""

from typing import Any

from django import template

from audit.tracked import Tracked
from hazards.quality.of_hazard import ANCHORS, ShownFinding
from hazards.reading import HazardReading
from hazards.templatetags.quality import all_findings_of
from products.models import Product

register = template.Library()

#: The fields that have a place on the page; what is found elsewhere stands above everything.
PLACED = frozenset(ANCHORS)


@register.inclusion_tag("hazards/quality/_at_field.html")
def findings_about(reading: HazardReading, product: Product, part: Tracked) -> dict[str, Any]:
    """The findings about one cause, harm or control of the hazard."""
    wanted = str(part.public_id)
    found = all_findings_of(reading, product).all
    return {"findings": [each for each in found if _about(each) == wanted], "product": product}


@register.inclusion_tag("hazards/quality/_at_field.html")
def other_findings(reading: HazardReading, product: Product, *fields: str) -> dict[str, Any]:
    """The findings at these fields that are about no cause, harm or control of the hazard."""
    rows: list[Tracked] = [*reading.causes, *reading.harms]
    rows += [each.control for each in reading.controls]
    parts = {str(row.public_id) for row in rows}
    found = all_findings_of(reading, product).at(*fields)
    return {"findings": [each for each in found if _about(each) not in parts], "product": product}


@register.inclusion_tag("hazards/quality/_at_field.html")
def unplaced_findings(reading: HazardReading, product: Product) -> dict[str, Any]:
    """The findings at a field that has no part on the page: none of them may be lost."""
    found = all_findings_of(reading, product).all
    return {"findings": [each for each in found if each.field not in PLACED], "product": product}


def _about(finding: ShownFinding) -> str:
    """The public id of what a finding is about, or another word of its rule."""
    return finding.subject.partition(":")[2]
