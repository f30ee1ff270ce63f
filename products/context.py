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
    ("Decisions", "decision_list", Ability.READ),
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
    "feature_list": (
        ("Features", "feature_list"),
        ("Triage", "triage_list"),
        ("Changes", "change_list"),
        ("Stories", "story_list"),
        ("Glossary", "glossary"),
    ),
    "decision_list": (
        ("Decisions", "decision_list"),
        ("Charter", "charter"),
        ("Risk–benefit", "risk_benefit_list"),
        ("Questions", "question_list"),
        ("Where are we apart?", "apart"),
    ),
    "review_list": (
        ("Calendar", "review_list"),
        ("Sessions", "workshop_list"),
        ("Checkpoints", "checkpoint_list"),
        ("Actions", "action_list"),
        ("Concerns", "concern_list"),
        ("Acceptance", "acceptances"),
        ("Plan", "plan"),
    ),
    "team": (("Team", "team"), ("Tokens", "token_list"), ("Trackers", "tracker_list")),
}

#: Pages whose address does not begin as that of what they belong to: what leads to them, and the
#: first part of their own after the product's.
ALSO = {
    "product_home": ("movement/", "trend/", "missing/", "history/", "intended-use/", "settings/"),
    "hazard_log": ("log/",),
    "review_list": ("sign-offs/",),
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
        is_current = _is_current(request.path, standing, name) or any(each[2] for each in below)
        tabs.append((label, url, is_current))
        if is_current:
            sections = below
    return {
        "product": standing.product,
        "product_navigation": tabs,
        "product_sections": sections,
    }


def _sections(path: str, tab: str, standing: Standing) -> list[tuple[str, str, bool]]:
    """What stands under a tab, as (label, url, is_current); for those who read the product."""
    if not standing.can(Ability.READ):
        return []
    found = [
        (label, reverse(name, args=[standing.product.slug]), _is_current(path, standing, name))
        for label, name in SECTIONS.get(tab, ())
    ]
    # One may stand below another one's address: the longer one is meant.
    nearest = max((url for _, url, is_current in found if is_current), key=len, default="")
    return [(label, url, url == nearest) for label, url, _ in found]


def _is_current(path: str, standing: Standing, name: str) -> bool:
    home = standing.product.get_absolute_url()
    if any(path.startswith(home + beginning) for beginning in ALSO.get(name, ())):
        return True
    url = reverse(name, args=[standing.product.slug])
    # The overview's address is the beginning of all others.
    return path == url if name == "product_home" else path.startswith(url)
