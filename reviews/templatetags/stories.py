"""The stories of a hazard's controls, for its page.

Usage: ``{% load stories %}{% stories_behind reading control as stories %}``. One query for a
reading, however many controls it has.
"""

from django import template

from hazards.models import Control
from hazards.reading import HazardReading
from reviews.models import Story
from reviews.stories.reading import stories_on

register = template.Library()


@register.simple_tag
def stories_behind(reading: HazardReading, control: Control) -> list[Story]:
    """The stories that a control became."""
    return stories_on([reading]).get(control.pk, [])
