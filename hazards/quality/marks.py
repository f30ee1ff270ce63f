"""Which findings count: those that are neither waived nor on a signed list of legacy findings."""

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from django.db.models import QuerySet

from hazards.choices import FindingLevel
from hazards.models import LegacyList, Waiver
from hazards.quality.registry import signed_lists
from hazards.quality.rule import RULES
from products.models import Product

#: Levels from the mildest to the gravest.
GRAVITY = {FindingLevel.INFORMS: 0, FindingLevel.WARNS: 1, FindingLevel.BLOCKS: 2}


class Mark(StrEnum):
    """Whether a finding counts."""

    COUNTS = "counts"
    WAIVED = "waived"
    LEGACY = "legacy"


class Key(NamedTuple):
    """What a finding is told by: its hazard's key (None: the product), its rule, its subject."""

    hazard: int | None
    rule: str
    subject: str


#: The public id of a hazard, a rule and a subject.
LegacyKey = tuple[str, str, str]


class Listed(NamedTuple):
    """An entry of a list of legacy findings: at which content version, and how grave then."""

    content_version: int
    level: FindingLevel


def waivers_of(product: Product) -> QuerySet[Waiver]:
    """The waivers of a product that nobody took back, expired ones too, newest first."""
    return (
        Waiver.objects.filter(product=product, is_active=True)
        .select_related("hazard", "given_by__profile")
        .order_by("-pk")
    )


def waivers_in_force(product: Product, today: datetime.date) -> QuerySet[Waiver]:
    """The waivers that hold on a day: until their last day, inclusive."""
    return waivers_of(product).filter(expires_on__gte=today)


def lists_of(product: Product) -> QuerySet[LegacyList]:
    """The lists of legacy findings of a product, newest first, with who made them."""
    return (
        LegacyList.objects.filter(product=product)
        .select_related("batch", "listed_by__profile")
        .order_by("-pk")
    )


def is_covered(level: FindingLevel, waiver: Waiver) -> bool:
    """Whether a waiver covers a finding as grave as this: one of a warning not what blocks."""
    return GRAVITY[FindingLevel(waiver.level)] >= GRAVITY[level]


@dataclass
class Marks:
    """The waivers and legacy findings that hold on a product, to look findings up in."""

    waivers: dict[Key, Waiver] = field(default_factory=dict)
    legacy: list[Mapping[LegacyKey, Listed]] = field(default_factory=list)

    def of(
        self,
        key: Key,
        level: FindingLevel,
        *,
        hazard_id: object = "",
        content_version: int | None = None,
    ) -> Mark:
        """How a finding is marked. ``hazard_id`` is the hazard's public id.

        A waiver of a warning does not hold once it blocks. What nobody may waive always counts. A
        legacy finding counts in full as soon as its hazard was changed.
        """
        if not self.waivers and not self.legacy:
            return Mark.COUNTS
        rule = RULES.get(key.rule)
        if rule is None or not rule.may_be_waived(key.subject):
            return Mark.COUNTS
        waiver = self.waivers.get(key)
        if waiver is not None and is_covered(level, waiver):
            return Mark.WAIVED
        for entries in self.legacy:
            listed = entries.get((str(hazard_id), key.rule, key.subject))
            if (
                listed is not None
                and listed.content_version == content_version
                and GRAVITY[listed.level] >= GRAVITY[level]
            ):
                return Mark.LEGACY
        return Mark.COUNTS


def marks_on(product: Product, today: datetime.date) -> Marks:
    """Everything that is waived or legacy on a product on a day. Three queries or so."""
    marks = Marks()
    for waiver in waivers_in_force(product, today):
        key = Key(waiver.hazard_id, waiver.rule, waiver.subject)
        other = marks.waivers.get(key)
        # Of two, the one that covers more: an officer's beside the team's of the same warning.
        if other is None or not is_covered(FindingLevel(waiver.level), other):
            marks.waivers[key] = waiver
    lists = list(LegacyList.objects.filter(product=product).defer("entries").order_by("-pk"))
    signed = signed_lists(lists)
    marks.legacy = [entries_with(each.sha256) for each in lists if each.pk in signed]
    return marks


# A list never changes and may be long: it is read once in a process, by the hash of its content.
@lru_cache(maxsize=8)
def entries_with(sha256: str) -> Mapping[LegacyKey, Listed]:
    """The findings on the list with this hash. A query, the first time."""
    text = LegacyList.objects.filter(sha256=sha256).values_list("entries", flat=True)[0]
    return {
        (entry["hazard"], entry["rule"], entry["subject"]): Listed(
            entry["version"], FindingLevel(entry["level"])
        )
        for entry in json.loads(text)
    }


@dataclass
class Totals:
    """How many findings there are, by level where they count, and how many do not count."""

    blocking: int = 0
    warning: int = 0
    informing: int = 0
    waived: int = 0
    legacy: int = 0

    @property
    def all(self) -> int:
        """All findings."""
        return self.blocking + self.warning + self.informing + self.waived + self.legacy


def totals_of(found: Iterable[tuple[FindingLevel, Mark]]) -> Totals:
    """Count findings by their level and mark."""
    counted = Counter(level.value if mark is Mark.COUNTS else mark.value for level, mark in found)
    return Totals(
        blocking=counted[FindingLevel.BLOCKS],
        warning=counted[FindingLevel.WARNS],
        informing=counted[FindingLevel.INFORMS],
        waived=counted[Mark.WAIVED],
        legacy=counted[Mark.LEGACY],
    )
