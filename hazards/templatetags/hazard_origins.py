"""What a hazard's page says of merges and splits: ``{% hazard_origins hazard as origins %}``."""

from django import template

from hazards.models import Hazard
from hazards.origins import Origins, origins_of

register = template.Library()


@register.simple_tag
def hazard_origins(hazard: Hazard) -> Origins:
    """The merges and splits of a hazard. One query."""
    return origins_of(hazard)
