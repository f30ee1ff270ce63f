"""Sealing: every entry of the ledger comes under a seal, and every seal hangs on the one before.

One transaction for each seal. Whoever seals locks the row of seal 0, so seals are made one after
the other whoever asks. A seal covers what is pending when it is made, never "all up to an id": two
writers may commit in the other order than they numbered their entries, and the late one waits for
the next seal.
"""

from collections.abc import Iterator
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from audit.canonical import canonical_json, sha256_of
from audit.leaves import LEAF_COLUMNS, leaf_of
from audit.merkle import merkle_root
from audit.models import PendingEntry, Seal, SealedEntry

#: Entries under one seal at most.
MOST = 10_000
_READ_AT_ONCE = 1_000
_WRITE_AT_ONCE = 400  # rows in one statement; SQLite allows a limited number of variables


def latest_seal() -> Seal:
    """The newest seal; number 0, which covers nothing, before anything was sealed."""
    return Seal.objects.order_by("number").latest("number")


@transaction.atomic
def seal_pending(*, most: int = MOST) -> Seal | None:
    """Make one seal over the oldest pending entries, ``most`` at most; None when none is pending.

    It covers entries as they stand: what was changed before is named by the check of the record,
    which compares each entry with its row. Inside somebody's transaction it belongs to it.
    """
    Seal.objects.select_for_update().get(number=0)
    leaves = dict(_leaves_of_pending(most))
    if not leaves:
        return None
    seal = _next_seal(leaves)
    # Plain querysets: the models' own refuse every bulk write, this one included.
    models.QuerySet[Any](Seal).bulk_create([seal])
    models.QuerySet[Any](SealedEntry).bulk_create(
        [
            SealedEntry(entry_id=entry_id, seal=seal, position=position, leaf=leaf)
            for position, (entry_id, leaf) in enumerate(leaves.items())
        ],
        batch_size=_WRITE_AT_ONCE,
    )
    covered = SealedEntry.objects.filter(seal=seal).values("entry_id")
    PendingEntry.objects.filter(entry_id__in=covered).delete()
    return seal


def seal_everything() -> int:
    """Seal until nothing that was pending is left; returns how many entries came under a seal."""
    sealed = 0
    while seal := seal_pending():
        sealed += seal.count
        if seal.count < MOST:
            break
    return sealed


def seal_hash(*, number: int, previous: str, root: str, count: int, at: Any) -> str:
    """The hash of a seal: of everything else that stands in its row."""
    return sha256_of(
        canonical_json(
            {"number": number, "previous": previous, "root": root, "count": count, "at": at}
        )
    )


def _leaves_of_pending(most: int) -> Iterator[tuple[int, str]]:
    """The id and leaf of each entry that the seal is to cover, in the order of ids."""
    columns = [f"entry__{column}" for column in LEAF_COLUMNS]
    # From the pending rows, of which there are few, and in one statement: in a second one others
    # would be there that this one did not see.
    waiting = PendingEntry.objects.order_by("entry_id").values_list(*columns)[:most]
    for values in waiting.iterator(chunk_size=_READ_AT_ONCE):
        yield values[0], leaf_of(values)


def _next_seal(leaves: dict[int, str]) -> Seal:
    before = latest_seal()
    content: dict[str, Any] = {
        "number": before.number + 1,
        "previous": before.sha256,
        "root": merkle_root(bytes.fromhex(leaf) for leaf in leaves.values()).hex(),
        "count": len(leaves),
        "at": timezone.now(),
    }
    return Seal(**content, sha256=seal_hash(**content))
