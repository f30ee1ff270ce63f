"""What another version of the matrix does to estimates that stand: nothing is rewritten.

An estimate is *carried* where the other version has both of its words with the same meanings and
gives their square the same class, as acceptable as before. Every other one *moves*: it stands as it
was and waits to be estimated again.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.utils import timezone

from hazards.choices import MatrixState, Stage
from hazards.matrix_reading import CellReading, MatrixReading, read_matrices, read_matrix
from hazards.models import Cause, Cell, Estimate, Hazard, MatrixVersion, RiskClass
from hazards.queries import IN_THE_LOG, current_matrices
from hazards.rules import EstimateFacts, current_estimates
from products.models import Product

Square = tuple[int, int]  # the keys of a severity and of a likelihood


class AtSquare(Protocol):
    """An estimate, as far as it is asked at which square of which matrix it is."""

    @property
    def severity_id(self) -> int:
        """The key of its severity, which is of one version of the matrix."""

    @property
    def likelihood_id(self) -> int:
        """The key of its likelihood."""


@dataclass(frozen=True)
class SquareMove:
    """A square of an older version, and what the other version makes of it."""

    old: CellReading
    new: CellReading | None  # None: a word of it is gone
    why: str
    version: int = 0  # the number of the older version

    @property
    def is_higher(self) -> bool:
        """Whether the other version gives it a higher class."""
        return self.new is not None and self.new.number > self.old.number


@dataclass(frozen=True)
class EstimateMove:
    """An estimate that stands and that the other version would place elsewhere."""

    hazard: Hazard
    estimate: Estimate
    square: SquareMove

    @property
    def of(self) -> str:
        """What it is an estimate of."""
        return self.estimate.cause.text if self.estimate.cause else "the whole hazard"


def square_of(cell: CellReading) -> Square:
    """The key of a square."""
    return (cell.severity.pk, cell.likelihood.pk)


def compare_squares(
    old: MatrixReading, new: MatrixReading
) -> tuple[dict[Square, Square], dict[Square, SquareMove]]:
    """The squares of an older version: those that are carried, with where to, and those that move.

    Plain values in, plain values out: no query.
    """
    severities = {level.word.casefold(): level for level in new.severities}
    likelihoods = {level.word.casefold(): level for level in new.likelihoods}
    carried: dict[Square, Square] = {}
    moved: dict[Square, SquareMove] = {}
    for cell in old.cells:
        severity = severities.get(cell.severity.word.casefold())
        likelihood = likelihoods.get(cell.likelihood.word.casefold())
        now = new.at(severity.pk, likelihood.pk) if severity and likelihood else None
        why = _why(cell, now, has_severity=severity is not None)
        if now is not None and not why:
            carried[square_of(cell)] = square_of(now)
        else:
            moved[square_of(cell)] = SquareMove(cell, now, why, old.version.number)
    return carried, moved


def _why(old: CellReading, new: CellReading | None, *, has_severity: bool) -> str:
    """Why a square moves, or ''."""
    if new is None:
        gone = old.likelihood.word if has_severity else old.severity.word
        return f"“{gone}” is no word of it"
    if new.number != old.number:
        return f"class {old.number} becomes class {new.number}"
    if new.acceptability != old.acceptability:
        return f"class {old.number} becomes {new.acceptability.lower()}"
    for before, now in ((old.severity, new.severity), (old.likelihood, new.likelihood)):
        if before.meaning.strip() != now.meaning.strip():
            return f"“{now.word}” means something else"
    return ""


def other_versions(matrix: MatrixReading) -> list[MatrixReading]:
    """The other versions of the product's matrix that risks may have been estimated against."""
    versions = (
        MatrixVersion.objects.filter(product=matrix.version.product_id)
        .exclude(pk=matrix.version.pk)
        .exclude(state=MatrixState.DISCARDED)
    )
    return read_matrices(list(versions.order_by("number")))


def carried_squares(matrix: MatrixReading) -> dict[Square, Square]:
    """The squares of older versions that are a square of this one still, and which.

    So that a picture of this version counts what it may. Six queries, however many versions.
    """
    return squares_of_others(matrix)[0]


