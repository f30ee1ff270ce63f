"""The part of the safety charter that applies where somebody is about to decide.

Usage: ``{% load charter %}{% quoted_charter product "decision" %}`` with one of the moments
decision, estimate, acceptance, gate. Its styles stand in ``surfaces.css``, which every page has.
"""

from typing import Any

from django import template

from products.models import Product
from reviews.charter.quotes import MOMENTS, charter_lines, plan_line
from reviews.charter.reading import charter_in_force
from reviews.plan.quotes import NO_PLAN_QUOTED, PlanQuoted, quoted_plan

register = template.Library()


@register.inclusion_tag("reviews/charter/_quoted.html")
def quoted_charter(
    product: Product, moment: str, in_force: PlanQuoted | None = None
) -> dict[str, Any]:
    """What the plan says and what both sides agreed, in two to four lines.

    About twenty queries, however long the charter is; ten fewer with the plan in force as somebody
    read it. Raises ``TemplateSyntaxError`` for a moment
    that there is not.
    """
    for known in MOMENTS:
        if known == moment:
            break
    else:
        raise template.TemplateSyntaxError(f"There is no moment {moment}: {', '.join(MOMENTS)}.")
    plan, charter = in_force or quoted_plan(product), charter_in_force(product)
    return {
        "product": product,
        "plan": plan,
        "plan_line": plan_line(plan, known) if plan else NO_PLAN_QUOTED,
        "charter": charter.charter if charter else None,
        "lines": charter_lines(charter, known) if charter else [],
    }
