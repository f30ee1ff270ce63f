"""Several columns of one field (Cause 1, Cause 2 …): what they say stands in the first of them."""

from dataclasses import replace

from hazards.importing.fields import CONTROLS, Field
from hazards.importing.layout import Layout
from hazards.importing.sheet import Sheet

_A_LIST = frozenset({Field.CAUSE, *CONTROLS})  # whose cells are taken apart again


def with_joined_columns(layout: Layout) -> Layout:
    """The layout with one column for each field."""
    if not layout.more:
        return layout
    rows = {row: dict(texts) for row, texts in layout.sheet.rows.items()}
    sheet = replace(layout.sheet, rows=rows)
    for field, columns in layout.more.items():
        for row in [number for number in rows if number > layout.header_row]:
            _join(sheet, row, field, [layout.columns[field], *columns])
    return replace(layout, sheet=sheet)


def _join(sheet: Sheet, row: int, field: Field, columns: list[int]) -> None:
    merge = sheet.merge_at(row, columns[0])
    first = merge.first_row if merge else row
    texts = [sheet.text(row, column) for column in columns[1:]]
    if not any(texts):
        return
    texts = [text for text in (sheet.text(first, columns[0]), *texts) if text]
    mark = "• " if field in _A_LIST and len(texts) > 1 else ""
    joined = "\n".join(text if text.startswith("• ") else f"{mark}{text}" for text in texts)
    sheet.rows.setdefault(first, {})[columns[0]] = joined
