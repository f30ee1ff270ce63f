"""What a check of the record finds, and how much of it is told."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

#: Findings of one check that are told one by one; of the others only their number is.
MOST = 200


@dataclass(frozen=True)
class Finding:
    """Something in the record that is not as it was written.

    ``scope`` is the public id of the product that it belongs to, or '' where it belongs to none or
    nobody can know (a row that nobody recorded, a seal, a trigger).
    """

    table: str
    key: str
    problem: str
    scope: str = ""

    def __str__(self) -> str:
        where = f"{self.table} {self.key}" if self.key else self.table
        return _on_one_line(f"{where}: {self.problem}")


@dataclass
class Tally:
    """What was looked at: how many, and the number and hash of the newest seal."""

    rows: int = 0
    entries: int = 0
    seals: int = 0
    newest_seal: int = 0
    newest_hash: str = ""


@dataclass
class Told:
    """The findings of one check that concern somebody who asks about ``scope`` ('' is all)."""

    check: str
    scope: str
    kept: list[Finding] = field(default_factory=list)
    more: int = 0

    def add(self, finding: Finding) -> bool:
        """Keep or count the finding; whether it is one of those that are told."""
        if self.scope and finding.scope not in ("", self.scope):
            return False
        if len(self.kept) >= MOST:
            self.more += 1
            return False
        self.kept.append(finding)
        return True

    def __iter__(self) -> Iterator[Finding]:
        yield from self.kept
        yield from self.rest()

    def rest(self) -> Iterator[Finding]:
        """How many more there are than are told, as a finding; nothing when there are none."""
        if self.more:
            yield Finding(self.check, "", f"{self.more:,} more")


def told(check: str, scope: str, findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings as they come: those that concern ``scope``, and a number instead of too many."""
    those = Told(check, scope)
    for finding in findings:
        if those.add(finding):
            yield finding
    yield from those.rest()


def _on_one_line(text: str) -> str:
    # Whoever altered a row chose what stands in it: no line of ours is theirs to break.
    return "".join(
        character if character.isprintable() else ascii(character)[1:-1] for character in text
    )