def squares_of_others(
    matrix: MatrixReading,
) -> tuple[dict[Square, Square], dict[Square, SquareMove]]:
    """The squares of all other versions: those that this one carries, and those that move."""
    carried: dict[Square, Square] = {}
    moved: dict[Square, SquareMove] = {}
    for older in other_versions(matrix):
        its_carried, its_moved = compare_squares(older, matrix)
        carried |= its_carried
        moved |= its_moved
    return carried, moved


@dataclass(frozen=True)
class SquaresMoved:
    """The squares of older versions that the matrix in use places elsewhere."""

    in_use: MatrixVersion
    squares: Mapping[Square, SquareMove]

    def of(self, estimate: AtSquare) -> SquareMove | None:
        """What became of an estimate's square; None where it stands as it was."""
        return self.squares.get((estimate.severity_id, estimate.likelihood_id))

    def said_of(self, move: SquareMove) -> str:
        """With which version it was estimated and which is in use, in words."""
        since = f" since {local_day(self.in_use)}" if self.in_use.approved_at else ""
        return (
            f"version {move.version} of the matrix; version {self.in_use.number} is in use{since} "
            f"({move.why})"
        )


def local_day(version: MatrixVersion) -> str:
    """The day on which a version of the matrix was approved, in words; '' before that."""
    if version.approved_at is None:
        return ""
    return f"{timezone.localtime(version.approved_at):%-d %B %Y}"


def squares_moved(product: Product, estimated_with: Iterable[int]) -> SquaresMoved | None:
    """What moved of the squares of these versions, by their keys; None where all is in use.

    No query without an estimate, one where every one was made with the matrix in use.
    """
    return squares_moved_in({product.pk: estimated_with}).get(product.pk)


def squares_moved_in(products: Mapping[int, Iterable[int]]) -> dict[int, SquaresMoved]:
    """The same for several products, by their keys; without those of which nothing can have moved.

    One query, and some more for each product where another version is in use; none without an
    estimate.
    """
    asked = {key: versions for key, each in products.items() if (versions := set(each))}
    in_use = current_matrices(asked) if asked else {}
    return {
        key: SquaresMoved(matrix, squares_of_others(read_matrix(matrix))[1])
        for key, matrix in in_use.items()
        if not asked[key] <= {matrix.pk}
    }


class MovesWhenAsked:
    """What moved of the squares that risks of some products were estimated at.

    Looked up for all of them at the first question, with the queries of ``squares_moved_in``; most
    lists never ask.
    """

    def __init__(self, estimated_with: Mapping[int, Iterable[int]]) -> None:
        self._estimated_with = estimated_with

    @cached_property
    def _moved(self) -> Mapping[int, SquaresMoved]:
        return squares_moved_in(self._estimated_with)

    def said_of(self, product: int, estimate: AtSquare) -> str:
        """With which version an estimate was made, where the one in use places it elsewhere; ''
        where it stands as it was.
        """
        moved = self._moved.get(product)
        move = moved.of(estimate) if moved is not None else None
        return moved.said_of(move) if moved is not None and move is not None else ""


def hazards_estimated_at(moved: Mapping[Square, SquareMove], hazards: object) -> set[int]:
    """Those of these hazards (keys, or a subquery) with an estimate at a square that moved.

    Of the estimates that stand. No query, one, or three.
    """
    if not moved:
        return set()
    touched = Estimate.objects.filter(
        hazard__in=hazards,
        severity__in={severity for severity, _ in moved},
        likelihood__in={likelihood for _, likelihood in moved},
    )
    at = {
        key: hazard
        for key, hazard, *square in touched.values_list(
            "pk", "hazard_id", "severity_id", "likelihood_id"
        )
        if tuple(square) in moved
    }
    standing = _standing(touched.values("hazard").distinct()) if at else []
    return {at[key] for key in standing if key in at}


def moved_estimates(product: Product, matrix: MatrixReading) -> list[EstimateMove]:
    """The estimates that stand and that this version of the matrix would place elsewhere.

    Of hazards in the log, by their order; a constant number of queries for a number of versions.
    """
    moves = _moved_from_others(product, matrix) + _edited_beneath(product, matrix)
    return sorted(
        moves, key=lambda move: (move.hazard.number, move.estimate.stage, move.estimate.pk)
    )


