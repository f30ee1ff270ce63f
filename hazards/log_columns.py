"""The columns of the hazard log's table: which there are, and which a person asked for.

The reference and the hazard's name are always shown. Pure functions, no database, no request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.http import QueryDict

#: Name in the address → its heading, in the order in which they stand in the table.
COLUMNS = {
    "features": "Features",
    "family": "Family",
    "causes": "Causes",
    "initial": "Initial",
    "residual": "Residual",
    "controls": "Controls",
    "findings": "Findings",
    "owner": "Owner",
    "state": "State",
    "status": "Status",
    "review": "Review",
    "changed": "Since approval",
}
NO_COLUMNS = "none"
USUAL = ("features", "initial", "residual", "controls", "owner", "status", "review")


@dataclass(frozen=True)
class ColumnChoice:
    """A column that may be shown or left out."""

    name: str
    label: str
    is_shown: bool


def asked_in(query: QueryDict) -> dict[str, str]:
    """What an address asks for, with the columns that were ticked one by one in one value."""
    asked: dict[str, str] = {name: str(query[name]) for name in query}
    ticked = query.getlist("column")
    return asked | {"columns": ",".join(ticked)} if ticked else asked


def columns_from(query: Mapping[str, str]) -> tuple[str, ...]:
    """The columns that an address asks for, in the table's order; the usual ones where none is.

    What is no column is left out, never an error; ``columns=none`` shows none of them.
    """
    asked = query.get("columns", "").split(",")
    if asked == [NO_COLUMNS]:
        return ()
    return tuple(name for name in COLUMNS if name in asked) or USUAL


def columns_in_address(columns: Sequence[str]) -> str:
    """These columns as the address writes them; '' for the usual ones."""
    if not columns:
        return NO_COLUMNS
    return "" if tuple(columns) == USUAL else ",".join(columns)


def column_choices(columns: Sequence[str]) -> list[ColumnChoice]:
    """Every column, for the column chooser."""
    return [ColumnChoice(name, label, name in columns) for name, label in COLUMNS.items()]
