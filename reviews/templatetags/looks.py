"""That a hazard is to be looked at, on its page.

Usage: ``{% load looks %}{% looks_at hazard %}{% review_due reading product as due %}``.
"""

from typing import Any

from django import template
from django.template import Context

from hazards.models import Hazard
from hazards.queries import IN_THE_LOG
from hazards.reading import HazardReading
from products.models import Product
from products.permissions import Ability, Standing
from reviews.calendar.cadence import HazardDue, dues_of_readings
from reviews.rhythm.forms import LookedForm
from reviews.rhythm.looking import looks_of

register = template.Library()


@register.simple_tag
def review_due(reading: HazardReading, product: Product) -> HazardDue | None:
    """When a hazard is to be looked at and why then; None where it is not in the log.

    No query where the quality rules asked before; else one, and those of the plan.
    """
    return dues_of_readings(product, [reading]).get(reading.hazard.pk)


@register.inclusion_tag("reviews/looks/_panel.html", takes_context=True)
def looks_at(context: Context, hazard: Hazard) -> dict[str, Any]:
    """What asks for a look at the hazard, and saying that one looked. One query."""
    standing = getattr(context["request"], "standing", None)
    may_look = isinstance(standing, Standing) and standing.can(Ability.REVIEW)
    looks = list(looks_of(hazard)) if hazard.state in IN_THE_LOG else []
    return {
        "hazard": hazard,
        "product": hazard.product,
        "looks": looks,
        "form": LookedForm(auto_id="looked-%s") if may_look and looks else None,
        "csrf_token": context.get("csrf_token"),
    }
