"""What of the log was approved: the content of each hazard in the newest issued version.

Versions are made above; the package that makes them says here what the newest one held.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Mapping

from hazards.models import HazardSummary
from hazards.summaries import portions
from products.models import Product

#: Given a product: the content version of each hazard that its newest issued version holds.
Approved = Callable[[Product], Mapping[uuid.UUID, int]]

_sources: list[Approved] = []


def register_approved(source: Approved) -> Approved:
    """Ask this source what was approved; the last one that knows a hazard counts."""
    if source not in _sources:
        _sources.append(source)
    return source


def approved_of(product: Product) -> dict[uuid.UUID, int]:
    """The approved content version of each hazard by public id; none where none was approved."""
    return {key: version for source in _sources for key, version in source(product).items()}


def refresh_approved(product: Product) -> None:
    """Store on each summary what was approved. Called whenever a version is issued."""
    approved = approved_of(product)
    summaries = HazardSummary.objects.filter(product=product)
    wanted: dict[int | None, list[int]] = defaultdict(list)
    for key, public_id, stored in summaries.values_list(
        "pk", "hazard__public_id", "approved_version"
    ):
        if approved.get(public_id) != stored:
            wanted[approved.get(public_id)].append(key)
    for version, keys in wanted.items():
        for portion in portions(keys):
            summaries.filter(pk__in=portion).update(approved_version=version)
