"""How risks moved: from the square of the initial risk to that of the residual one, with counts."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db.models import Count

from hazards.matrix_reading import CellReading, MatrixReading
from hazards.models import HazardSummary
from hazards.queries import IN_THE_LOG
from products.models import Product

Square = tuple[int, int]  # the keys of a severity and of a likelihood

#: Given the squares of the initial and the residual risk: the address of the hazards there.
UrlOf = Callable[[Square, Square], str]


@dataclass(frozen=True)
class Move:
    """Hazards whose initial risk is in one square and whose residual risk is in another."""

    start: CellReading
    end: CellReading
    count: int
    url: str

    @property
    def effect(self) -> str:
        """What the controls changed, in words."""
        severity = self.end.severity.position - self.start.severity.position
        likelihood = self.end.likelihood.position - self.start.likelihood.position
        words = [_step(likelihood, "likelihood"), _step(severity, "severity")]
        same = "" if self.start.number != self.end.number else "the class stays"
        return ", ".join(word for word in (*words, same) if word)

    @property
    def spoken(self) -> str:
        """The move in a sentence."""
        hazards = f"{self.count} hazard{'' if self.count == 1 else 's'}"
        return f"{hazards} from {_square(self.start)} to {_square(self.end)}"


@dataclass
class Movement:
    """Where the risks of a log stood before the controls, and where they stand with them.

    Every hazard is counted once: in a move, in ``stay``, or in one of the two counts beside.
    """

    matrix: MatrixReading
    moves: list[Move] = field(default_factory=list)
    stay: Counter[Square] = field(default_factory=Counter)
    without_residual: int = 0
    elsewhere: int = 0  # not estimated at first, or against another version of the matrix

    @property
    def moved(self) -> int:
        """How many hazards changed their square."""
        return sum(move.count for move in self.moves)

    @property
    def stayed(self) -> int:
        """How many hazards have both risks in one square."""
        return sum(self.stay.values())

    @property
    def is_empty(self) -> bool:
        """Whether no hazard has both risks."""
        return not self.moves and not self.stay

    @property
    def summary(self) -> str:
        """What the picture shows, as a sentence for those who do not see it."""
        down = sum(move.count for move in self.moves if move.end.number < move.start.number)
        up = sum(move.count for move in self.moves if move.end.number > move.start.number)
        told = [f"{self.moved} moved", f"{down} to a lower class", f"{self.stayed} stayed"]
        return ", ".join(told + ([f"{up} to a higher class"] if up else []))


def movement_of(
    product: Product, matrix: MatrixReading, scope: int | None, url_of: UrlOf
) -> Movement:
    """The movement of the hazards in the log; one grouped query over their summaries.

    ``scope`` is the position of a release: only hazards in scope of it count. None: all do.
    """
    summaries = HazardSummary.objects.filter(product=product, state__in=IN_THE_LOG)
    if scope is not None:
        summaries = summaries.filter(scope_position__lte=scope)
    columns = (
        "initial_severity",
        "initial_likelihood",
        "residual_severity",
        "residual_likelihood",
    )
    movement = Movement(matrix)
    cells = {(cell.severity.pk, cell.likelihood.pk): cell for cell in matrix.cells}
    grouped = summaries.order_by().values_list(*columns).annotate(hazards=Count("*"))
    for severity, likelihood, new_severity, new_likelihood, count in grouped:
        before, after = (severity, likelihood), (new_severity, new_likelihood)
        start, end = cells.get(before), cells.get(after)
        if start is None or (end is None and new_severity is not None):
            movement.elsewhere += count
        elif end is None:
            movement.without_residual += count
        elif before == after:
            movement.stay[before] += count
        else:
            movement.moves.append(Move(start, end, count, url_of(before, after)))
    movement.moves.sort(key=_order)
    return movement


def _order(move: Move) -> tuple[int, int, int, int, int]:
    """The most frequent first, then the worst."""
    start, end = move.start, move.end
    return (
        -move.count,
        -start.number,
        -start.severity.position,
        -start.likelihood.position,
        end.likelihood.position,
    )


def _step(steps: int, axis: str) -> str:
    if not steps:
        return ""
    return f"{axis} {'up' if steps > 0 else 'down'} {abs(steps)}"


def _square(cell: CellReading) -> str:
    return f"{cell.severity.word} · {cell.likelihood.word} (class {cell.number})"
