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

#: What stands under a tab on a line of its own: label and address, the tab's own first.
SECTIONS = {
    "hazard_log": (
        ("Log", "hazard_log"),
        ("Controls", "control_list"),
        ("Quality", "quality"),
        ("Challenge me", "challenge"),
        ("Traceability", "traceability"),
        ("Risk matrix", "risk_matrix"),
        ("Library", "hazard_library"),
    ),
}


def product_navigation(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the product at hand, its tabs and what stands under the current one, each
    as (label, url, is_current)."""
    standing = getattr(request, "standing", None)
    if not isinstance(standing, Standing):
        return {}
    tabs, sections = [], []
    for label, name, ability in TABS:
        if ability is not None and not standing.can(ability):
            continue
        url = reverse(name, args=[standing.product.slug])
        below = _sections(request.path, name, standing)
        is_current = any(current for *_, current in below) or _is_current(request.path, url, name)
        tabs.append((label, url, is_current))
        if is_current:
            sections = below
    return {
        "product": standing.product,
        "product_navigation": tabs,
        "product_sections": sections,
    }


def _sections(path: str, tab: str, standing: Standing) -> list[tuple[str, str, bool]]:
    """What stands under a tab, as (label, url, is_current)."""
    found = []
    for label, name in SECTIONS.get(tab, ()):
        url = reverse(name, args=[standing.product.slug])
        found.append((label, url, _is_current(path, url, name)))
    return found


def _is_current(path: str, url: str, name: str) -> bool:
    # The overview's address is the beginning of all others.
    return path == url if name == "product_home" else path.startswith(url)
