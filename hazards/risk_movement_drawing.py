"""The geometry of the movement of risks, in SVG user units (CSS pixels at full size).

A move begins in a pill with its count and ends in an arrowhead. Every move has a lane of its own
in the columns that it begins and ends in, so that no two lie on each other.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import sqrt

from accounts.templatetags.interface import RISK_FILL, RISK_INK
from hazards.matrix_reading import CellReading
from hazards.risk_movement import Move, Movement
from hazards.wrapping import width_of

LEAST_WIDTH, CELL_HEIGHT, GAP = 84, 60, 3
LANE = 25  # the least distance of two moves in a column
HEAD, MARGIN, LABEL_GAP = 24, 3, 10
LABEL = 12
PILL_HEIGHT, DIGIT = 18, 7.5
ARROW = 5  # half the width of an arrowhead
MOST, MOST_LANES = 18, 6  # moves in a picture and in one of its columns; the table has them all


@dataclass(frozen=True)
class DrawnSquare:
    """A square of the matrix with its class, and how many hazards stay in it."""

    x: float
    y: float
    number: int
    stay: int
    fill: str
    ink: str


@dataclass(frozen=True)
class DrawnWord:
    """A word on an axis."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class DrawnMove:
    """A move: the line, its arrowhead, and the pill with its count."""

    move: Move
    way: str
    head: str
    thickness: float
    pill_x: float
    pill_y: float
    pill_width: float
    count_x: float
    count_y: float

    @property
    def halo(self) -> float:
        """The thickness of the light line beneath, which sets it off from any colour."""
        return self.thickness + 4


@dataclass
class MovementDrawing:
    """The movement of risks ready for its template."""

    width: float
    height: float
    cell_width: float
    across: list[DrawnWord]
    down: list[DrawnWord]
    squares: list[DrawnSquare]
    moves: list[DrawnMove]
    not_drawn: int  # moves that only the table has


@dataclass
class _Grid:
    """Where each column and row of the matrix lies, and each move's lanes."""

    movement: Movement
    drawn: Sequence[Move]
    column_of: dict[int, int] = field(default_factory=dict)
    row_of: dict[int, int] = field(default_factory=dict)
    lanes: dict[int, list[tuple[int, int, int]]] = field(default_factory=lambda: defaultdict(list))
    left: float = 0
    cell_width: float = LEAST_WIDTH

    def __post_init__(self) -> None:
        matrix = self.movement.matrix
        self.column_of = {each.pk: place for place, each in enumerate(matrix.severities)}
        self.row_of = {each.pk: place for place, each in enumerate(matrix.likelihoods)}
        words = [each.word for each in matrix.likelihoods]
        self.left = MARGIN + max((width_of(word, LABEL) for word in words), default=0) + LABEL_GAP
        for index, move in enumerate(self.drawn):
            rows = self.row(move.start), self.row(move.end)
            for column in {self.column(move.start), self.column(move.end)}:
                self.lanes[column].append((*rows, index))
        for lanes in self.lanes.values():
            lanes.sort()
        most = max((len(lanes) for lanes in self.lanes.values()), default=0)
        widest = max((width_of(each.word, LABEL) for each in matrix.severities), default=0)
        self.cell_width = max(LEAST_WIDTH, (most + 1) * LANE, round(widest + 6))

    def column(self, cell: CellReading) -> int:
        return self.column_of[cell.severity.pk]

    def row(self, cell: CellReading) -> int:
        return self.row_of[cell.likelihood.pk]

    def x(self, column: int) -> float:
        return self.left + column * (self.cell_width + GAP)

    def y(self, row: int) -> float:
        return HEAD + row * (CELL_HEIGHT + GAP)

    def lane(self, index: int, column: int) -> float:
        """Where a move's lane in a column lies."""
        lanes = [each[-1] for each in self.lanes[column]]
        return self.x(column) + self.cell_width * (lanes.index(index) + 1) / (len(lanes) + 1)


