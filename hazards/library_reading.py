"""How a product's log covers the hazard library: what is used, set aside, not looked at."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from hazards.choices import HazardState
from hazards.library import LibraryEntry, LibraryFamily, library
from hazards.models import Hazard, NotApplicable
from hazards.queries import IN_THE_LOG
from products.models import Product


@dataclass
class EntryCoverage:
    """An entry and the hazards that were drafted from it."""

    entry: LibraryEntry
    hazards: list[Hazard] = field(default_factory=list)

    @property
    def live(self) -> int:
        """How many of its hazards are live."""
        return sum(each.state == HazardState.LIVE for each in self.hazards)


@dataclass
class FamilyCoverage:
    """A family: what the log has of it, or why it does not concern the product."""

    family: LibraryFamily
    entries: list[EntryCoverage]
    others: int = 0  # hazards of the family that no entry was used for
    set_aside: NotApplicable | None = None

    @property
    def hazards(self) -> int:
        """How many hazards in the log are of the family."""
        return self.others + sum(len(each.hazards) for each in self.entries)

    @property
    def used(self) -> int:
        """How many of its entries were used."""
        return sum(bool(each.hazards) for each in self.entries)

    @property
    def is_open(self) -> bool:
        """Whether nobody has used it or set it aside."""
        return not self.hazards and self.set_aside is None

    @property
    def words(self) -> str:
        """Its state in words."""
        if self.hazards:
            return "In the log"
        return "Not applicable" if self.set_aside else "Not looked at"

    @property
    def tone(self) -> str:
        """The tone of its state."""
        if self.hazards:
            return "good"
        return "" if self.set_aside else "warn"


def coverage_of(product: Product) -> list[FamilyCoverage]:
    """Every family with what the log has of it. Three queries, whatever the log's size."""
    in_the_log = Hazard.objects.filter(product=product, state__in=IN_THE_LOG)
    by_entry: dict[str, list[Hazard]] = defaultdict(list)
    for hazard in (
        in_the_log.exclude(library_entry="")
        .only("number", "reference", "imported_reference", "state", "library_entry")
        .order_by("number")
    ):
        by_entry[hazard.library_entry].append(hazard)
    by_family: dict[str, int] = defaultdict(int)
    for name, count in (
        in_the_log.filter(library_entry="")
        .exclude(family="")
        .order_by()
        .values_list("family")
        .annotate(count=Count("pk"))
    ):
        by_family[name.strip().casefold()] += count
    aside = {
        each.family: each for each in NotApplicable.objects.filter(product=product, is_active=True)
    }
    return [
        FamilyCoverage(
            family,
            [EntryCoverage(entry, by_entry.get(entry.key, [])) for entry in family.entries],
            others=by_family.get(family.name.casefold(), 0),
            set_aside=aside.get(family.key),
        )
        for family in library()
    ]


def open_families(product: Product) -> list[str]:
    """The names of the families that are neither used nor set aside."""
    return [each.family.name for each in coverage_of(product) if each.is_open]
