"""Questions to the other side, on the page of what they are about.

Usage: ``{% load questions %}{% questions_about product "hazard" hazard.public_id %}``.
"""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from products.models import Product
from products.permissions import Ability, Standing
from reviews.rhythm.forms import AskForm
from reviews.rhythm.question_reading import questions_of, read_questions
from reviews.sides import side_to_ask, sides_spoken_for

register = template.Library()


@register.inclusion_tag("reviews/questions/_about.html", takes_context=True)
def questions_about(
    context: Context, product: Product, kind: str, public_id: Any, label: str = ""
) -> dict[str, Any]:
    """What was asked about a thing, and asking something more. Two queries.

    ``label`` is how the heading names the thing to those who hear it.
    """
    request = context["request"]
    standing = getattr(request, "standing", None)
    roles = standing.roles if isinstance(standing, Standing) else frozenset()
    about = questions_of(product).filter(about_kind=kind, about_id=str(public_id))
    may_ask = isinstance(standing, Standing) and standing.can(Ability.RAISE_CONCERN)
    form = AskForm(
        side=side_to_ask(roles), initial={"kind": kind, "id": str(public_id)}, auto_id="ask-%s"
    )
    return {
        "product": product,
        "label": label,
        "questions": read_questions(product, about),
        "mine": sides_spoken_for(roles),
        "person": standing.person if isinstance(standing, Standing) else None,
        "form": form if may_ask else None,
        "ask_url": reverse("question_ask", args=[product.slug]),
        "csrf_token": context.get("csrf_token"),
    }
