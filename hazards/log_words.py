"""What an address of the hazard log asks for: as it is kept, and in words."""

from collections.abc import Mapping
from urllib.parse import parse_qsl

from hazards.choices import HazardState, HazardStatus
from hazards.log import NONE, NOT_NEEDED, STANDING, WAITING, Wanted, wanted_from
from hazards.log_columns import COLUMNS, USUAL, columns_from
from hazards.log_page import MARK_WORDS, address

_FACETS = {
    "state": "state",
    "status": "status",
    "initial": "initial risk",
    "residual": "residual risk",
    "controls": "controls",
    "owner": "owner",
    "feature": "feature",
    "family": "family",
    "initial_cell": "one square of the initial risk",
    "residual_cell": "one square of the residual risk",
}
_VALUES = (
    dict(HazardState.choices)
    | dict(HazardStatus.choices)
    | {WAITING: "that do not stand yet", STANDING: "that all stand"}
)
#: The order of the log in words, and the same turned round.
_SORTS = {
    "reference": ("", "the newest reference first"),
    "initial": ("the worst initial risk first", "the lowest initial risk first"),
    "residual": ("the worst residual risk first", "the lowest residual risk first"),
    "owner": ("by owner", "by owner, from Z to A"),
    "status": ("by status", "by status, from the last"),
    "review": ("by the next review", "the latest review first"),
}


def kept_query(query: Mapping[str, str]) -> str:
    """What an address asks for as the log page itself would write it, without the question mark.

    The page is left out: a view begins at its beginning.
    """
    return address(wanted_from(query)).removeprefix("?")


def in_words(query: str, people: Mapping[str, str]) -> str:
    """What such an address shows: ``residual risk 3, needs estimate; by owner``.

    ``people`` are names by the keys that addresses hold.
    """
    asked = dict(parse_qsl(query))
    wanted = wanted_from(asked)
    parts = [
        f"{_FACETS[name]} {_value(name, wanted.values[name], people)}".strip()
        for name in _FACETS
        if name in wanted.values
    ]
    parts += [MARK_WORDS[name].lower() for name in MARK_WORDS if name in wanted.marks]
    if wanted.search:
        parts.append(f"says “{wanted.search}”")
    if wanted.release:
        parts.append(f"in scope of {wanted.release}")
    words = [", ".join(parts) or "every hazard in the log", *_order(wanted)]
    columns = columns_from(asked)
    if columns != USUAL:
        words.append("columns " + ", ".join(COLUMNS[name].lower() for name in columns))
    return "; ".join(words)


def _order(wanted: Wanted) -> list[str]:
    said, turned = _SORTS.get(wanted.sort.removeprefix("-"), ("", ""))
    words = turned if wanted.sort.startswith("-") else said
    return [words] if words else []


def _value(name: str, value: str, people: Mapping[str, str]) -> str:
    if name.endswith("_cell"):
        return ""
    if value == NONE:
        return "not estimated" if name in ("initial", "residual") else "nobody or none"
    if value == NOT_NEEDED:
        return "not needed"
    if name == "owner":
        return (
            value.removeprefix("role:")
            if value.startswith("role:")
            else people.get(value, "somebody who is no longer on the team")
        )
    has_words = name in ("state", "status", "controls")
    return _VALUES.get(value, value).lower() if has_words else value
