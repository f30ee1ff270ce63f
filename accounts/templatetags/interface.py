"""Presentation only: dates as people write them, addresses of lists, the drawing of a heat map."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from django import template
from django.forms import BaseForm
from django.http import HttpRequest, QueryDict
from django.template import Context
from django.utils import timezone
from django.utils.dateformat import format as format_date

register = template.Library()

# Background and ink of each risk class on paper and in light; on screen the style sheet's own
# colours cover these attributes, in the PDF they are all there is.
RISK_FILL = {1: "#dcefe6", 2: "#e9efc2", 3: "#fbdf9d", 4: "#f0a070", 5: "#a3201a"}
RISK_INK = {1: "#0f4a35", 2: "#454a06", 3: "#5a3a00", 4: "#3f1500", 5: "#ffffff"}

# Geometry of the heat map, in SVG user units (CSS pixels at full size).
CELL_HEIGHT = 36
GAP = 3
NUMBER_SIZE = 11
LABEL_GAP = 10
HEAD_HEIGHT = 24
TURNED_BELOW = 44  # narrower cells have their words turned, whole, instead of shortened
MARGIN = 2
LETTER_WIDTH = 6.2  # average advance of a letter of the axes' 12 px
COUNT_SIZE = 17  # how many hazards a square holds, set bold: a digit is 0.62 of it wide
DIGIT = 0.62
BESIDE = 16  # what the class takes of a square's width on each side of a count in its middle


class MatrixCell(Protocol):
    """A cell of a matrix as pages receive it."""

    severity: object
    likelihood: object
    number: int
    acceptability: str
    count: int | None
    url: str | None
    is_initial: bool
    is_residual: bool


class MatrixRow(Protocol):
    """All cells of one likelihood."""

    likelihood: object
    cells: Sequence[MatrixCell]


class Level(Protocol):
    """A step of an axis."""

    word: str


class Matrix(Protocol):
    """A matrix as pages receive it: severities rise to the right, likelihoods fall downwards."""

    severities: Sequence[Level]
    rows: Sequence[MatrixRow]


@dataclass(frozen=True)
class DrawnLabel:
    """A word on an axis; ``word`` is whole even where ``text`` is shortened."""

    x: int
    y: int
    word: str
    text: str


@dataclass(frozen=True)
class DrawnCell:
    """A cell with every coordinate that its drawing needs."""

    cell: MatrixCell
    x: int
    y: int
    middle: int
    number_x: int
    number_y: int
    count_y: int
    count_size: int
    alone_y: int
    fill: str
    ink: str


@dataclass(frozen=True)
class HeatMapDrawing:
    """A heat map ready for its template, which cannot calculate."""

    width: int
    height: int
    cell_width: int
    cell_height: int
    turned: bool
    across: list[DrawnLabel]
    down: list[DrawnLabel]
    cells: list[DrawnCell]
    counts: bool
    links: bool


@register.filter
def day(value: date | datetime | None) -> str:
    """``3 May 2026``; a moment is read in the current time zone; nothing for nothing."""
    if not value:
        return ""
    return format_date(_local(value), "j F Y")


@register.filter
def moment(value: datetime | None) -> str:
    """``3 May 2026, 10:42`` in the current time zone; nothing for nothing."""
    if not value:
        return ""
    return format_date(_local(value), "j F Y, H:i")


def _local(value: date) -> date:
    if isinstance(value, datetime) and timezone.is_aware(value):
        return timezone.localtime(value)
    return value


@register.filter
def grouped(value: int) -> str:
    """``10,000``: a count with its thousands apart."""
    return f"{value:,}"


@register.filter
def has_required(form: BaseForm) -> bool:
    """Whether a form shows a field that must be filled in, so that the star is explained."""
    return any(bound.field.required for bound in form.visible_fields())


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: object) -> str:
    """The query string of this request with parameters changed; ``None`` or ``""`` removes one.

    Starts with ``?`` always, so that it also works as the address that removes everything. A
    change to anything but ``page`` goes back to the first page. The result is percent-encoded and
    Django escapes it for HTML.
    """
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)
    if set(changes) != {"page"}:
        query.pop("page", None)
    for name, value in changes.items():
        if value is None or value == "":
            query.pop(name, None)
        else:
            query[name] = str(value)
    return f"?{query.urlencode()}"


@register.filter
def asked_for(request: HttpRequest, names: str) -> list[tuple[str, str]]:
    """Those of these parameters (a space between) that a request's address has, with values."""
    return [(name, request.GET[name]) for name in names.split() if request.GET.get(name)]