def drawn_movement(movement: Movement) -> MovementDrawing:
    """Place every square, word and move; of many moves the most frequent that have room."""
    grid = _Grid(movement, _with_room(movement.moves))
    matrix = movement.matrix
    columns, rows = len(matrix.severities), len(matrix.likelihoods)
    most = max((move.count for move in grid.drawn), default=1)
    return MovementDrawing(
        width=round(grid.x(columns) - GAP + MARGIN, 1),
        height=round(grid.y(rows) - GAP + MARGIN, 1),
        cell_width=round(grid.cell_width, 1),
        across=[
            DrawnWord(round(grid.x(place) + grid.cell_width / 2, 1), HEAD - 8, each.word)
            for place, each in enumerate(matrix.severities)
        ],
        down=[
            DrawnWord(round(grid.left - LABEL_GAP, 1), grid.y(place) + CELL_HEIGHT / 2 + 4, word)
            for place, word in enumerate(each.word for each in matrix.likelihoods)
        ],
        squares=[_square(grid, cell) for cell in matrix.cells],
        moves=[_move(grid, index, move, most) for index, move in enumerate(grid.drawn)],
        not_drawn=len(movement.moves) - len(grid.drawn),
    )


def _with_room(moves: Sequence[Move]) -> list[Move]:
    lanes: Counter[int] = Counter()
    drawn: list[Move] = []
    for move in moves:
        columns = {move.start.severity.pk, move.end.severity.pk}
        if len(drawn) < MOST and all(lanes[column] < MOST_LANES for column in columns):
            lanes.update(columns)
            drawn.append(move)
    return drawn


def _square(grid: _Grid, cell: CellReading) -> DrawnSquare:
    number = min(max(cell.number, 1), len(RISK_FILL))
    return DrawnSquare(
        x=round(grid.x(grid.column(cell)), 1),
        y=grid.y(grid.row(cell)),
        number=cell.number,
        stay=grid.movement.stay[(cell.severity.pk, cell.likelihood.pk)],
        fill=RISK_FILL[number],
        ink=RISK_INK[number],
    )


def _move(grid: _Grid, index: int, move: Move, most: int) -> DrawnMove:
    start_x = grid.lane(index, grid.column(move.start))
    end_x = grid.lane(index, grid.column(move.end))
    start_y = grid.y(grid.row(move.start)) + CELL_HEIGHT / 2
    end_y = grid.y(grid.row(move.end)) + CELL_HEIGHT / 2
    way, head = _line(start_x, start_y, end_x, end_y)
    width = 2 * DIGIT + DIGIT * (len(str(move.count)) - 1)
    return DrawnMove(
        move=move,
        way=way,
        head=head,
        thickness=round(1.5 + 2.5 * sqrt(move.count / most), 1),
        pill_x=round(start_x - width / 2, 1),
        pill_y=round(start_y - PILL_HEIGHT / 2, 1),
        pill_width=width,
        count_x=round(start_x, 1),
        count_y=round(start_y + 4, 1),
    )


def _line(x1: float, y1: float, x2: float, y2: float) -> tuple[str, str]:
    """The line of a move, and its arrowhead."""
    if y1 == y2:  # the same likelihood: a bow, so that it crosses no pill
        lift = y1 - CELL_HEIGHT / 2 + 4
        stop = y2 - 2 * ARROW
        way = f"M{x1:.1f} {y1:.1f}C{x1:.1f} {lift:.1f} {x2:.1f} {lift:.1f} {x2:.1f} {stop:.1f}"
        return way, _head(x2, y2, 1)
    step = 1 if y2 > y1 else -1
    stop, middle = y2 - 2 * ARROW * step, (y1 + y2) / 2
    if x1 == x2:
        return f"M{x1:.1f} {y1:.1f}V{stop:.1f}", _head(x2, y2, step)
    way = f"M{x1:.1f} {y1:.1f}C{x1:.1f} {middle:.1f} {x2:.1f} {middle:.1f} {x2:.1f} {stop:.1f}"
    return way, _head(x2, y2, step)


def _head(x: float, y: float, step: int) -> str:
    """An arrowhead with its tip at a point, downwards for a ``step`` of 1."""
    back = y - 2 * ARROW * step
    return f"{x:.1f},{y:.1f} {x - ARROW:.1f},{back:.1f} {x + ARROW:.1f},{back:.1f}"
