"""What a page shows of the tracker: ``{% load trackers %}{% feature_tickets feature %}``."""

from typing import Any

from django import template

from products.models import Feature
from products.trackers.reading import tickets_of

register = template.Library()


@register.inclusion_tag("products/trackers/_tickets.html")
def feature_tickets(feature: Feature) -> dict[str, Any]:
    """The tickets and pull requests of a feature, or the link that somebody typed. One query."""
    return {"feature": feature, "tickets": list(tickets_of(feature)[:20])}
