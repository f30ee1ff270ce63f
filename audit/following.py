"""What follows from the record: an app that keeps something worked out from rows listens here.

It is told of every row that is written, whoever writes it and however many at once, inside the
transaction. Apps register in ``AppConfig.ready()``.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Set
from typing import TYPE_CHECKING

from django.db import models

from audit.acts import Act

if TYPE_CHECKING:
    from audit.models import Entry

#: Told of the act under way and the keys of rows that were written.
Follower = Callable[[Act, Set[int]], None]

_followers: dict[str, list[Follower]] = defaultdict(list)


def follow(model: type[models.Model], do: Follower) -> None:
    """Tell ``do`` of each row of a tracked or append-only model as it is written.

    Whoever has much to work out leaves it to the end of the act (``Act.gather``).
    """
    followers = _followers[model._meta.label_lower]
    if do not in followers:
        followers.append(do)


def tell_followers(act: Act, entries: "Iterable[Entry]") -> None:
    """Tell of the rows that these entries of the ledger are about. The ledger calls it."""
    written: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        if entry.model in _followers:
            written[entry.model].add(entry.object_id)
    for model, keys in written.items():
        for do in _followers[model]:
            do(act, keys)
