"""The hazard log's controls, ready to print: pills, choices, sort headings, addresses."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from hazards.choices import HazardState, HazardStatus
from hazards.log import MARKS, NONE, NOT_NEEDED, SORTS, STANDING, WAITING, Wanted
from hazards.log_reading import Listing, words_of_square
from products.models import Feature, Product, Release

MARK_WORDS = {
    "mine": "Mine",
    "needs_estimate": "Needs estimate",
    "not_acceptable": "Residual not acceptable as it is",
    "unverified": "Controls not verified",
    "provisional": "Provisional",
    "overdue": "Review overdue",
    "blocking": "Findings that block",
    "changed": "Changed since approval",
    "to_look_at": "To look at",
}
_SORT_WORDS = {
    "reference": "Ref",
    "initial": "Initial",
    "residual": "Residual",
    "owner": "Owner",
    "status": "Status",
    "review": "Review",
}


@dataclass(frozen=True)
class Pill:
    """A filter that is switched on and off by a link (``components/facet_bar.html``)."""

    label: str
    count: int | None
    url: str
    is_on: bool
    id: str


@dataclass(frozen=True)
class Option:
    """One value that a choice offers."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class Choice:
    """A facet as a list to choose from."""

    name: str
    label: str
    options: list[Option]
    is_on: bool


@dataclass(frozen=True)
class Heading:
    """A column's heading; ``url`` sorts by it, the other way round when it is sorted by already."""

    label: str
    url: str
    direction: str  # ascending, descending or ''
    id: str


def address(wanted: Wanted, **changes: str) -> str:
    """The address of the list with some of what is wanted changed; '' takes a value away."""
    asked = {
        "q": wanted.search,
        **wanted.values,
        **dict.fromkeys(sorted(wanted.marks), "1"),
        "release": wanted.release,
        "sort": wanted.sort if wanted.sort != wanted.usual_sort else "",
        "columns": wanted.columns,
    }
    return f"?{urlencode({name: value for name, value in (asked | changes).items() if value})}"


def pills(wanted: Wanted, listing: Listing, product: Product) -> list[Pill]:
    """The quick filters, those that would show nothing left out. No query but for squares."""
    made = []
    for name in MARKS:
        is_on, count = name in wanted.marks, listing.counts.marks[name]
        if is_on or count:
            url = address(wanted, **{name: "" if is_on else "1"})
            made.append(Pill(MARK_WORDS[name], count, url, is_on, f"pill-{name}"))
    transferred = HazardStatus.TRANSFERRED
    is_on = wanted.values.get("status") == transferred
    count = listing.counts.facets["status"][transferred]
    if is_on or count:
        url = address(wanted, status="" if is_on else transferred.value)
        made.append(Pill(transferred.label, count, url, is_on, "pill-transferred"))
    return made + _cell_pills(wanted, listing, product)


def _cell_pills(wanted: Wanted, listing: Listing, product: Product) -> list[Pill]:
    # A square of a heat map led here: say which, and let it be taken away.
    made = []
    for name in ("initial_cell", "residual_cell"):
        if name not in wanted.values:
            continue
        stage = name.removesuffix("_cell").title()
        words = words_of_square(product, wanted.values[name]) or "a square with no hazard"
        url = address(wanted, **{name: ""})
        made.append(Pill(f"{stage}: {words}", listing.counts.shown, url, True, f"pill-{name}"))
    return made


def choices(
    wanted: Wanted, listing: Listing, *, features: Sequence[Feature], releases: Sequence[Release]
) -> list[Choice]:
    """The facets to choose from, each value with how many hazards it would show."""
    owners = sorted(listing.owners.items(), key=lambda pair: pair[1].lower())
    families = sorted(listing.counts.facets["family"], key=str.lower)
    classes = {number: f"Class {number}" for number in listing.classes}
    risks = classes | {NONE: "Not estimated"}
    offered: dict[str, tuple[str, dict[str, str]]] = {
        "state": ("State", dict(HazardState.choices)),
        "status": ("Status", dict(HazardStatus.choices)),
        "initial": ("Initial risk", risks),
        "residual": ("Residual risk", risks | {NOT_NEEDED: "Not needed"}),
        "controls": (
            "Controls",
            {WAITING: "Some do not stand yet", STANDING: "All stand", NONE: "None"},
        ),
        "owner": ("Owner", dict(owners) | {NONE: "Nobody"}),
        "feature": (
            "Feature",
            {each.reference: f"{each.reference} {each.title}" for each in features}
            | {NONE: "No feature"},
        ),
        "family": ("Family", {family: family for family in families}),
    }
    made = [
        _choice(name, label, words, wanted.values.get(name, ""), listing.counts.facets[name])
        for name, (label, words) in offered.items()
    ]
    made.append(_release_choice(wanted, releases))
    return [choice for choice in made if choice.options]


#: A value of an address that no hazard beside the other filters has.
_UNKNOWN = "None of these"


def _choice(
    name: str, label: str, words: Mapping[str, str], chosen: str, counts: Mapping[str, int]
) -> Choice:
    if chosen and chosen not in words:
        words = {**words, chosen: _UNKNOWN}
    options = [
        Option(value, f"{text} ({counts[value]:,})", value == chosen)
        for value, text in words.items()
        if counts[value] or value == chosen
    ]
    return Choice(name, label, options, is_on=bool(chosen))


def _release_choice(wanted: Wanted, releases: Sequence[Release]) -> Choice:
    options = [
        Option(release.label, release.label, release.label == wanted.release)
        for release in releases
    ]
    return Choice("release", "In scope of", options, is_on=bool(wanted.release))


def headings(wanted: Wanted) -> dict[str, Heading]:
    """The sortable columns by name."""
    made = {}
    for name in SORTS:
        direction = ""
        then = name
        if wanted.sort == name:
            direction, then = "ascending", f"-{name}"
        elif wanted.sort == f"-{name}":
            direction = "descending"
        # The worst risk first is a descending order to those who are told of it.
        if direction and name in ("initial", "residual"):
            direction = "descending" if direction == "ascending" else "ascending"
        sort = "" if then == wanted.usual_sort else then
        made[name] = Heading(_SORT_WORDS[name], address(wanted, sort=sort), direction, f"by-{name}")
    return made


def counts_in_words(listing: Listing) -> str:
    """How many hazards there are, for the heading: ``12 hazards · 3 drafts · 1 withdrawn``."""
    total = listing.in_the_log
    draft, out = listing.states[HazardState.DRAFT], listing.states.total() - total
    words = [f"{total:,} hazard{'' if total == 1 else 's'}"]
    if draft:
        words.append(f"{draft:,} draft{'' if draft == 1 else 's'}")
    if out:
        words.append(f"{out:,} no longer in the log")
    return " · ".join(words)
