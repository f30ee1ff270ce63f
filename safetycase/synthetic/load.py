"""Loading synthetic products: so many hazards each, with so many versions in their history."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.actions.people import system_person
from audit.sealing import seal_everything
from products.models import Product
from safetycase.synthetic.log import AT_ONCE, SyntheticLog
from safetycase.synthetic.team import add_product, people_of_load
from safetycase.synthetic.wording import Wording
from safetycase.tending import renew_statistics

Say = Callable[[str], object]


@dataclass(frozen=True)
class Loaded:
    """What was loaded."""

    product: Product
    hazards: int
    versions: int  # rows of history of the log


def load(*, hazards: int, products: int, history: int, say: Say) -> list[Loaded]:
    """Add products with so many hazards each, and at least so many rows of history in all.

    Each portion is an act of its own: what stands when it is interrupted is whole. The record is
    sealed at the end.
    """
    people = people_of_load()
    loaded = []
    for number in range(1, products + 1):
        product, features, releases = add_product(people)
        log = SyntheticLog(
            product=product,
            people=[each for key, each in people.items() if key != "executive"],
            features=features,
            releases=releases,
            by=system_person(),
            wording=Wording(number),
        )
        written = _grow(log, hazards, say)
        written += _edit(log, hazards, history // products - written, say)
        loaded.append(Loaded(product, hazards, written))
    say("Sealing the record")
    seal_everything()
    renew_statistics()
    return loaded


def _grow(log: SyntheticLog, hazards: int, say: Say) -> int:
    written = 0
    for first in range(1, hazards + 1, AT_ONCE):
        written += log.grow(first, min(AT_ONCE, hazards + 1 - first))
        say(f"{log.product.slug}: {min(first + AT_ONCE - 1, hazards):,} of {hazards:,} hazards")
    return written


def _edit(log: SyntheticLog, hazards: int, wanted: int, say: Say) -> int:
    written = first = 0
    while hazards and written < wanted:
        written += log.edit(first + 1, min(AT_ONCE, hazards - first))
        first = (first + AT_ONCE) if first + AT_ONCE < hazards else 0
        if written % 5_000 < AT_ONCE:
            say(f"{log.product.slug}: {written:,} of {wanted:,} more rows of history")
    return written
