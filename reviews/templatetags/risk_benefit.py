"""What was weighed of a hazard's unacceptable risk, on pages of lower packages too.

Usage: ``{% load risk_benefit %}{% risk_benefits_of risk product %}`` with an ``AcceptedRisk``.
"""

from collections.abc import Collection
from typing import Any

from django import template

from products.models import Product
from products.permissions import Ability, Standing
from reviews.acceptance.reading import AcceptedRisk
from reviews.risk_benefit.reading import weighable

register = template.Library()


@register.inclusion_tag("reviews/risk_benefit/_of_hazard.html", takes_context=True)
def risk_benefits_of(
    context: dict[str, Any],
    risk: AcceptedRisk,
    product: Product,
    among: Collection[int] | None = None,
) -> dict[str, Any]:
    """The analyses of a hazard's unacceptable risks, and a button that begins one where that may
    help. No query where none is unacceptable, else one; none where a page with many hazards gives
    the keys of the estimates that may be weighed."""
    unacceptable = risk.unacceptable
    at_work = {
        each.analysis.estimate_id
        for each in risk.analyses
        if each.is_open or each.bears or each.re_appraises
    }
    may = (
        weighable(unacceptable)
        if among is None
        else [each for each in unacceptable if each.pk in among]
    )
    request = context.get("request")
    standing = getattr(request, "standing", None)
    may_write = isinstance(standing, Standing) and standing.can(Ability.WRITE_RISK_BENEFIT)
    return {
        "risk": risk,
        "hazard": risk.hazard,
        "product": product,
        "csrf_token": context.get("csrf_token"),
        "may_begin": may_write and any(each.pk not in at_work for each in may),
        "is_beyond": len(may) < len(unacceptable),
        "is_shown": bool(unacceptable),
    }
