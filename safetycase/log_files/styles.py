"""How the cells of the workbook are set: its inks and fills, named as Excel shows them."""

from collections.abc import Iterator
from copy import copy

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side

from accounts.templatetags.interface import RISK_FILL, RISK_INK

INK, MUTED, HAIRLINE, RULE = "17212B", "52606D", "DDE4EA", "9FB0BF"
ACCENT, ACCENT_SOFT, CANVAS = "0B6470", "E3F1F2", "F6F8FA"
FAMILY = "Calibri"

TITLE = "Log title"
SUBTITLE = "Log subtitle"
SECTION = "Log section"
LABEL = "Log label"
FACT = "Log fact"
GROUP = "Log group"
HEADING = "Log heading"
TEXT = "Log text"
NAME = "Log name"
REFERENCE = "Log reference"
WORD = "Log word"
CLASS_TO_COME = "Log class to come"


def class_style(number: int) -> str:
    """The style of a cell that holds a risk class."""
    return f"Log class {number}" if number in RISK_FILL else CLASS_TO_COME


#: The styles of cells that hold something of a hazard.
_OF_HAZARDS = frozenset(
    {TEXT, NAME, REFERENCE, WORD, CLASS_TO_COME, *(class_style(each) for each in RISK_FILL)}
)


def of_hazards() -> list[str]:
    """The styles of cells that hold something of a hazard, those of first rows too."""
    return [each for style in sorted(_OF_HAZARDS) for each in (style, first_of(style))]


def first_of(style: str) -> str:
    """The same style under the rule that parts a hazard from the one before it."""
    return f"{style} (first row)"


def add_styles(book: Workbook) -> None:
    """Give a workbook all of them."""
    for style in _styles():
        book.add_named_style(style)
        if style.name in _OF_HAZARDS:
            under = copy(style.border)
            under.top = Side(style="thin", color=f"FF{RULE}")
            book.add_named_style(
                NamedStyle(
                    name=first_of(style.name),
                    font=copy(style.font),
                    fill=copy(style.fill),
                    border=under,
                    alignment=copy(style.alignment),
                )
            )


def _styles() -> Iterator[NamedStyle]:
    top = Alignment(vertical="top", wrap_text=True)
    middle = Alignment(vertical="top", horizontal="center", wrap_text=True)
    low = Alignment(vertical="bottom", wrap_text=True)
    yield _style(TITLE, _font(16, bold=True))
    yield _style(SUBTITLE, _font(10, ink=MUTED))
    yield _style(SECTION, _font(12, ink=ACCENT, bold=True))
    yield _style(LABEL, _font(10, ink=MUTED), top, rule=True)
    yield _style(FACT, _font(10), top, rule=True)
    yield _style(GROUP, _font(10, ink="FFFFFF", bold=True), low, fill=ACCENT, rule=True)
    yield _style(HEADING, _font(10, ink=ACCENT, bold=True), low, fill=ACCENT_SOFT, rule=True)
    yield _style(TEXT, _font(10), top, rule=True)
    yield _style(NAME, _font(10, bold=True), top, rule=True)
    yield _style(REFERENCE, _font(10, ink=ACCENT, bold=True), top, rule=True)
    yield _style(WORD, _font(10), top, rule=True)
    yield _style(CLASS_TO_COME, _font(10, ink=MUTED), middle, fill=CANVAS, rule=True)
    for number, fill in RISK_FILL.items():
        font = _font(12, ink=RISK_INK[number].lstrip("#").upper(), bold=True)
        yield _style(class_style(number), font, middle, fill.lstrip("#").upper(), rule=True)


def _font(size: int, *, ink: str = INK, bold: bool = False) -> Font:
    return Font(name=FAMILY, size=size, color=f"FF{ink}", bold=bold)


def _style(
    name: str,
    font: Font,
    alignment: Alignment | None = None,
    fill: str = "",
    *,
    rule: bool = False,
) -> NamedStyle:
    line = Side(style="thin", color=f"FF{HAIRLINE}")
    return NamedStyle(
        name=name,
        font=font,
        alignment=alignment or Alignment(vertical="center"),
        fill=PatternFill("solid", fgColor=f"FF{fill}") if fill else PatternFill(),
        border=Border(left=line, right=line, top=line, bottom=line) if rule else Border(),
    )
