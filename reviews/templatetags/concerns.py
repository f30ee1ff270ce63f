"""The way to raise a concern, in the header of every page of who is signed in.

Usage: ``{% load concerns %}{% concern_button %}``.
"""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.template import Context
from django.urls import reverse

from products.permissions import Ability, Standing

register = template.Library()


@register.inclusion_tag("reviews/concerns/_button.html", takes_context=True)
def concern_button(context: Context) -> dict[str, Any]:
    """A link to the box; with script a dialog in place, where a product is at hand. No query.

    Shown to everybody but those who may not raise one on the product at hand.
    """
    request = context.get("request")
    user = getattr(request, "user", None)
    if request is None or user is None or not user.is_authenticated:
        return {"is_shown": False}
    standing = getattr(request, "standing", None)
    at_hand = standing if isinstance(standing, Standing) else None
    if at_hand is not None and at_hand.is_on_team and not at_hand.can(Ability.RAISE_CONCERN):
        return {"is_shown": False}
    product = at_hand.product if at_hand is not None and at_hand.is_on_team else None
    asked = {
        "product": product.slug if product else "",
        "page": request.path,
        "about": str(context.get("heading") or ""),
    }
    return {
        "is_shown": request.path != reverse("concern"),
        "in_place": product is not None,
        "asked": asked,
        "url": f"{reverse('concern')}?{urlencode({key: it for key, it in asked.items() if it})}",
        "csrf_token": context.get("csrf_token"),
    }
