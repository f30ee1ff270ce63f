"""A page of a product's history: acts, newest first, each by what it touched."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from accounts.history import page_of
from audit.models import Entry
from audit.timeline import TimelineAct, acts_of
from products.models import Product
from safetycase.history_filter import HistoryFilter, entries_of
from safetycase.history_links import add_links

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
    by name is shown whole. The number of queries depends on the kinds of things, not on how many.
    """
    entries = entries_of(product, wanted)
    if wanted.act is not None:
        acts, earlier = page_of(entries, before)
        add_links(acts, product)
        return HistoryPage(acts, earlier)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    newest = list(entries.order_by("-pk").values_list("pk", "act")[:LOOKED_AT])
    chosen, earlier = _whole_acts(newest)
    acts = _shown(chosen)
    for act in acts:
        keys = chosen[UUID(act.id)].keys
        if len(keys) > SHOWN_OF_ACT:
            act.all_url = f"?{urlencode(as_query(wanted) | {'act': act.id})}"
            more = " or more" if keys[-1] == newest[-1][0] and len(newest) == LOOKED_AT else ""
            act.all_words = f"All {len(keys):,}{more} entries of this act"
    add_links(acts, product)
    return HistoryPage(acts, earlier)


def _whole_acts(newest: Sequence[tuple[int, UUID]]) -> tuple[dict[UUID, _Act], int | None]:
    """The acts of a page with their entries, and where the next page begins."""
    chosen: dict[UUID, _Act] = {}
    shown = 0
    for place, (key, act) in enumerate(newest):
        if act not in chosen:
            if len(chosen) == MOST_ACTS or shown >= ENOUGH_SHOWN:
                return chosen, newest[place - 1][0]
            chosen[act] = _Act()
        chosen[act].keys.append(key)
        shown += len(chosen[act].keys) <= SHOWN_OF_ACT
    return chosen, newest[-1][0] if len(newest) == LOOKED_AT else None


def _shown(chosen: dict[UUID, _Act]) -> list[TimelineAct]:
    # The first ones of an act, which are its oldest.
    keys = [key for act in chosen.values() for key in act.keys[-SHOWN_OF_ACT:]]
    # An act whose first entries are bookkeeping is there all the same, with the way to the rest.
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
