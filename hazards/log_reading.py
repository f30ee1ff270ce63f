"""What the hazard log page reads: the hazards of one page as rows, and what else may be asked.

The number of queries is the same for ten hazards and for ten thousand.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet

from hazards.choices import Acceptability, ControlState, HazardStatus
from hazards.log import BEST, IN_THE_LOG, NONE, Counts, counts_of
from hazards.log_filters import OF_A_ROLE, Asked, in_order
from hazards.log_marks import marks_of
from hazards.models import (
    Control,
    ControlLink,
    Hazard,
    HazardFeature,
    HazardSummary,
    LikelihoodLevel,
    SeverityLevel,
)
from hazards.presentation import STATUS_TONES, RiskChip
from hazards.review_days import ReviewDay, Reviewing, reviewing_of
from hazards.search.matching import where_said
from hazards.search.words import Segment
from products.models import Feature, Product, Release

PER_PAGE = 50

_HAZARD = ("pk", "number", "hazard__reference", "hazard__imported_reference", "hazard__name")
_SUMMARY = (
    "state",
    "status",
    "owner__profile__name",
    "owner_role",
    "family",
    "review_date",
    "residual_is_needed",
    "needs_estimate",
    "controls_not_standing",
    "harm",
    "causes",
    "controls",
    "controls_verified",
    "findings_blocking",
    "findings_warning",
    "content_version",
    "approved_version",
    "hazard__search_document__body",
)
_CHIP = ("class_number", "severity__word", "likelihood__word", "acceptability")


def features_in_order(product: Product) -> list[Feature]:
    """The features of a product, without what their own page needs. One query."""
    return list(Feature.objects.filter(product=product, is_active=True).order_by("number"))


def releases_newest_first(product: Product) -> list[Release]:
    """The releases of a product. One query."""
    return list(Release.objects.filter(product=product).order_by("-position"))


# --- What there is --------------------------------------------------------------------------------


@dataclass
class Listing:
    """How many hazards fit what was asked for, and what else might be asked."""

    counts: Counts
    owners: dict[str, str]  # names and roles by their values in an address
    states: Counter[str]  # of the whole log, whatever was asked
    approved: int  # hazards of the newest issued version

    @property
    def in_the_log(self) -> int:
        """How many hazards are draft or live, whatever was asked."""
        return sum(self.states[state] for state in IN_THE_LOG)

    @property
    def classes(self) -> list[str]:
        """The numbers of the classes that hazards have."""
        counted = {*self.counts.facets["initial"], *self.counts.facets["residual"]}
        return sorted(value for value in counted if value.isdecimal())


def listing_of(asked: Asked) -> Listing:
    """Count what was asked for and what else may be. Two queries."""
    counts = counts_of(asked.groups(), asked.wanted)
    listing = Listing(counts, owners={}, states=Counter(), approved=0)
    names: dict[str, str] = {}
    references = {str(each.pk): each.reference for each in asked.features}
    for what, value, words, hazards in asked.tallies():
        if what == "everything":
            listing.states[value] = hazards
        elif what == "approved":
            listing.approved = hazards
        elif what == "name":
            names[value] = words
        elif what == "owner":
            owner = value or (f"{OF_A_ROLE}{words}" if words else NONE)
            counts.facets["owner"][owner] += hazards
        else:
            counts.facets[what][references.get(value, value)] += hazards
    for owner in counts.facets["owner"]:
        if owner != NONE:
            listing.owners[owner] = names.get(owner, owner.removeprefix(OF_A_ROLE))
    return listing


# --- The rows of one page -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ControlCount:
    """A hazard's controls in use, counted for its row."""

    total: int = 0
    verified: int = 0
    not_standing: int = 0

    @property
    def words(self) -> str:
        """For example ``5 of 6 verified``."""
        if not self.total:
            return "none"
        if not self.verified and self.not_standing:
            return f"{self.not_standing} not verified"
        return f"{self.verified} of {self.total} verified"

    @property
    def tone(self) -> str:
        """A class of the style sheet."""
        if not self.total:
            return "muted"
        if not self.not_standing:
            return "good"
        return "" if self.verified else "warn"


