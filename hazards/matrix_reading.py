"""A risk matrix as pictures and pickers take it: rows of cells, with counts where asked for."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import QuerySet

from hazards.choices import Acceptability
from hazards.models import (
    Cell,
    Estimate,
    HarmOutcome,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from products.models import Product

#: What belongs to one version of a matrix.
PartT = TypeVar("PartT", SeverityLevel, LikelihoodLevel, RiskClass, Cell, HarmOutcome)


@dataclass
class CellReading:
    """One square: a severity with a likelihood, its class, and what the page adds to it."""

    severity: SeverityLevel
    likelihood: LikelihoodLevel
    risk_class: RiskClass
    count: int | None = None
    url: str | None = None
    is_initial: bool = False
    is_residual: bool = False
    row: Cell | None = None  # where the matrix was read to be edited

    @property
    def number(self) -> int:
        """The class."""
        return self.risk_class.number

    @property
    def acceptability(self) -> str:
        """What the class means, in words."""
        return Acceptability(self.risk_class.acceptability).label

    @property
    def value(self) -> str:
        """The form value of this square."""
        return f"{self.severity.pk}:{self.likelihood.pk}"


@dataclass
class RowReading:
    """The squares of one likelihood, from the lowest severity to the highest."""

    likelihood: LikelihoodLevel
    cells: list[CellReading] = field(default_factory=list)


@dataclass
class MatrixReading:
    """A whole matrix version: severities lowest first, likelihoods highest first."""

    version: MatrixVersion
    severities: list[SeverityLevel]
    likelihoods: list[LikelihoodLevel]
    classes: list[RiskClass]
    outcomes: list[HarmOutcome]
    rows: list[RowReading]

    @property
    def cells(self) -> list[CellReading]:
        """All squares."""
        return [cell for row in self.rows for cell in row.cells]

    def at(self, severity_id: int, likelihood_id: int) -> CellReading | None:
        """The square of two levels, or None when they are not of this matrix."""
        for cell in self.cells:
            if (cell.severity.pk, cell.likelihood.pk) == (severity_id, likelihood_id):
                return cell
        return None


def read_matrix(version: MatrixVersion) -> MatrixReading:
    """Read a matrix version whole. Five queries."""
    [matrix] = read_matrices([version])
    return matrix


def read_matrices(versions: Sequence[MatrixVersion]) -> list[MatrixReading]:
    """Read matrix versions whole, in their order. Five queries, however many; none for none."""
    if not versions:
        return []
    severities = _by_matrix(SeverityLevel.objects.order_by("position"), versions)
    likelihoods = _by_matrix(LikelihoodLevel.objects.order_by("-position"), versions)
    classes = _by_matrix(RiskClass.objects.all(), versions)
    cells = _by_matrix(Cell.objects.all(), versions)
    outcomes = _by_matrix(HarmOutcome.objects.select_related("for_one", "for_several"), versions)
    return [
        _reading(
            each,
            severities[each.pk],
            likelihoods[each.pk],
            classes[each.pk],
            cells[each.pk],
            outcomes[each.pk],
        )
        for each in versions
    ]


def read_squares(version: MatrixVersion) -> MatrixReading:
    """Read a matrix version whole but for what it says of outcomes. Two queries."""
    cells = list(Cell.objects.filter(matrix=version).select_related("severity", "likelihood"))
    severities = {each.severity_id: each.severity for each in cells}.values()
    likelihoods = {each.likelihood_id: each.likelihood for each in cells}.values()
    return _reading(
        version,
        sorted(severities, key=lambda level: level.position),
        sorted(likelihoods, key=lambda level: -level.position),
        list(RiskClass.objects.filter(matrix=version)),
        cells,
        [],
    )


def _by_matrix(
    parts: "QuerySet[PartT]", versions: Sequence[MatrixVersion]
) -> "defaultdict[int, list[PartT]]":
    found: defaultdict[int, list[PartT]] = defaultdict(list)
    for part in parts.filter(matrix__in=[each.pk for each in versions]):
        found[part.matrix_id].append(part)
    return found


def _reading(
    version: MatrixVersion,
    severities: list[SeverityLevel],
    likelihoods: list[LikelihoodLevel],
    risk_classes: list[RiskClass],
    cells: list[Cell],
    outcomes: list[HarmOutcome],
) -> MatrixReading:
    classes = {each.pk: each for each in risk_classes}
    found = {(cell.severity_id, cell.likelihood_id): cell for cell in cells}
    rows = []
    for likelihood in likelihoods:
        squares = [(severity, found[(severity.pk, likelihood.pk)]) for severity in severities]
        rows.append(
            RowReading(
                likelihood,
                [
                    CellReading(severity, likelihood, classes[cell.risk_class_id], row=cell)
                    for severity, cell in squares
                ],
            )
        )
    ordered = sorted(classes.values(), key=lambda each: each.number)
    return MatrixReading(version, severities, likelihoods, ordered, outcomes, rows)


def matrix_versions_of(product: Product) -> QuerySet[MatrixVersion]:
    """Every version of a product's matrix, newest first, discarded ones too."""
    return (
        MatrixVersion.objects.filter(product=product)
        .select_related("approved_by__profile")
        .order_by("-number")
    )


def count_into(
    matrix: MatrixReading,
    estimates: Iterable[Estimate | None],
    urls: Mapping[tuple[int, int], str] | None = None,
) -> int:
    """Write into each square how many of these estimates fall there; returns how many do not.

    An estimate that was made against another version of the matrix, or is missing, falls nowhere
    and is counted in the result: a picture must never hide a hazard.
    """
    counts: Counter[tuple[int, int]] = Counter()
    elsewhere = 0
    for estimate in estimates:
        if estimate is None or estimate.matrix_id != matrix.version.pk:
            elsewhere += 1
        else:
            counts[(estimate.severity_id, estimate.likelihood_id)] += 1
    for cell in matrix.cells:
        key = (cell.severity.pk, cell.likelihood.pk)
        cell.count = counts[key]
        cell.url = urls.get(key) if urls else None
    return elsewhere
