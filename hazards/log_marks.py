"""Short marks beside hazards in the log that packages above know of; they register in ``ready()``.

A mark is a word or two ("to look at") that says what waits to be done with a hazard. The log shows
it in the row, and can be narrowed to those that have it.
"""

from collections.abc import Callable, Collection, Mapping

from django.db.models import Q

from products.models import Product

#: Given the keys of hazards: the mark of each that has one. One query.
Marks = Callable[[Collection[int]], Mapping[int, str]]

#: Given a product: which summaries of its hazards have the mark.
Condition = Callable[[Product], Q]

_sources: list[Marks] = []
_conditions: dict[str, Condition] = {}


def register_log_marks(source: Marks, name: str, condition: Condition) -> None:
    """Show these marks too; ``name`` is that of the yes-or-no question in the log's address."""
    if source not in _sources:
        _sources.append(source)
    _conditions[name] = condition


def marked(name: str, product: Product) -> Q:
    """Which summaries of a product's hazards have a mark; none where nobody knows of it."""
    return _conditions[name](product) if name in _conditions else Q(pk__in=[])


def marks_of(keys: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The marks of those of these hazards that have any. A query for each source."""
    found: dict[int, tuple[str, ...]] = {}
    if keys:
        for source in _sources:
            for key, mark in source(keys).items():
                found[key] = (*found.get(key, ()), mark)
    return found
