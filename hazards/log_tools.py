"""What stands around the list of hazards: its columns, the saved views, what one may do in rows."""

import uuid
from typing import Any

from hazards.log import Wanted
from hazards.log_columns import column_choices, columns_from
from hazards.log_page import address
from hazards.saved_views import view_entries
from products.permissions import Ability, Standing


def tools_of(standing: Standing, wanted: Wanted) -> dict[str, Any]:
    """The context of the log page's menus and rows. One query, for the saved views."""
    columns = columns_from({"columns": wanted.columns})
    query = address(wanted).removeprefix("?")
    return {
        **may_in_rows(standing),
        "columns": columns,
        "column_choices": column_choices(columns),
        "columns_asked": wanted.columns,
        "query": query,
        "views": view_entries(standing, query),
        "may_keep": standing.can(Ability.KEEP_VIEWS),
        # Nothing has just been saved in a row: the templates ask in every cell.
        "touched": "",
        "drawer": "",
    }


def act_in_address(text: str) -> uuid.UUID | None:
    """The act that the page is asked to offer to take back; None where the address names none."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def may_in_rows(standing: Standing) -> dict[str, bool]:
    """What a person may do in the rows of the list, for its templates."""
    return {
        "can_edit": standing.can(Ability.EDIT_LOG),
        "can_estimate": standing.can(Ability.ESTIMATE),
        "can_govern": standing.can(Ability.GOVERN_LOG),
    }
