"""What pages of products show of hazards.

Usage: ``{% load hazard_links %}{% feature_hazards feature standing %}``.
"""

from typing import Any

from django import template
from django.template import Context

from hazards.choices import Acceptability, HazardState, HazardStatus
from hazards.presentation import STATUS_TONES, chip_of
from hazards.queries import (
    hazards_of,
    hazards_touched_by,
    in_scope_of,
    with_additional,
    with_confirmation,
)
from hazards.rules import residual_is_needed
from products.models import Feature, Release
from products.permissions import Ability, Standing

register = template.Library()


@register.inclusion_tag("hazards/_feature_hazards.html", takes_context=True)
def feature_hazards(context: Context, feature: Feature, standing: Standing) -> dict[str, Any]:
    """The hazards that a feature touches, with their risks, and a way to link and unlink them."""
    hazards = with_additional(with_confirmation(hazards_touched_by(feature)))
    return {
        "feature": feature,
        "product": standing.product,
        "rows": [_row(hazard) for hazard in hazards],
        "may_link": standing.can(Ability.LINK_FEATURES),
        "csrf_token": context.get("csrf_token"),
    }


def _row(hazard: Any) -> dict[str, Any]:
    initial, residual = hazard.worst_initial, hazard.worst_residual
    is_draft = hazard.state == HazardState.DRAFT
    return {
        "hazard": hazard,
        "initial": chip_of(initial) if initial else None,
        "residual": chip_of(residual, hazard.is_provisional) if residual else None,
        "residual_is_needed": initial is None
        or residual_is_needed(Acceptability(initial.acceptability), hazard.has_additional),
        "word": "Draft" if is_draft else hazard.get_status_display(),
        "tone": "warn" if is_draft else STATUS_TONES.get(HazardStatus(hazard.status), ""),
    }


@register.inclusion_tag("hazards/_release_hazards.html")
def release_hazards(release: Release, standing: Standing) -> dict[str, Any]:
    """How many hazards are in scope of a release, and the way to them in the log."""
    return {
        "release": release,
        "product": standing.product,
        "count": in_scope_of(hazards_of(release.product), release).count(),
    }
