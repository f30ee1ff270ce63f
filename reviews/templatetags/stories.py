"""Stories on other pages: of a hazard's controls, and of a feature.

Usage: ``{% load stories %}{% stories_behind reading control as stories %}``, one query for a
reading, however many controls it has; ``{% feature_stories feature %}``.
"""

from typing import Any

from django import template
from django.template import Context

from hazards.models import Control
from hazards.reading import HazardReading
from products.models import Feature
from products.permissions import Ability, Standing
from reviews.models import Story
from reviews.stories.reading import stories_of, stories_on

register = template.Library()


@register.simple_tag
def stories_behind(reading: HazardReading, control: Control) -> list[Story]:
    """The stories that a control became."""
    return stories_on([reading]).get(control.pk, [])


@register.inclusion_tag("reviews/stories/_of_feature.html", takes_context=True)
def feature_stories(context: Context, feature: Feature) -> dict[str, Any]:
    """The stories of a feature that are kept, those without a clinical reason first. One query."""
    standing = getattr(context["request"], "standing", None)
    stories = list(stories_of(feature.product).filter(feature=feature, is_active=True))
    stories.sort(key=lambda each: (each.control_id is not None, not each.is_open))
    return {
        "feature": feature,
        "product": feature.product,
        "stories": stories,
        "without": sum(each.control_id is None for each in stories),
        "may_write": isinstance(standing, Standing) and standing.can(Ability.WRITE_STORIES),
    }
