"""Short marks beside hazards in the log that packages above know of; they register in ``ready()``.

A mark is a word or two ("to look at") that says what waits to be done with a hazard.
"""

from collections.abc import Callable, Collection, Mapping

#: Given the keys of hazards: the mark of each that has one. One query.
Marks = Callable[[Collection[int]], Mapping[int, str]]

_sources: list[Marks] = []


def register_log_marks(source: Marks) -> None:
    """Show these marks too."""
    if source not in _sources:
        _sources.append(source)


def marks_of(keys: Collection[int]) -> dict[int, tuple[str, ...]]:
    """The marks of those of these hazards that have any. A query for each source."""
    found: dict[int, tuple[str, ...]] = {}
    if keys:
        for source in _sources:
            for key, mark in source(keys).items():
                found[key] = (*found.get(key, ()), mark)
    return found