def _moved_from_others(product: Product, matrix: MatrixReading) -> list[EstimateMove]:
    """Of estimates that were made against another version."""
    moved = squares_of_others(matrix)[1]
    if not moved:
        return []
    touched = Estimate.objects.filter(
        hazard__product=product,
        hazard__state__in=IN_THE_LOG,
        severity__in={severity for severity, _ in moved},
        likelihood__in={likelihood for _, likelihood in moved},
    )
    standing = _standing(touched.values("hazard").distinct())
    rows = (
        touched.filter(pk__in=standing)
        if len(standing) < MOST_NAMED
        else touched  # more keys than a query may name: sorted out below
    )
    kept = set(standing)
    return [
        EstimateMove(
            estimate.hazard, estimate, moved[(estimate.severity_id, estimate.likelihood_id)]
        )
        for estimate in rows.select_related("hazard", "cause", "severity", "likelihood")
        if estimate.pk in kept and (estimate.severity_id, estimate.likelihood_id) in moved
    ]


def _edited_beneath(product: Product, matrix: MatrixReading) -> list[EstimateMove]:
    """Of estimates that were made against this version while it was a draft, and edited after.

    Only the first version is estimated against as a draft; none of the others asks anything.
    """
    if matrix.version.based_on_id is not None:
        return []
    square = Cell.objects.filter(
        severity=OuterRef("severity"), likelihood=OuterRef("likelihood")
    ).order_by()
    rows: QuerySet[Any] = Estimate.objects.filter(
        hazard__product=product, hazard__state__in=IN_THE_LOG, matrix=matrix.version
    ).annotate(
        class_now=Subquery(square.values("risk_class__number")[:1]),
        acceptability_now=Subquery(square.values("risk_class__acceptability")[:1]),
    )
    rows = rows.exclude(class_number=F("class_now"), acceptability=F("acceptability_now"))
    standing = set(_standing(rows.order_by().values("hazard").distinct()))
    found = []
    for estimate in rows.select_related("hazard", "cause", "severity", "likelihood"):
        now = matrix.at(estimate.severity_id, estimate.likelihood_id)
        if now is None or estimate.pk not in standing:
            continue
        then = RiskClass(number=estimate.class_number, acceptability=estimate.acceptability)
        old = replace(now, risk_class=then)
        found.append(
            EstimateMove(
                estimate.hazard, estimate, SquareMove(old, now, _why(old, now, has_severity=True))
            )
        )
    return found


#: How many keys one query names at most.
MOST_NAMED = 500


def _standing(hazards: object) -> list[int]:
    """The keys of the estimates that stand, of these hazards (a subquery). Two queries."""
    causes: dict[int, list[int]] = defaultdict(list)
    for hazard, cause in Cause.objects.filter(hazard__in=hazards, is_active=True).values_list(
        "hazard_id", "pk"
    ):
        causes[hazard].append(cause)
    facts: dict[tuple[int, str], list[EstimateFacts]] = defaultdict(list)
    for hazard, stage, key, cause, number, severity, likelihood in Estimate.objects.filter(
        hazard__in=hazards
    ).values_list(
        "hazard_id",
        "stage",
        "pk",
        "cause_id",
        "class_number",
        "severity__position",
        "likelihood__position",
    ):
        fact = EstimateFacts(key, cause, number, severity, likelihood)
        facts[(hazard, stage)].append(fact)
    return [
        each.id
        for (hazard, _), estimates in facts.items()
        for each in current_estimates(estimates, causes[hazard])
    ]


def hazards_to_estimate_again(product: Product, matrix: MatrixReading) -> list[Hazard]:
    """The hazards with an estimate that the matrix in use places elsewhere, each once."""
    found: dict[int, Hazard] = {}
    for move in moved_estimates(product, matrix):
        found.setdefault(move.hazard.pk, move.hazard)
    return list(found.values())


def moves_by_stage(moves: Iterable[EstimateMove]) -> dict[str, int]:
    """How many of them are initial and how many residual, in words of the stage."""
    counted = dict.fromkeys((stage.label for stage in Stage), 0)
    for move in moves:
        counted[Stage(move.estimate.stage).label] += 1
    return counted


def higher(moves: Sequence[EstimateMove]) -> int:
    """How many of them would have a higher class."""
    return sum(move.square.is_higher for move in moves)
