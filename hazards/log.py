"""The hazard log as a list: what may be asked of it in the address, and how it is counted.

Pure functions on plain values: no database, no request. ``hazards.log_filters`` says the same in
the database's words, ``hazards.log_reading`` reads.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from hazards.choices import HazardState
from hazards.log_columns import columns_from, columns_in_address
from hazards.search.words import SEARCH_LIMIT

IN_THE_LOG = frozenset({HazardState.DRAFT, HazardState.LIVE})
NONE = "none"  # no estimate, no owner, no feature, no control
NOT_NEEDED = "not_needed"
WAITING, STANDING = "waiting", "standing"  # of controls: some do not stand yet, all do

#: Names in the address. A hazard is shown when it has the wanted value.
FACETS = (
    "state",
    "status",
    "initial",
    "residual",
    "controls",
    "owner",
    "feature",
    "family",
    "initial_cell",
    "residual_cell",
)

#: The facets whose values are offered with how many hazards each would show.
COUNTED = FACETS[:-2]

#: Those of a few values each: the database counts every combination of them at once.
COMBINED = FACETS[:5]

#: Yes-or-no questions: names in the address (``?needs_estimate=1``).
MARKS = (
    "mine",
    "needs_estimate",
    "not_acceptable",
    "unverified",
    "provisional",
    "overdue",
    "blocking",
    "changed",
    "to_look_at",
)

#: Sorts by their names in the address; with ``-`` before it the other way round.
SORTS = ("reference", "initial", "residual", "status", "owner", "review")
BEST = "best"  # what says best what is searched for comes first


@dataclass(frozen=True)
class Wanted:
    """What a person asks of the list. Values are by the names in the address."""

    values: Mapping[str, str] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    search: str = ""
    release: str = ""
    sort: str = "reference"
    columns: str = ""  # as the address writes them; '' for the usual ones

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.values or self.marks or self.search or self.release)

    @property
    def usual_sort(self) -> str:
        """How it is sorted where the address does not say."""
        return BEST if self.search else "reference"


def wanted_from(query: Mapping[str, str]) -> Wanted:
    """Read what is wanted from an address. What makes no sense is left out, never an error."""
    # A NUL cannot be asked of PostgreSQL, and nothing stored holds one.
    asked = {name: value.replace("\x00", " ").strip() for name, value in query.items()}
    search = " ".join(asked.get("q", "").split())[:SEARCH_LIMIT]
    sort = asked.get("sort", "")
    return Wanted(
        values={name: value[:SEARCH_LIMIT] for name in FACETS if (value := asked.get(name, ""))},
        marks=frozenset(name for name in MARKS if asked.get(name) == "1"),
        search=search,
        release=asked.get("release", "")[:SEARCH_LIMIT],
        sort=sort if sort.removeprefix("-") in SORTS else BEST if search else "reference",
        columns=columns_in_address(columns_from(query)),
    )


# --- Counting -------------------------------------------------------------------------------------


class Group(NamedTuple):
    """Hazards that are alike in every facet of a few values and in every mark, and how many."""

    state: str
    status: str
    initial: str
    residual: str
    controls: str
    marks: frozenset[str]
    hazards: int


@dataclass
class Counts:
    """How many hazards there are of what may be asked for."""

    shown: int = 0
    facets: dict[str, Counter[str]] = field(
        default_factory=lambda: {name: Counter() for name in COUNTED}
    )
    marks: Counter[str] = field(default_factory=Counter)


def counts_of(groups: Iterable[Group], wanted: Wanted) -> Counts:
    """Count groups of hazards that everything else that is wanted has left.

    A facet's counts are of what its values would show beside everything else that is wanted.
    Withdrawn and merged hazards are shown only where their state is asked for.
    """
    counts = Counts()
    for group in groups:
        if not wanted.marks <= group.marks:
            continue
        missed = [name for name in COMBINED if not _fits(group, name, wanted)]
        for name in missed if len(missed) == 1 else () if missed else COMBINED:
            counts.facets[name][getattr(group, name)] += group.hazards
        if not missed:
            counts.shown += group.hazards
            counts.marks.update(dict.fromkeys(group.marks, group.hazards))
    return counts


def _fits(group: Group, name: str, wanted: Wanted) -> bool:
    if name in wanted.values:
        return bool(getattr(group, name) == wanted.values[name])
    return name != "state" or group.state in IN_THE_LOG
