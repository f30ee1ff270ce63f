"""The columns that an import takes back, in rows: what CSV and Markdown hold of the log as it
stands, so that export, import and export again give the same.

Whatever else the log says (whose a control is, how far it has come, why an estimate was made)
stands in the JSON record whole, and beside these columns in the workbook.
"""

from safetycase.log_files.columns import Column, Key, columns_of
from safetycase.log_files.log import Log
from safetycase.log_files.rows import CONTROL_COLUMNS, HazardRows

#: What is said of the hazard itself, in each of its rows.
OF_THE_HAZARD = (
    Key.REFERENCE,
    Key.NAME,
    Key.DESCRIPTION,
    Key.EFFECT,
    Key.JUSTIFICATION,
    Key.ACTIONS,
    Key.OWNER,
    Key.REVIEW,
    Key.STATUS,
    Key.TAG,
    Key.ACTS_ON,
)
#: What differs from row to row.
OF_THE_ROW = (
    Key.HARM,
    Key.CAUSE,
    Key.EXISTING,
    Key.INITIAL_SEVERITY,
    Key.INITIAL_LIKELIHOOD,
    Key.INITIAL_CLASS,
    Key.DESIGN,
    Key.TEST,
    Key.TRAINING,
    Key.PROCESS,
    Key.FURTHER,
    Key.RESIDUAL_SEVERITY,
    Key.RESIDUAL_LIKELIHOOD,
    Key.RESIDUAL_CLASS,
)
_ONE_A_LINE = frozenset({Key.TEST, *(texts for texts, _ in CONTROL_COLUMNS.values())})
_CARRIED = frozenset((*OF_THE_HAZARD, *OF_THE_ROW))


def carried_columns(log: Log) -> list[Column]:
    """These columns in the order of the layout."""
    columns = columns_of(has_untyped_controls=log.has_untyped_controls)
    return [column for column in columns if column.key in _CARRIED]


def in_rows(rows: HazardRows) -> list[dict[Key, str]]:
    """What every column says in each row, under cells that span several too."""
    values: list[dict[Key, str]] = [{} for _ in range(rows.count)]
    for cell in rows.cells:
        for row in range(cell.first, cell.last + 1):
            values[row][cell.key] = _carried(cell.key, str(cell.value))
    return values


def _carried(key: Key, text: str) -> str:
    """The text; of controls and tests that say the same, which an import takes for one, one."""
    if key not in _ONE_A_LINE or "\n" not in text:
        return text
    lines: dict[str, str] = {}
    for line in text.split("\n"):
        lines.setdefault(line.casefold(), line)
    return "\n".join(lines.values())
