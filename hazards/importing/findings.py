"""What an import has to say about a file: where, what was found, what was done, what to do."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

MOST_CELLS = 20  # that one finding names
LONGEST_QUOTE = 120  # characters of a cell that a report repeats
_NUMBERS = re.compile(r"[0-9 .·]+")


class Level(StrEnum):
    """How much a finding asks of the reader."""

    REFUSED = "refused"  # rows that were not brought in
    PROBLEM = "problem"  # brought in, and somebody has to look at it
    NOTE = "note"  # brought in; how it was understood


@dataclass(frozen=True)
class Finding:
    """One thing about one place in the file. ``cell`` is an address, several, a row, or ''."""

    level: Level
    sheet: str
    cell: str
    found: str
    done: str
    todo: str = ""
    reference: str = ""

    @property
    def row(self) -> int:
        """The first row that it is about; 0 when it is about the whole sheet or file."""
        number = re.search(r"[0-9]+", self.cell)
        return int(number[0]) if number else 0

    def as_json(self) -> dict[str, str]:
        """The finding as the report stores it."""
        return {
            "level": self.level.value,
            "sheet": self.sheet,
            "cell": self.cell,
            "reference": self.reference,
            "found": self.found,
            "done": self.done,
            "todo": self.todo,
        }


@dataclass
class Findings:
    """The findings on one sheet, in the order in which they were made."""

    sheet: str
    all: list[Finding] = field(default_factory=list)

    def add(
        self,
        level: Level,
        cell: str,
        *,
        found: str = "",
        done: str,
        todo: str = "",
        reference: str = "",
    ) -> None:
        """Note something about a cell of this sheet."""
        self.all.append(
            Finding(level, self.sheet, cell, quoted(found), done, todo, quoted(reference, 60))
        )

    def __iter__(self) -> Iterator[Finding]:
        """The findings."""
        return iter(self.all)


@dataclass
class FindingGroup:
    """The same finding in several places, as a page shows it."""

    finding: Finding
    founds: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)

    @property
    def place(self) -> str:
        """The cells."""
        return ", ".join(self.cells)

    @property
    def found(self) -> str:
        """What was found in them."""
        return some_of(self.founds)

    @property
    def hazards(self) -> str:
        """The hazards concerned."""
        return ", ".join(self.references)


def grouped(findings: Iterable[Finding]) -> list[FindingGroup]:
    """The findings, those that say the same of the same text together, or of any numbers."""
    groups: dict[tuple[str, ...], FindingGroup] = {}
    for finding in findings:
        text = "" if _NUMBERS.fullmatch(finding.found) else finding.found
        key = (finding.sheet, text, finding.done, finding.todo)
        group = groups.setdefault(key, FindingGroup(finding))
        if finding.found and finding.found not in group.founds:
            group.founds.append(finding.found)
        if finding.cell and finding.cell not in group.cells:
            group.cells.append(finding.cell)
        if finding.reference and finding.reference not in group.references:
            group.references.append(finding.reference)
    return list(groups.values())


def some_of(cells: Iterable[str], most: int = MOST_CELLS) -> str:
    """The cells, each once; of very many the first ones, and how many more there are."""
    each = list(dict.fromkeys(cells))
    more = f" and {len(each) - most:,} more" if len(each) > most else ""
    return ", ".join(each[:most]) + more


def quoted(text: str, longest: int = LONGEST_QUOTE) -> str:
    """The text on one line, shortened to what a report repeats."""
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
