"""Where the things of a product's record have a page."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.urls import reverse

from audit.timeline import TimelineAct
from products.models import Product


@dataclass(frozen=True)
class PageOf:
    """The name of an address, the way to what it takes after the slug, and a place on the page."""

    name: str
    takes: str = ""
    anchor: str = ""  # with {} for what ``anchored_by`` leads to
    anchored_by: str = ""


def _on_hazard(way: str = "hazard__", anchor: str = "") -> PageOf:
    return PageOf("hazard_detail", f"{way}reference", anchor)


#: By the model's label. A thing that is shown as a part of another leads to that one's page.
PAGES: dict[str, PageOf] = {
    "hazards.hazard": _on_hazard(""),
    "hazards.harm": _on_hazard(),
    "hazards.cause": _on_hazard(),
    "hazards.estimate": _on_hazard(),
    "hazards.assumption": _on_hazard(),
    "hazards.hazardfeature": _on_hazard(),
    "hazards.controllink": _on_hazard(),
    "hazards.newhazardlink": _on_hazard(),
    "hazards.control": PageOf(
        "hazard_detail", "links__hazard__reference", "control-{}", anchored_by="reference"
    ),
    "hazards.evidence": _on_hazard("control_links__control__links__hazard__"),
    "hazards.evidencelink": _on_hazard("control__links__hazard__"),
    "hazards.matrixversion": PageOf("risk_matrix"),
    "hazards.importbatch": PageOf("import_report", "public_id"),
    "reviews.hazardreview": _on_hazard(),
    "safetycase.section": PageOf("section", "key"),
    "products.product": PageOf("product_home"),
    "products.intendeduse": PageOf("intended_use_version", "number"),
    "products.membership": PageOf("team"),
    "products.feature": PageOf("feature_detail", "reference"),
    "products.release": PageOf("release_detail", "label"),
    "products.releasefeature": PageOf("release_detail", "release__label"),
}


def add_links(acts: Iterable[TimelineAct], product: Product) -> None:
    """Let each change lead to the page of its thing. One query for each kind of thing."""
    changes = [change for act in acts for change in act.changes]
    wanted: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        wanted[change.model].add(change.object_id)
    found = {label: _addresses(label, keys, product) for label, keys in wanted.items()}
    for change in changes:
        change.url = found[change.model].get(change.object_id, "")


def _addresses(label: str, keys: Collection[int], product: Product) -> dict[int, str]:
    page = PAGES.get(label)
    if page is None:
        return {}
    if not page.takes:
        address = reverse(page.name, args=[product.slug])
        return dict.fromkeys(keys, address)
    model: Any = apps.get_model(label)
    ways = [page.takes, page.anchored_by] if page.anchored_by else [page.takes]
    rows = model.objects.filter(pk__in=keys).order_by("pk", page.takes).values_list("pk", *ways)
    addresses: dict[int, str] = {}
    for key, value, *anchor in rows:
        if value is None or key in addresses:  # a part of several: it leads to the first
            continue
        place = f"#{page.anchor.format(*anchor)}" if page.anchor else ""
        addresses[key] = reverse(page.name, args=[product.slug, value]) + place
    return addresses
