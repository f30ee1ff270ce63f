"""What changed since a version was frozen, and what would keep it from being issued now."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils import timezone

from audit.models import Entry
from products.models import Product, Release
from safetycase.choices import LifecyclePhase
from safetycase.comparison import Comparison, compare
from safetycase.issuing_rules import hazards_not_ready
from safetycase.models import Baseline
from safetycase.snapshot import draft_document, take_snapshot
from safetycase.versions.reading import snapshot_of

#: Entries of these say nothing that a snapshot holds.
_NOT_IN_A_SNAPSHOT = (
    "audit.accessevent",
    "safetycase.baseline",
    "safetycase.issue",
    "safetycase.renderedpdf",
)
#: How far back the ids of entries may be given out that are not committed yet.
_LATE = 1_000


@dataclass(frozen=True)
class Since:
    """A version against the record as it is now; ``gaps`` are about the hazards of its release, and
    the plan that they are judged by."""

    changes: Comparison
    gaps: list[str]


def read_since(
    baseline: Baseline,
    product: Product,
    *,
    release: Release | None = None,
    phase: LifecyclePhase | None = None,
) -> Since:
    """Compare a version with the record now, for its own release and phase unless told otherwise.

    Reads everything: about fifty queries.
    """
    live = take_snapshot(
        product=product,
        release=release or baseline.release,
        phase=phase or LifecyclePhase(baseline.phase),
        document=draft_document(made_at=baseline.frozen_at, made_by=""),
    )
    changes = compare(snapshot_of(baseline), live, baseline.projection)
    gaps = hazards_not_ready(live)
    if live["plan"] is None:
        gaps.append("No clinical risk management plan is in force.")
    return Since(changes, gaps)


def changes_since(
    baseline: Baseline, product: Product, *, release: Release | None = None
) -> Comparison:
    """What matters for safety and differs between a version and the record as it is now, for the
    version's own release unless told otherwise.

    For pages: remembered until the record of the product changes, and for a day at most (an
    assumption may end with a day). Whoever issues a version reads it anew.
    """
    about = f"{baseline.public_id}:{release.public_id if release else 'its-own'}"
    key = f"changes-voices-since:{about}:{timezone.localdate()}:{_record_of(product)}"
    found: Comparison | None = cache.get(key)
    if found is None:
        found = read_since(baseline, product, release=release).changes
        cache.set(key, found, timeout=24 * 3600)
    return found


def _record_of(product: Product) -> str:
    """A mark that differs whenever something was entered in the record of a product.

    The newest id alone would miss an entry that is committed after one with a higher id.
    """
    entries = Entry.objects.filter(scope=product.scope).exclude(model__in=_NOT_IN_A_SNAPSHOT)
    newest = entries.order_by("-pk").values_list("pk", flat=True).first() or 0
    return f"{newest}:{entries.filter(pk__gt=newest - _LATE).count()}"
