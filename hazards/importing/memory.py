"""What the file said at the last import, and which rows of the log it became.

Kept inside the report of each import. Comparing the next file with it tells a change in the file
from an edit that a person made here.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from hazards.importing.cells import folded
from hazards.importing.parsed import ParsedHazard
from hazards.models import ImportBatch
from products.models import Product


@dataclass(frozen=True)
class RememberedPart:
    """A harm, cause or test as the file worded it; ``id`` is the row's public id."""

    text: str
    id: str
    details: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class RememberedControl:
    """A control, the column in which it stood, and the public ids of the causes beside it."""

    text: str
    id: str
    column: str
    on: tuple[str, ...] = ()
    brings: tuple[str, ...] = ()
    details: dict[str, str] = field(default_factory=dict)


@dataclass
class RememberedHazard:
    """A hazard as the file had it; ``words`` by field, ``estimates`` by stage and cause."""

    id: str = ""
    words: dict[str, str] = field(default_factory=dict)
    harms: list[RememberedPart] = field(default_factory=list)
    causes: list[RememberedPart] = field(default_factory=list)
    controls: list[RememberedControl] = field(default_factory=list)
    tests: list[RememberedPart] = field(default_factory=list)
    estimates: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """For the report."""
        return asdict(self)


Memory = dict[str, RememberedHazard]


def key_of(hazard: ParsedHazard) -> str:
    """By what a hazard is known when its file comes again: its number, else its name."""
    if hazard.reference:
        return f"ref:{folded(hazard.reference)}"
    return f"name:{folded(hazard.name)}"


def estimate_key(stage: str, cause_id: str) -> str:
    """The key of an estimate: its stage, and its cause's public id ('' for the whole hazard)."""
    return f"{stage}:{cause_id}"


def recall(product: Product) -> Memory:
    """What the files said at the last import into this product; empty before the first."""
    batch = ImportBatch.objects.filter(product=product).order_by("-pk").first()
    if batch is None:
        return {}
    stored = json.loads(batch.report).get("memory", {})
    return {key: _hazard(value) for key, value in stored.items()}


def _hazard(stored: dict[str, Any]) -> RememberedHazard:
    return RememberedHazard(
        id=stored["id"],
        words=stored["words"],
        harms=[RememberedPart(**part) for part in stored["harms"]],
        causes=[RememberedPart(**part) for part in stored["causes"]],
        controls=[
            RememberedControl(
                **{
                    **control,
                    "on": tuple(control["on"]),
                    "brings": tuple(control.get("brings", ())),
                }
            )
            for control in stored["controls"]
        ],
        tests=[RememberedPart(**part) for part in stored["tests"]],
        estimates=stored["estimates"],
    )