@dataclass(frozen=True, slots=True)
class LogRow:
    """One row of the table, ready to print: all that is printed, so that rows that are equal
    look the same.

    ``since_approval`` is ``changed``, ``same``, ``new`` or '' (nothing was approved yet).
    ``name_pieces`` and ``snippet`` mark what was searched for; both are empty without a search.
    """

    pk: int
    number: int
    reference: str
    display_reference: str
    name: str
    state: str
    family: str
    status_words: str
    status_tone: str
    owner: str
    review_date: date | None  # that somebody set
    review_on: date | None  # that counts
    review_why: str  # why, where it is not the day that somebody set
    days_overdue: int
    initial: RiskChip | None
    residual: RiskChip | None
    residual_is_needed: bool
    needs_estimate: bool
    harm: str
    causes: int
    controls: ControlCount
    findings_blocking: int
    findings_warning: int
    since_approval: str
    features: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()  # what packages above say waits (``log_marks``)
    text: str = field(default="", compare=False, repr=False)  # all of the hazard's; not printed
    name_pieces: tuple[Segment, ...] = ()
    snippet: tuple[Segment, ...] = ()

    @property
    def is_in_the_log(self) -> bool:
        """Whether it is draft or live, so that it may be worked on."""
        return self.state in IN_THE_LOG


def page_of(listing: Listing, number: str) -> "Page[int]":
    """The page of that number, or the nearest that there is. No query; it holds places only."""
    return Paginator(range(listing.counts.shown), PER_PAGE).get_page(number)


def rows_of_page(asked: Asked, page: "Page[int]", *, has_approved: bool) -> list[LogRow]:
    """The rows of a page, in the order that was asked for. Two queries and those of the reviews;
    one more where they are in an order that no column has."""
    start = page.start_index() - 1
    if page.paginator.count == 0:
        return []
    place = slice(start, start + PER_PAGE)
    wanted = asked.wanted
    reads = Reads(asked.today, has_approved, asked.reviewing)
    if wanted.sort == BEST or wanted.sort.removeprefix("-") == "review":
        ordered = (
            _best_of(asked, page.paginator.count) if wanted.sort == BEST else by_review_day(asked)
        )
        shown = ordered[place]
        summaries = HazardSummary.objects.filter(pk__in=shown)
        rows = {row.pk: row for row in log_rows(summaries, reads)}
        in_their_order = [rows[pk] for pk in shown if pk in rows]
    else:
        of_page = in_order(asked.rows(), wanted.sort)[place].values("pk")
        summaries = in_order(HazardSummary.objects.filter(pk__in=of_page), wanted.sort)
        in_their_order = log_rows(summaries, reads)
    return [_marked(row, wanted.search) for row in in_their_order]


def _best_of(asked: Asked, shown: int) -> Sequence[int]:
    """The keys of what is shown (so many), the best first. A query where not all is that fits."""
    if shown == len(asked.found):
        return asked.found
    keys = set(asked.rows().values_list("pk", flat=True))
    return [key for key in asked.found if key in keys]


def by_review_day(asked: Asked) -> list[int]:
    """The keys of what is shown by the day on which it is due, those without one last.

    The other way round where that is asked. One query, and those of the reviews.
    """
    days = asked.reviewing.days()
    found = [
        (on is None, on or date.max, number, key)
        for key, number, said in asked.rows().values_list("pk", "number", "review_date")
        for on in [days[key].on if key in days else said]
    ]
    found.sort(reverse=asked.wanted.sort.startswith("-"))
    return [key for *_, key in found]


def _marked(row: LogRow, search: str) -> LogRow:
    if not search:
        return row
    said = where_said(row.name, row.text, search)
    return replace(row, name_pieces=tuple(said.name), snippet=tuple(said.snippet))


def row_of_hazard(product: Product, hazard: int, today: date) -> LogRow:
    """The row of one hazard, by its key, as the list shows it. Three queries and the reviews'."""
    summaries = HazardSummary.objects.filter(product=product)
    has_approved = summaries.filter(approved_version__isnull=False).exists()
    reads = Reads(today, has_approved, reviewing_of(product))
    [row] = log_rows(summaries.filter(pk=hazard), reads)
    return row


class Reads(NamedTuple):
    """What rows are read with.

    ``has_approved``: whether anything of the log was approved, so that other hazards are new.
    """

    today: date
    has_approved: bool
    reviewing: Reviewing


