"""An import as it would be carried out: decided, and nothing written yet."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, TypeVar

from hazards.choices import HazardStatus
from hazards.importing.findings import Finding
from hazards.importing.memory import Memory
from hazards.importing.parsed import (
    ParsedControl,
    ParsedEstimate,
    ParsedHazard,
    ParsedLog,
    RefusedRows,
)
from hazards.importing.standing import StandingHazard
from hazards.matrix_reading import CellReading
from hazards.models import Cause, Control, Evidence, Harm, Hazard
from products.models import Product

Row = TypeVar("Row", Harm, Cause)


class Deed(StrEnum):
    """What an import does with a thing."""

    ADD = "created"
    EDIT = "updated"
    KEEP = "unchanged"
    LEAVE_OUT = "left out"  # a person took it out of the log since the last import


@dataclass
class PlannedPart(Generic[Row]):
    """A harm or a cause of the file, and its row when it has one."""

    text: str
    deed: Deed
    row: Row | None = None


@dataclass
class PlannedControl:
    """A control of the file. ``changes`` are edits of its kind and type."""

    parsed: ParsedControl
    deed: Deed
    control: Control | None = None
    changes: dict[str, Any] = field(default_factory=dict)
    brings: list["PlannedHazard | Hazard"] = field(default_factory=list)  # where it is new
    relink: bool = False  # it stands beside other causes now


@dataclass
class PlannedTest:
    """A planned test. ``controls`` are the controls to link it to, by their places."""

    text: str
    deed: Deed
    controls: tuple[int, ...]
    evidence: Evidence | None = None
    details: dict[str, str] = field(default_factory=dict)  # what the file tells of it
    changes: dict[str, str] = field(default_factory=dict)  # to evidence that stands


@dataclass
class PlannedEstimate:
    """An estimate of the whole hazard, or of the cause at a place; recorded when it is new."""

    parsed: ParsedEstimate
    square: CellReading
    on: int | None
    deed: Deed


@dataclass
class PlannedHazard:
    """Everything that becomes of one hazard of the file."""

    parsed: ParsedHazard
    standing: StandingHazard | None
    values: dict[str, Any] = field(default_factory=dict)  # to create with, or to change
    status: HazardStatus | None = None  # to take over; None: as it is
    harms: list[PlannedPart[Harm]] = field(default_factory=list)
    causes: list[PlannedPart[Cause]] = field(default_factory=list)
    controls: list[PlannedControl] = field(default_factory=list)
    tests: list[PlannedTest] = field(default_factory=list)
    estimates: list[PlannedEstimate] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)  # in words, for a hazard that stands
    words: dict[str, str] = field(default_factory=dict)  # what the file says, to remember
    misfits: list[str] = field(default_factory=list)  # why the file's status does not fit yet
    reference: str = ""  # by which people know it: the file's, or the one it was given
    hazard: Hazard | None = None  # its row, once it has one

    @property
    def deed(self) -> Deed:
        """Whether the hazard is new, changes, or stays as it is."""
        if self.standing is None:
            return Deed.ADD
        return Deed.EDIT if self.changes else Deed.KEEP


@dataclass
class Plan:
    """What an import would do to a product's log."""

    product: Product
    log: ParsedLog
    hazards: list[PlannedHazard]
    findings: list[Finding]
    versions: dict[int, int]  # content versions of the hazards that it was made from
    memory: Memory = field(default_factory=dict)
    refused: list[RefusedRows] = field(default_factory=list)  # rows that the log has no place for
    rows_refused: int = 0

    @property
    def changes_anything(self) -> bool:
        """Whether carrying it out would write anything."""
        return any(hazard.deed is not Deed.KEEP for hazard in self.hazards)
