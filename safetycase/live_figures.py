"""The figures of a product as its home shows them: counted by the database, however long the log.

The report counts from the record itself (``safetycase.figures``). Here the narrow summaries are
grouped instead; a test holds the two against each other.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Count, Q, QuerySet, Value, When

from hazards.choices import ControlState, HazardState
from hazards.matrix_reading import MatrixReading, read_matrix
from hazards.models import ControlLink, HazardSummary
from hazards.queries import IN_THE_LOG, current_matrix
from products.choices import ReleaseState
from products.models import Product, Release
from safetycase.choices import LifecyclePhase
from safetycase.counting import ClassCount, StageCount
from safetycase.queries import release_of_report, was_something_released_before
from safetycase.rules import usual_phase

_IN, _LATER, _UNPLACED = "in scope", "later", "unplaced"


@dataclass(frozen=True)
class LivePlaces:
    """How many hazards belong to the release; each a range, so that it counts as a list does."""

    in_scope: range
    unplaced: range
    later: range


@dataclass(frozen=True)
class LiveFigures:
    """What ``Figures`` says, without a list of the hazards."""

    product: Product
    release: Release | None
    phase: LifecyclePhase
    matrix: MatrixReading | None
    placed: LivePlaces
    initial: StageCount
    residual: StageCount
    without_estimate: int
    states: Counter[str]

    @property
    def hazard_ids(self) -> "QuerySet[HazardSummary, Any]":
        """The keys of the hazards in scope, as a part of another query."""
        return in_scope(self.product, self.release).values("pk")

    def in_state(self, state: HazardState) -> int:
        """How many hazards in scope are in a state of the record."""
        return self.states[state]


@dataclass(frozen=True)
class NextReport:
    """What the next report is about, without a figure."""

    release: Release | None
    phase: LifecyclePhase
    matrix: MatrixReading | None


def next_report_of(product: Product) -> NextReport:
    """The release and the phase that are usual, and the matrix in use. Eight queries at most."""
    release = release_of_report(product)
    version = current_matrix(product)
    return NextReport(
        release=release,
        phase=usual_phase(something_is_released=was_something_released_before(product, release)),
        matrix=read_matrix(version) if version else None,
    )


def live_figures_for(product: Product) -> LiveFigures:
    """The figures for the release that the next report is about. Twelve queries at most."""
    report = next_report_of(product)
    release, matrix = report.release, report.matrix
    places: Counter[str] = Counter()
    states: Counter[str] = Counter()
    without_estimate = 0
    for place, state, needs_estimate, hazards in _places(product, release):
        places[place] += hazards
        if place == _IN:
            states[state] += hazards
            without_estimate += hazards * needs_estimate
    return LiveFigures(
        product=product,
        release=release,
        phase=report.phase,
        matrix=matrix,
        placed=LivePlaces(range(places[_IN]), range(places[_UNPLACED]), range(places[_LATER])),
        initial=_initial(product, release, matrix),
        residual=_residual(product, release, matrix),
        without_estimate=without_estimate,
        states=states,
    )


def in_scope(product: Product, release: Release | None) -> QuerySet[HazardSummary]:
    """The hazards in the log that belong to a release; to none in particular: all."""
    hazards = HazardSummary.objects.filter(product=product, state__in=IN_THE_LOG).order_by()
    return hazards if release is None else hazards.filter(scope_position__lte=release.position)


def _places(product: Product, release: Release | None) -> Iterable[tuple[str, str, bool, int]]:
    place: Value | Case = Value(_IN)
    if release is not None:
        place = Case(
            When(scope_position=None, then=Value(_UNPLACED)),
            When(scope_position__gt=release.position, then=Value(_LATER)),
            default=Value(_IN),
        )
    counted = in_scope(product, None).values(place=place).annotate(hazards=Count("*"))
    return counted.values_list("place", "state", "needs_estimate", "hazards")


def _initial(product: Product, release: Release | None, matrix: MatrixReading | None) -> StageCount:
    counted = _empty(matrix)
    rows = in_scope(product, release).values(
        "initial_severity", "initial_likelihood", "initial_class"
    )
    for row in rows.annotate(hazards=Count("*")).values_list(
        "initial_severity", "initial_likelihood", "initial_class", "hazards"
    ):
        *risk, hazards = row
        counted.hazards += hazards
        if risk[0] is None:
            counted.not_estimated += hazards
        else:
            _add(counted, matrix, risk, hazards, provisional=0)
    return counted


def _residual(
    product: Product, release: Release | None, matrix: MatrixReading | None
) -> StageCount:
    counted = _empty(matrix)
    provisional = Q(is_provisional=True)
    late = _late_controls(product, release)
    if late is not None:
        provisional |= Q(residual_class__isnull=False, pk__in=late)
    not_needed = Q(residual_class=None, residual_is_needed=False, initial_class__isnull=False)
    yes, no = Value(True), Value(False)
    names = ("residual_severity", "residual_likelihood", "residual_class")
    rows = in_scope(product, release).values(
        *names,
        waits=Case(When(provisional, then=yes), default=no),
        rests=Case(When(not_needed, then=yes), default=no),
    )
    for row in rows.annotate(hazards=Count("*")).values_list(*names, "waits", "rests", "hazards"):
        *risk, waits, rests, hazards = row
        counted.hazards += hazards
        if risk[0] is not None:
            _add(counted, matrix, risk, hazards, provisional=hazards * waits)
        elif rests:
            counted.not_needed += hazards
        else:
            counted.not_estimated += hazards
    return counted


def _late_controls(
    product: Product, release: Release | None
) -> "QuerySet[ControlLink, Any] | None":
    """The hazards with a control that the release does not deliver; None where there can be none.

    One query for the releases, which are few; the controls are looked up only where some are late.
    """
    late = Q(state=ReleaseState.WITHDRAWN, released_on=None)
    if release is not None:
        late |= Q(position__gt=release.position)
    releases = list(
        Release.objects.filter(late, product=product).order_by().values_list("pk", flat=True)
    )
    if not releases:
        return None
    links = ControlLink.objects.filter(is_active=True, control__delivered_in__in=releases)
    return links.exclude(control__state=ControlState.WITHDRAWN).order_by().values("hazard")


def _empty(matrix: MatrixReading | None) -> StageCount:
    numbers = sorted(each.number for each in matrix.classes) if matrix else ()
    return StageCount(classes={number: ClassCount(number) for number in numbers})


def _add(
    counted: StageCount,
    matrix: MatrixReading | None,
    risk: list[Any],
    hazards: int,
    *,
    provisional: int,
) -> None:
    severity, likelihood, number = risk
    if matrix is None or severity not in {each.pk for each in matrix.severities}:
        counted.other_matrix += hazards
        return
    of_class = counted.classes[number]
    of_class.hazards += hazards
    of_class.provisional += provisional
    counted.squares[(severity, likelihood)] += hazards
