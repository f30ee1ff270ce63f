"""Whose hazard it is: a person on the team where the file names one, else a role in words."""

from collections import defaultdict
from typing import Any

from hazards.importing.fields import Field
from hazards.importing.findings import Findings, Level, some_of
from hazards.importing.parsed import ParsedHazard
from hazards.importing.standing import Team
from hazards.models import Hazard
from products.models import Product

_PERSON = "person:"
_ROLE = "role:"


class Owners:
    """Resolves the owners of a file, and remembers who stayed a role in words."""

    def __init__(self, team: Team, findings: Findings) -> None:
        self.team = team
        self.findings = findings
        self._keys: dict[str, str] = {}
        self._cells: dict[str, list[str]] = defaultdict(list)

    @classmethod
    def of(cls, product: Product, findings: Findings) -> "Owners":
        """With the people on the product's team today."""
        return cls(Team.of(product), findings)

    def key(self, parsed: ParsedHazard) -> str:
        """The owner of a hazard as one text, to store and compare; '' when the file names none."""
        words = parsed.words.get(Field.OWNER, "")
        if not words:
            return ""
        if words not in self._keys:
            self._keys[words] = self._find(words, parsed)
        return self._keys[words]

    def note_role(self, parsed: ParsedHazard) -> None:
        """Remember, where the owner stands in words, to say so."""
        if self.key(parsed).startswith(_ROLE):
            self._cells[parsed.words[Field.OWNER]].append(parsed.cells[Field.OWNER])

    def report_roles(self) -> None:
        """Say once for each owner who is nobody on the team that it stays a role in words."""
        for words, cells in self._cells.items():
            self.findings.add(
                Level.NOTE,
                some_of(cells),
                found=words,
                done="Nobody on the team has this name or e-mail address, so it was kept as the "
                "owner's role in words.",
            )

    def _find(self, words: str, parsed: ParsedHazard) -> str:
        people = self.team.called(words)
        if len(people) == 1:
            return f"{_PERSON}{people[0].pk}"
        if people:
            self.findings.add(
                Level.PROBLEM,
                parsed.cells[Field.OWNER],
                found=words,
                done=f"{len(people)} people on the team have this name; it was kept in words.",
                todo="Choose the person on the hazard, or write the e-mail address in the file.",
                reference=parsed.called,
            )
        return f"{_ROLE}{' '.join(words.split())}"


def owner_key(hazard: Hazard) -> str:
    """The owner that stands on a hazard, as the same text."""
    if hazard.owner_id is not None:
        return f"{_PERSON}{hazard.owner_id}"
    return f"{_ROLE}{hazard.owner_role}" if hazard.owner_role else ""


def owner_values(key: str) -> dict[str, Any]:
    """The hazard's fields for an owner."""
    if key.startswith(_PERSON):
        return {"owner_id": int(key.removeprefix(_PERSON)), "owner_role": ""}
    return {"owner_id": None, "owner_role": key.removeprefix(_ROLE)}
