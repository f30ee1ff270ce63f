"""The hazard log as a list: what may be asked of it in the address, counted, sorted.

Pure functions on plain values: no database, no request. ``hazards.log_reading`` reads the lines.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import NamedTuple

from hazards.choices import Acceptability, HazardState, HazardStatus
from hazards.rules import residual_is_needed

IN_THE_LOG = frozenset({HazardState.DRAFT, HazardState.LIVE})
NONE = "none"  # no estimate, no owner, no feature
NOT_NEEDED = "not_needed"
SEARCH_LIMIT = 200  # characters; more is not a search but a paste


class LevelWord(NamedTuple):
    """A step of an axis."""

    pk: int
    word: str
    place: int


class Square(NamedTuple):
    """A risk in the matrix: its class, what that means, and the two levels."""

    class_number: int
    acceptability: str  # an Acceptability
    severity: LevelWord
    likelihood: LevelWord

    @property
    def cell(self) -> str:
        """The square's value in an address and in the matrix picker."""
        return f"{self.severity.pk}:{self.likelihood.pk}"


class LogLine(NamedTuple):
    """What the list needs to know of one hazard to filter, count and sort it."""

    pk: int
    number: int
    reference: str
    display_reference: str
    name: str
    state: str
    status: str
    owner: str  # a person's key, "role:" and a role in words, or ''
    owner_words: str
    family: str
    review_date: date | None
    initial: Square | None
    residual: Square | None
    features: tuple[str, ...]  # references
    has_additional_controls: bool
    has_unverified_controls: bool
    is_shaky: bool  # a control that it relies on does not stand

    @property
    def residual_is_needed(self) -> bool:
        """Whether a residual estimate is asked for (clause 5.1.2)."""
        initial = Acceptability(self.initial.acceptability) if self.initial else None
        return residual_is_needed(initial, self.has_additional_controls)

    @property
    def needs_estimate(self) -> bool:
        """Whether an estimate is missing."""
        return self.initial is None or (self.residual is None and self.residual_is_needed)

    @property
    def is_provisional(self) -> bool:
        """Whether its residual risk relies on a control that does not stand yet."""
        return self.residual is not None and self.is_shaky


@dataclass(frozen=True)
class Wanted:
    """What a person asks of the list. Values are by the names in the address."""

    values: Mapping[str, str] = field(default_factory=dict)
    marks: frozenset[str] = frozenset()
    search: str = ""
    release: str = ""
    sort: str = "reference"

    @property
    def is_everything(self) -> bool:
        """Whether nothing narrows the list."""
        return not (self.values or self.marks or self.search or self.release)


# --- What may be asked ----------------------------------------------------------------------------


def _of_risk(square: Square | None, *, needed: bool = True) -> tuple[str, ...]:
    if square is None:
        return (NONE if needed else NOT_NEEDED,)
    return (str(square.class_number),)


#: Name in the address → the values that a hazard has. A hazard is shown when it has the wanted one.
FACETS: dict[str, Callable[[LogLine], Iterable[str]]] = {
    "state": lambda line: (line.state,),
    "status": lambda line: (line.status,),
    "initial": lambda line: _of_risk(line.initial),
    "residual": lambda line: _of_risk(
        line.residual, needed=line.initial is None or line.residual_is_needed
    ),
    "owner": lambda line: (line.owner or NONE,),
    "feature": lambda line: line.features or (NONE,),
    "family": lambda line: (line.family,) if line.family else (),
    "initial_cell": lambda line: (line.initial.cell,) if line.initial else (),
    "residual_cell": lambda line: (line.residual.cell,) if line.residual else (),
}

#: The facets whose values are offered with how many hazards each would show.
COUNTED = ("state", "status", "initial", "residual", "owner", "feature", "family")

#: Yes-or-no questions: the name in the address (``?needs_estimate=1``) and the test.
MARKS: dict[str, Callable[[LogLine, str, date], bool]] = {
    "mine": lambda line, me, _: line.owner == me,
    "needs_estimate": lambda line, *_: line.needs_estimate,
    "not_acceptable": lambda line, *_: (
        line.residual is not None and line.residual.acceptability != Acceptability.ACCEPTABLE
    ),
    "unverified": lambda line, *_: line.has_unverified_controls,
    "provisional": lambda line, *_: line.is_provisional,
    "overdue": lambda line, _, today: line.review_date is not None and line.review_date < today,
}

