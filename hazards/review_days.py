"""When hazards are to be looked at, as the packages above know it; they register in ``ready()``.

Here is the day that somebody set. That the plan asks for a look at some classes of risk earlier,
and when a clinician looked last, is known to those who keep plans and reviews.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import NamedTuple, Protocol

from django.db.models import Q

from products.models import Product


class ReviewDay(NamedTuple):
    """The day that counts, and why it does where it is not the one that somebody set; else ''."""

    on: date | None
    why: str


class Reviewing(Protocol):
    """What is known of the reviews of one log; it may keep what it has read."""

    def overdue(self, today: date) -> Q:
        """Of summaries of hazards: the reviews that were due, whatever day somebody set."""

    def days(self, keys: Collection[int] | None = None) -> Mapping[int, ReviewDay]:
        """When the hazards with these keys (None: all) are due, of those that are in the log."""


_sources: list[Callable[[Product], Reviewing]] = []


def register_reviewing(source: Callable[[Product], Reviewing]) -> None:
    """Let this say when the hazards of a product are due."""
    if source not in _sources:
        _sources.append(source)


class AsSet:
    """The reviews of a log of which nobody knows more than the days that were set."""

    def overdue(self, today: date) -> Q:
        """None."""
        return Q(pk__in=[])

    def days(self, keys: Collection[int] | None = None) -> Mapping[int, ReviewDay]:
        """None: the row of each hazard has its day."""
        return {}


def reviewing_of(product: Product) -> Reviewing:
    """What is known of the reviews of a product's hazards. No query until it is asked."""
    return _sources[-1](product) if _sources else AsSet()
