"""The list of legacy findings: what came in with a log, and how much of it is left."""

import json
from dataclasses import dataclass

from hazards.actions.quality_legacy import list_legacy
from hazards.choices import FindingLevel
from hazards.models import Finding, LegacyList
from hazards.quality.marks import GRAVITY, entries_of, lists_of
from hazards.quality.registry import signed_lists
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


def _still_found(product: Product) -> dict[tuple[str, str, str], tuple[int, FindingLevel]]:
    rows = Finding.objects.filter(product=product, hazard__isnull=False).values_list(
        "hazard__public_id", "rule", "subject", "hazard__content_version", "level"
    )
    return {
        (str(hazard), rule, subject): (version, FindingLevel(level))
        for hazard, rule, subject, version, level in rows.iterator()
    }


def _left(
    legacy: LegacyList, found: dict[tuple[str, str, str], tuple[int, FindingLevel]]
) -> set[tuple[str, str, str]]:
    left = set()
    for key, listed in entries_of(legacy).items():
        version, level = found.get(key, (None, FindingLevel.INFORMS))
        if version == listed.content_version and GRAVITY[level] <= GRAVITY[listed.level]:
            left.add(key)
    return left


def legacy_of(product: Product) -> list[LegacyReading]:
    """The lists of a product, newest first, with what is left of each. Three queries or so."""
    lists = list(lists_of(product))
    if not lists:
        return []
    signed, found = signed_lists(lists), _still_found(product)
    return [LegacyReading(each, each.pk in signed, len(_left(each, found))) for each in lists]


def read_legacy(legacy: LegacyList) -> list[LegacyEntry]:
    """The findings on a list, in its order, each with whether it is left."""
    left = _left(legacy, _still_found(legacy.product))
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
