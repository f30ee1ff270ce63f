"""A page of a product's history: acts, newest first, each by what it touched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from accounts.history import page_of
from audit.models import Entry
from audit.timeline import TimelineAct, acts_of
from products.models import Product
from safetycase.history.filter import HistoryFilter, RecordKind, entries_of
from safetycase.history.links import add_links

MOST_ACTS = 30  # on a page
ENOUGH_SHOWN = 100  # entries on a page; the act that reaches it is the last one
SHOWN_OF_ACT = 15  # an import touches thousands of things: the rest has a page of its own
LOOKED_AT = 3_000  # entries, of which only number and act are read


@dataclass(frozen=True)
class HistoryPage:
    """Acts, and where the earlier page begins (None at the end)."""

    acts: list[TimelineAct]
    earlier: int | None


@dataclass
class _Act:
    keys: list[int] = field(default_factory=list)


def history_of(product: Product, wanted: HistoryFilter, before: int | None = None) -> HistoryPage:
    """The page that begins before an entry, of the newest.

    A large act is shown by its first entries and leads to the rest of it; one that is asked for
    by its id is shown whole. The number of queries depends on the kinds of things, not on how many.
    """
    entries = entries_of(product, wanted)
    if wanted.act is not None:
        acts, earlier = page_of(entries, before)
        page = HistoryPage(acts, earlier)
    else:
        if before is not None:
            entries = entries.filter(pk__lt=before)
        newest = list(entries.order_by("-pk").values_list("pk", "act")[:LOOKED_AT])
        page = _page(newest, wanted)
    add_links((change for act in page.acts for change in act.changes), product)
    return page


def _page(newest: Sequence[tuple[int, UUID]], wanted: HistoryFilter) -> HistoryPage:
    # Of a hazard most entries only count that something on it changed, and show nothing.
    chosen, earlier = _whole_acts(newest, pool=4 if wanted.kind is RecordKind.HAZARDS else 1)
    acts = _shown(chosen)
    for act in acts:
        keys = chosen[UUID(act.id)].keys
        if len(keys) > SHOWN_OF_ACT:
            act.all_url = f"?{urlencode(as_query(wanted) | {'act': act.id})}"
            more = " or more" if keys[-1] == newest[-1][0] and len(newest) == LOOKED_AT else ""
            act.all_words = f"All {len(keys):,}{more} entries of this act"
    # An act that begins with bookkeeping is there all the same, with the way to the rest of it.
    visible = [act for act in acts if act.changes or act.all_url]
    if len(visible) > MOST_ACTS:
        earlier = chosen[UUID(visible[MOST_ACTS].id)].keys[0] + 1
    return HistoryPage(visible[:MOST_ACTS], earlier)


def _whole_acts(
    newest: Sequence[tuple[int, UUID]], pool: int
) -> tuple[dict[UUID, _Act], int | None]:
    """The acts of as many pages as ``pool`` with their entries, and where the next page begins."""
    chosen: dict[UUID, _Act] = {}
    shown = 0
    for place, (key, act) in enumerate(newest):
        if act not in chosen:
            if len(chosen) == MOST_ACTS * pool or shown >= ENOUGH_SHOWN * pool:
                return chosen, newest[place - 1][0]
            chosen[act] = _Act()
        chosen[act].keys.append(key)
        shown += len(chosen[act].keys) <= SHOWN_OF_ACT
    return chosen, newest[-1][0] if len(newest) == LOOKED_AT else None


def _shown(chosen: dict[UUID, _Act]) -> list[TimelineAct]:
    # The first entries of an act, which are its oldest.
    keys = [key for act in chosen.values() for key in act.keys[-SHOWN_OF_ACT:]]
    return acts_of(Entry.objects.filter(pk__in=keys).order_by("-pk"), with_empty=True)


def as_query(wanted: HistoryFilter) -> dict[str, str]:
    """What is asked for as the parameters of an address."""
    asked = {
        "q": wanted.words,
        "person": str(wanted.person or ""),
        "kind": wanted.kind.value if wanted.kind else "",
        "since": wanted.since.isoformat() if wanted.since else "",
        "until": wanted.until.isoformat() if wanted.until else "",
        "act": str(wanted.act or ""),
    }
    return {name: value for name, value in asked.items() if value}
