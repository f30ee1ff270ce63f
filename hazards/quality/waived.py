"""Waivers beside what the rules found last: what each is about, and whether it covers that."""

from collections.abc import Iterable

from django.db.models import Q

from hazards.choices import FindingLevel
from hazards.models import Finding, Waiver
from hazards.quality.marks import Key, is_covered
from products.models import Product


def found_where_waived(product: Product, waivers: Iterable[Waiver]) -> dict[Key, Finding]:
    """What the rules found last where something is waived. One query."""
    those = list(waivers)
    hazards = {each.hazard_id for each in those if each.hazard_id is not None}
    rows = (
        Finding.objects.filter(product=product, rule__in={each.rule for each in those})
        .filter(Q(hazard=None) | Q(hazard__in=hazards))
        .order_by()
    )
    return {Key(row.hazard_id, row.rule, row.subject): row for row in rows}


def holds(waiver: Waiver, found: Finding | None) -> bool:
    """Whether a waiver covers what the rules found: one of a warning not what blocks by now."""
    return found is None or is_covered(FindingLevel(found.level), waiver)


def with_whether_they_hold(
    product: Product, waivers: Iterable[Waiver]
) -> list[tuple[Waiver, bool]]:
    """Each of these waivers with whether it covers what the rules found last. One query."""
    those = list(waivers)
    found = found_where_waived(product, those)
    return [
        (each, holds(each, found.get(Key(each.hazard_id, each.rule, each.subject))))
        for each in those
    ]
