"""Reads that only the REST API needs."""

from collections import defaultdict
from collections.abc import Collection

from products.models import ReleaseFeature


def references_carried(releases: Collection[int]) -> dict[int, list[str]]:
    """The references of the features that each of these releases carries, in their order. One
    query."""
    links = ReleaseFeature.objects.filter(release__in=releases, is_active=True)
    found: dict[int, list[str]] = defaultdict(list)
    for release, reference in links.order_by("feature__number").values_list(
        "release_id", "feature__reference"
    ):
        found[release].append(reference)
    return dict(found)