_LAST = date.max
_STATUS_ORDER = {status.value: place for place, status in enumerate(HazardStatus)}


def _worst_first(square: Square | None) -> tuple[int, ...]:
    # By class, then by the places of the words; never by a product of numbers. None comes last.
    if square is None:
        return (1,)
    return (0, -square.class_number, -square.severity.place, -square.likelihood.place)


#: The sort's name in the address (with ``-`` before it: the other way round) and its key.
SORTS: dict[str, Callable[[LogLine], tuple[object, ...]]] = {
    "reference": lambda line: (line.number,),
    "initial": lambda line: (_worst_first(line.initial), line.number),
    "residual": lambda line: (_worst_first(line.residual), line.number),
    "status": lambda line: (_STATUS_ORDER.get(line.status, 9), line.number),
    "owner": lambda line: (not line.owner_words, line.owner_words.lower(), line.number),
    "review": lambda line: (line.review_date or _LAST, line.number),
}


def wanted_from(query: Mapping[str, str]) -> Wanted:
    """Read what is wanted from an address. What makes no sense is left out, never an error."""
    values = {
        name: value[:SEARCH_LIMIT] for name in FACETS if (value := query.get(name, "").strip())
    }
    sort = query.get("sort", "")
    return Wanted(
        values=values,
        marks=frozenset(name for name in MARKS if query.get(name) == "1"),
        # A NUL cannot be asked of PostgreSQL, and nothing stored holds one.
        search=" ".join(query.get("q", "").replace("\x00", " ").split())[:SEARCH_LIMIT],
        release=query.get("release", "").strip()[:SEARCH_LIMIT],
        sort=sort if sort.removeprefix("-") in SORTS else "reference",
    )


# --- Filtering, counting, sorting -----------------------------------------------------------------


@dataclass
class Listing:
    """The hazards that were asked for, in order, and what else might be asked."""

    lines: list[LogLine]
    counts: dict[str, Counter[str]]  # by facet: how many each value would show
    marks: Counter[str]  # how many each yes-or-no question would show
    in_the_log: int  # draft and live, whatever was asked


def listing_of(
    lines: Sequence[LogLine],
    wanted: Wanted,
    *,
    me: str,
    today: date,
    only: frozenset[int] | None = None,
) -> Listing:
    """Filter, count and sort. ``only`` are the keys that a search or a release left.

    A facet's counts are of what its values would show beside everything else that is wanted.
    Withdrawn and merged hazards are shown only where their state is asked for.
    """
    facets = [(name, wanted.values[name], FACETS[name]) for name in FACETS if name in wanted.values]
    marks = [MARKS[name] for name in MARKS if name in wanted.marks]
    shown: list[LogLine] = []
    beside: dict[str, list[LogLine]] = {name: [] for name in FACETS}  # shown but for that facet
    for line in lines:
        if only is not None and line.pk not in only:
            continue
        if not all(mark(line, me, today) for mark in marks):
            continue
        missed = [name for name, value, values_of in facets if value not in values_of(line)]
        if "state" not in wanted.values and line.state not in IN_THE_LOG:
            missed.append("state")
        if not missed:
            shown.append(line)
        elif len(missed) == 1:
            beside[missed[0]].append(line)
    _sort(shown, wanted.sort)
    return Listing(
        lines=shown,
        counts={
            name: Counter(chain.from_iterable(map(FACETS[name], chain(shown, beside[name]))))
            for name in COUNTED
        },
        marks=Counter(
            {name: sum(asks(line, me, today) for line in shown) for name, asks in MARKS.items()}
        ),
        in_the_log=sum(line.state in IN_THE_LOG for line in lines),
    )


def _sort(lines: list[LogLine], sort: str) -> None:
    lines.sort(key=SORTS["reference"])
    lines.sort(key=SORTS[sort.removeprefix("-")], reverse=sort.startswith("-"))
