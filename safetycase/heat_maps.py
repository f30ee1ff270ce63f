"""Heat maps: a matrix with how many hazards stand in each square, for the page and for the PDF.

The value objects have the shape that ``components/heat_map.svg.html`` and its table twin draw.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from hazards.matrix_reading import MatrixReading
from safetycase.counting import Square, StageCount
from safetycase.snapshot.shape import MatrixShape, StageCountShape


@dataclass(frozen=True)
class HeatCell:
    """One square: the words of its axes, its class, and how many hazards stand in it."""

    severity: str
    likelihood: str
    number: int
    acceptability: str
    count: int | None = None
    url: str | None = None
    is_initial: bool = False
    is_residual: bool = False


@dataclass(frozen=True)
class HeatRow:
    """The squares of one likelihood, from the lowest severity to the highest."""

    likelihood: str
    cells: Sequence[HeatCell]


@dataclass(frozen=True)
class HeatLevel:
    """A step of the severity axis."""

    word: str


@dataclass(frozen=True)
class HeatMap:
    """A matrix ready to draw: likelihoods fall downwards, severities rise to the right."""

    severities: Sequence[HeatLevel]
    rows: Sequence[HeatRow]


def heat_map_of(
    matrix: MatrixReading, counted: StageCount, url_of: Callable[[Square], str]
) -> HeatMap:
    """The heat map of a page; each square that holds hazards leads to them."""
    rows = []
    for row in matrix.rows:
        cells = []
        for cell in row.cells:
            square = (cell.severity.pk, cell.likelihood.pk)
            count = counted.squares[square]
            cells.append(
                HeatCell(
                    severity=cell.severity.word,
                    likelihood=cell.likelihood.word,
                    number=cell.number,
                    acceptability=cell.acceptability,
                    count=count,
                    url=url_of(square) if count else None,
                )
            )
        rows.append(HeatRow(row.likelihood.word, cells))
    return HeatMap([HeatLevel(each.word) for each in matrix.severities], rows)


def heat_map_in(matrix: MatrixShape, counted: StageCountShape | None = None) -> HeatMap:
    """The heat map of a snapshot; without counts it is the matrix itself."""
    counts: Mapping[tuple[str, str], int] = {
        (each["severity"], each["likelihood"]): each["hazards"]
        for each in (counted["squares"] if counted else ())
    }
    words = [level["word"] for level in matrix["severities"]]
    acceptability = {each["number"]: each["acceptability_words"] for each in matrix["classes"]}
    rows = [
        HeatRow(
            row["likelihood"],
            [
                HeatCell(
                    severity=severity,
                    likelihood=row["likelihood"],
                    number=number,
                    acceptability=acceptability[number],
                    count=counts[(severity, row["likelihood"])] if counted else None,
                )
                for severity, number in zip(words, row["classes"], strict=True)
            ],
        )
        for row in matrix["rows"]
    ]
    return HeatMap([HeatLevel(word) for word in words], rows)


def in_words(classes: Mapping[int, int], rest: Mapping[str, int]) -> str:
    """What a heat map shows, as a sentence for those who do not see it.

    ``classes`` holds hazards by class, ``rest`` what else is counted, in words.
    """
    told = [f"{count} in class {number}" for number, count in sorted(classes.items()) if count]
    told += [f"{count} {words}" for words, count in rest.items() if count]
    return ", ".join(told) or "no hazards"
