"""The list of legacy findings: what came in with a log, and how much of it is left."""

import json
from dataclasses import dataclass

from hazards.actions.quality_legacy import list_legacy
from hazards.choices import FindingLevel
from hazards.models import Hazard, LegacyList
from hazards.quality.marks import LegacyKey, entries_with, lists_of
from hazards.quality.registry import signed_lists
from hazards.queries import IN_THE_LOG
from products.models import Product

__all__ = ["LegacyEntry", "LegacyReading", "legacy_of", "list_legacy", "read_legacy"]


@dataclass(frozen=True)
class LegacyEntry:
    """One finding on a list, in the words of that day."""

    rule: str
    reference: str
    level: FindingLevel
    message: str
    is_left: bool


@dataclass(frozen=True)
class LegacyReading:
    """A list, whether it is signed, and how many of its findings are left."""

    legacy: LegacyList
    is_signed: bool
    left: int

    @property
    def burnt_down(self) -> int:
        """How many of its findings are gone, or count in full because their hazard changed."""
        return self.legacy.count - self.left


def _versions(product: Product) -> dict[str, int]:
    """The content version of every hazard in the log, by its public id."""
    rows = Hazard.objects.filter(product=product, state__in=IN_THE_LOG).order_by()
    return {str(key): version for key, version in rows.values_list("public_id", "content_version")}


def _left(legacy: LegacyList, versions: dict[str, int]) -> set[LegacyKey]:
    """What nobody has touched since: its hazard is in the log as it came in."""
    return {
        key
        for key, listed in entries_with(legacy.sha256).items()
        if versions.get(key[0]) == listed.content_version
    }


def legacy_of(product: Product) -> list[LegacyReading]:
    """The lists of a product, newest first, with what is left of each. Three queries or so."""
    lists = list(lists_of(product).defer("entries"))
    if not lists:
        return []
    signed, versions = signed_lists(lists), _versions(product)
    return [LegacyReading(each, each.pk in signed, len(_left(each, versions))) for each in lists]


def read_legacy(legacy: LegacyList) -> list[LegacyEntry]:
    """The findings on a list, in its order, each with whether it is left."""
    left = _left(legacy, _versions(legacy.product))
    return [
        LegacyEntry(
            rule=entry["rule"],
            reference=entry["reference"],
            level=FindingLevel(entry["level"]),
            message=entry["message"],
            is_left=(entry["hazard"], entry["rule"], entry["subject"]) in left,
        )
        for entry in json.loads(legacy.entries)
    ]