@register.simple_tag
def heat_map_drawing(matrix: Matrix, cell_width: int = 60) -> HeatMapDrawing:
    """Place every cell and word of a matrix; words too long for ``cell_width`` are shortened."""
    width = int(cell_width)
    rows = list(matrix.rows)
    turned = width < TURNED_BELOW
    left = MARGIN + _width_of(str(row.likelihood) for row in rows) + LABEL_GAP
    words = [level.word for level in matrix.severities]
    head = _width_of(words) + LABEL_GAP if turned else HEAD_HEIGHT
    cells = [cell for row in rows for cell in row.cells]
    return HeatMapDrawing(
        width=left + len(words) * (width + GAP) - GAP + MARGIN,
        height=head + len(rows) * (CELL_HEIGHT + GAP) - GAP + MARGIN,
        cell_width=width,
        cell_height=CELL_HEIGHT,
        turned=turned,
        across=[
            DrawnLabel(
                x=left + column * (width + GAP) + width // 2 + (4 if turned else 0),
                y=head - (6 if turned else 8),
                word=word,
                text=word if turned else _shortened(word, width),
            )
            for column, word in enumerate(words)
        ],
        down=[
            DrawnLabel(
                x=left - LABEL_GAP,
                y=head + _line(line) + CELL_HEIGHT // 2 + 4,
                word=str(row.likelihood),
                text=str(row.likelihood),
            )
            for line, row in enumerate(rows)
        ],
        cells=_drawn_cells(rows, left, head, width),
        counts=any(cell.count is not None for cell in cells),
        links=any(cell.url for cell in cells),
    )


def _drawn_cells(rows: Sequence[MatrixRow], left: int, head: int, width: int) -> list[DrawnCell]:
    counts = [cell.count or 0 for row in rows for cell in row.cells]
    digits = len(str(max(counts, default=0)))
    return [
        _drawn_cell(cell, left + column * (width + GAP), head + _line(line), width, digits)
        for line, row in enumerate(rows)
        for column, cell in enumerate(row.cells)
    ]


def _drawn_cell(cell: MatrixCell, x: int, y: int, width: int, digits: int) -> DrawnCell:
    """Place what a square says; ``digits`` are those of the largest count in the picture.

    The count stands beside the class where all counts have room there, and beneath it otherwise.
    """
    number = min(max(cell.number, 1), len(RISK_FILL))
    is_beside = digits * COUNT_SIZE * DIGIT <= width - 2 * BESIDE
    return DrawnCell(
        cell=cell,
        x=x,
        y=y,
        middle=x + width // 2,
        number_x=x + (7 if is_beside else 5),
        number_y=y + NUMBER_SIZE + (4 if is_beside else 1),
        count_y=y + (CELL_HEIGHT // 2 + 6 if is_beside else CELL_HEIGHT - 5),
        count_size=min(COUNT_SIZE, int((width - 4) / (digits * DIGIT))),
        alone_y=y + CELL_HEIGHT // 2 + 5,
        fill=RISK_FILL[number],
        ink=RISK_INK[number],
    )


def _line(line: int) -> int:
    return line * (CELL_HEIGHT + GAP)


def _width_of(words: Iterable[str]) -> int:
    return round(max((len(word) for word in words), default=0) * LETTER_WIDTH)


def _shortened(word: str, width: int) -> str:
    letters = int((width - 2) / LETTER_WIDTH)
    return word if len(word) <= letters else f"{word[: max(letters - 1, 1)]}."
