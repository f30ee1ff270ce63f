"""Seals against each other, and against the leaves that stand under them."""

from collections.abc import Iterator
from typing import Any

from audit.merkle import merkle_root
from audit.models import Seal
from audit.sealing import seal_hash
from audit.verifying.columns import canonical_sql
from audit.verifying.findings import Finding, Tally, Told
from audit.verifying.reading import BEFORE_ALL, Row, one_by_one

_TABLE = "audit_seal"
_COLUMNS = ("id", "number", "previous", "root", "count", "at", "sha256")


class SealWalk:
    """One walk through all seals. ``wrong_roots`` is the walk; ``chain`` is there afterwards."""

    def __init__(self, scope: str, tally: Tally) -> None:
        self.tally = tally
        self.roots = Told("seals against their leaves", scope)
        self.chain = Told("seals against each other", scope)
        self._leaves = _leaves()
        self._leaf = next(self._leaves, None)

    def wrong_roots(self) -> Iterator[Finding]:
        """Walk; say of each seal whose leaves are not those that it was made over."""
        expected, previous = 0, ""
        for seal_id, *content, stored in one_by_one(_seals_sql(), (BEFORE_ALL,)):
            number, before, root, count, at = content
            yield from self._told(self._orphans(seal_id))
            yield from self._told(self._under(seal_id, number, root, count))
            self._look_at_chain(expected, number, before == previous)
            if _hash_of(number, before, root, count, at) != stored:
                self._note(number, "changed: its hash is not that of what it says")
            expected = number + 1 if isinstance(number, int) else expected + 1
            previous = stored
            self.tally.seals += 1
            self.tally.newest_seal, self.tally.newest_hash = number, stored
        if not self.tally.seals:
            self._note(0, "missing: the first seal is gone")
        yield from self._told(self._orphans(None))
        yield from self.roots.rest()

    def _look_at_chain(self, expected: int, number: Any, names_previous: bool) -> None:
        if number != expected:
            self._note(expected, "missing: no seal has this number")
        if not names_previous:
            problem = "does not name the hash of the seal before it" if expected else "changed"
            self._note(number, problem)

    def _under(self, seal_id: int, number: Any, root: Any, count: Any) -> Iterator[Finding]:
        """Count the leaves under a seal and make their root again."""
        places: list[Any] = []
        hashes = []
        while self._leaf is not None and self._leaf[0] == seal_id:
            _, place, leaf = self._leaf
            places.append(place)
            hashes.append(_as_bytes(leaf))
            self._leaf = next(self._leaves, None)
        if len(places) != count:
            problem = f"changed: it counts {count} entries and {len(places)} stand under it"
            yield Finding(_TABLE, str(number), problem)
        if places != list(range(len(places))):
            yield Finding(_TABLE, str(number), "changed: its entries are not in their places")
        if root != (merkle_root(hashes).hex() if hashes else ""):
            yield Finding(_TABLE, str(number), "changed: its root is not that of its entries")

    def _orphans(self, before: int | None) -> Iterator[Finding]:
        """Leaves under seals that are not there, once for each such seal."""
        last = None
        while self._leaf is not None and (before is None or self._leaf[0] < before):
            if self._leaf[0] != last:
                last = self._leaf[0]
                yield Finding(_TABLE, f"(row {last})", "missing: entries stand under it")
            self._leaf = next(self._leaves, None)

    def _told(self, findings: Iterator[Finding]) -> Iterator[Finding]:
        return (finding for finding in findings if self.roots.add(finding))

    def _note(self, number: Any, problem: str) -> None:
        self.chain.add(Finding(_TABLE, str(number), problem))


def _seals_sql() -> str:
    fields = {each.attname: each for each in Seal._meta.concrete_fields}
    columns = ", ".join(canonical_sql(fields[name], "s") for name in _COLUMNS)
    return f"SELECT {columns} FROM {_TABLE} s WHERE s.id > %s ORDER BY s.id LIMIT %s"  # noqa: S608 - our own names


def _leaves() -> Iterator[Row]:
    """Every leaf in the order in which its seal was made over it: seal, place, leaf."""
    return one_by_one(
        "SELECT l.seal_id, l.position, l.leaf FROM audit_sealedentry l "
        "WHERE (l.seal_id, l.position) > (%s, %s) ORDER BY l.seal_id, l.position LIMIT %s",
        (BEFORE_ALL, BEFORE_ALL),
        key=2,
    )


def _hash_of(number: Any, previous: Any, root: Any, count: Any, at: Any) -> str:
    try:
        return seal_hash(number=number, previous=previous, root=root, count=count, at=at)
    except (TypeError, ValueError):
        return ""  # of a value that no seal was ever made with


def _as_bytes(leaf: Any) -> bytes:
    try:
        return bytes.fromhex(leaf)
    except (TypeError, ValueError):
        return b""  # no leaf that was ever written; the root will differ