def log_rows(summaries: QuerySet[HazardSummary], reads: Reads) -> list[LogRow]:
    """The rows of these hazards, in their order. Two queries, and those of marks and reviews."""
    names = [
        *_HAZARD,
        *_SUMMARY,
        *(f"hazard__worst_{stage}__{name}" for stage in ("initial", "residual") for name in _CHIP),
    ]
    read = list(summaries.values(*names))
    keys = [values["pk"] for values in read]
    touched, marks = _features_by_hazard(keys), marks_of(keys)
    days = reads.reviewing.days(keys) if keys else {}
    return [
        replace(row, marks=marks[row.pk]) if row.pk in marks else row
        for row in (_row(each, touched[each["pk"]], days, reads) for each in read)
    ]


def _row(
    values: dict[str, Any],
    features: Collection[str],
    days: Mapping[int, ReviewDay],
    reads: Reads,
) -> LogRow:
    status = HazardStatus(values["status"])
    due = days.get(values["pk"], ReviewDay(values["review_date"], ""))
    reference = values["hazard__reference"]
    not_standing = values["controls_not_standing"]
    return LogRow(
        pk=values["pk"],
        number=values["number"],
        reference=reference,
        display_reference=values["hazard__imported_reference"] or reference,
        name=values["hazard__name"],
        state=values["state"],
        family=values["family"],
        status_words=status.label,
        status_tone=STATUS_TONES.get(status, ""),
        owner=values["owner__profile__name"] or values["owner_role"],
        review_date=values["review_date"],
        review_on=due.on,
        review_why=due.why,
        days_overdue=max((reads.today - due.on).days, 0) if due.on else 0,
        initial=_chip(values, "initial", None),
        # Nothing is confirmed while an estimate is missing or a new matrix has moved one.
        residual=_chip(
            values, "residual", None if values["needs_estimate"] else bool(not_standing)
        ),
        residual_is_needed=(
            values["hazard__worst_initial__class_number"] is None or values["residual_is_needed"]
        ),
        needs_estimate=values["needs_estimate"],
        harm=values["harm"],
        causes=values["causes"],
        controls=ControlCount(values["controls"], values["controls_verified"], not_standing),
        findings_blocking=values["findings_blocking"],
        findings_warning=values["findings_warning"],
        since_approval=_since(values, reads.has_approved),
        features=tuple(features),
        text=values["hazard__search_document__body"] or "",
    )


def _since(values: dict[str, Any], has_approved: bool) -> str:
    if values["approved_version"] is None:
        return "new" if has_approved and values["state"] in IN_THE_LOG else ""
    return "same" if values["approved_version"] == values["content_version"] else "changed"


def _chip(values: dict[str, Any], stage: str, is_provisional: bool | None) -> RiskChip | None:
    number, severity, likelihood, acceptability = (
        values[f"hazard__worst_{stage}__{name}"] for name in _CHIP
    )
    if number is None:
        return None
    words = Acceptability(acceptability).label
    return RiskChip(number, severity, likelihood, words, is_provisional)


def _features_by_hazard(keys: Collection[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {key: [] for key in keys}
    links = HazardFeature.objects.filter(
        hazard__in=keys, is_active=True, feature__is_active=True
    ).order_by("feature__number")
    for hazard, title in links.values_list("hazard_id", "feature__title"):
        found[hazard].append(title)
    return found


# --- Words and controls ---------------------------------------------------------------------------


def words_of_square(product: Product, cell: str) -> str:
    """The words of a square of the matrix, as an address names it; '' for none. Two queries."""
    keys = [int(part) if part.isascii() and part.isdecimal() else 0 for part in cell.split(":")]
    if len(keys) != 2 or max(keys) >= 2**63:
        return ""
    severity = SeverityLevel.objects.filter(matrix__product=product, pk=keys[0]).first()
    likelihood = LikelihoodLevel.objects.filter(matrix__product=product, pk=keys[1]).first()
    return f"{severity.word} · {likelihood.word}" if severity and likelihood else ""


def controls_that_say(hazard: Hazard, text: str, *, most: int) -> list[Control]:
    """Controls of the product that do not act on the hazard yet and say all these words."""
    found: QuerySet[Control] = Control.objects.filter(product=hazard.product_id).exclude(
        state=ControlState.WITHDRAWN
    )
    acting = ControlLink.objects.filter(hazard=hazard, is_active=True).values("control")
    for word in text.split():
        found = found.filter(Q(text__icontains=word) | Q(reference__icontains=word))
    return list(found.exclude(pk__in=acting).order_by("number")[:most])
