"""The tabs of the product at hand. They cost no query: the view has asked for the standing."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from products.permissions import Ability, Standing

#: Label, the address that it leads to, and the ability that shows it.
TABS = (
    ("Overview", "product_home", Ability.READ),
    ("Hazard log", "hazard_log", Ability.READ),
    ("Features", "feature_list", Ability.READ),
    ("Releases", "release_list", Ability.READ),
    ("Reviews", "review_list", Ability.READ),
    ("Safety case", "safety_case", Ability.READ),
    ("Team", "team", None),
)


def product_navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the product at hand and its tabs, as (label, url, is_current)."""
    standing = getattr(request, "standing", None)
    if not isinstance(standing, Standing):
        return {}
    tabs = []
    for label, name, ability in TABS:
        if ability is not None and not standing.can(ability):
            continue
        url = reverse(name, args=[standing.product.slug])
        tabs.append((label, url, _is_current(request.path, url, name)))
    return {"product": standing.product, "product_navigation": tabs}


def _is_current(path: str, url: str, name: str) -> bool:
    # The overview's address is the beginning of all others.
    return path == url if name == "product_home" else path.startswith(url)
