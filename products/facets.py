"""Facets of a list: links that switch a filter on or off, in the address of the page."""

from dataclasses import dataclass

from django.http import QueryDict


@dataclass(frozen=True)
class Facet:
    """One link of ``components/facet_bar.html``."""

    label: str
    count: int | None
    url: str
    is_on: bool


def facet(query: QueryDict, name: str, value: str, *, label: str, count: int | None) -> Facet:
    """The facet that sets a parameter to a value, or takes it away where it is set."""
    is_on = query.get(name) == value
    changed = query.copy()
    changed.pop("page", None)
    changed.pop(name, None)
    if not is_on:
        changed[name] = value
    return Facet(label, count, f"?{changed.urlencode()}", is_on)
