"""Which two versions are compared: issued ones, attempts, and the record as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from products.models import Product
from safetycase.choices import LifecyclePhase
from safetycase.comparison import Comparison, compare
from safetycase.models import Baseline
from safetycase.snapshot import Snapshot, draft_document, take_snapshot
from safetycase.versions.page import name_of
from safetycase.versions.reading import baselines_of, snapshot_of

NOW = "now"


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a version, or the record now (no baseline)."""

    value: str  # as the address has it
    label: str
    baseline: Baseline | None


def sides_of(product: Product) -> list[Side]:
    """Everything that can be compared, the record now first, then the newest version."""
    frozen = [Side(_value(each), _label(each), each) for each in baselines_of(product)]
    return [Side(NOW, "the record now", None), *frozen]


def compare_url(product: Product, old: Baseline, new: Baseline | None = None) -> str:
    """The page that compares a version with another one, or with the record now."""
    query = {"from": _value(old), "to": _value(new) if new else NOW}
    return f"{reverse('version_compare', args=[product.slug])}?{urlencode(query)}"


def chosen_sides(sides: Sequence[Side], old: str, new: str) -> tuple[Side, Side] | None:
    """The two sides that are asked for: the newest issued version and now unless told otherwise.

    None when there is no such side, or nothing to compare with.
    """
    by_value = {each.value: each for each in sides}
    issued = [each for each in sides if each.value.isdigit()]
    before = by_value.get(old) if old else next(iter(issued), None)
    after = by_value.get(new or NOW)
    if before is None or after is None or before.baseline is None:
        return None
    return before, after


def compare_sides(old: Side, new: Side, product: Product) -> Comparison:
    """What differs, by the older side's projection; with now, for the older side's release."""
    if old.baseline is None:
        raise ValueError("the older side is a version")
    before = old.baseline
    after = _live(before, product) if new.baseline is None else snapshot_of(new.baseline)
    projection = before.projection
    if new.baseline is not None:
        projection = min(projection, new.baseline.projection)
    return compare(snapshot_of(before), after, projection)


def _live(baseline: Baseline, product: Product) -> Snapshot:
    return take_snapshot(
        product=product,
        release=baseline.release,
        phase=LifecyclePhase(baseline.phase),
        document=draft_document(made_at=timezone.now(), made_by=""),
    )


def _is_issued(baseline: Baseline) -> bool:
    return hasattr(baseline, "issue")


def _value(baseline: Baseline) -> str:
    return str(baseline.number) if _is_issued(baseline) else str(baseline.public_id)


def _label(baseline: Baseline) -> str:
    state = "" if _is_issued(baseline) else ", not issued"
    return f"{name_of(baseline)} of release {baseline.release.label}{state}"
