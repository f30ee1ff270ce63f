"""What a log says, as plain values: no database, no matrix, nothing decided yet."""

import datetime
from dataclasses import dataclass, field

from hazards.choices import Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Finding


@dataclass(frozen=True)
class Text:
    """A text and the address of the cell that it stands in."""

    text: str
    cell: str


@dataclass(frozen=True)
class ParsedControl:
    """One line of a control column. ``on`` are places among the causes; none: the whole hazard."""

    text: str
    cell: str
    column: Field
    on: tuple[int, ...] = ()
    brings: tuple[str, ...] = ()  # hazards, by their references
    details: tuple[tuple[str, str], ...] = ()  # fields of a control, and what is told of them


@dataclass(frozen=True)
class ParsedTest:
    """One line of a column of tests or evidence, and the places of the controls beside it."""

    text: str
    cell: str
    controls: tuple[int, ...]
    column: Field = Field.TEST
    details: tuple[tuple[str, str], ...] = ()  # what came out, and what it shows


@dataclass(frozen=True)
class ParsedEstimate:
    """The words of an estimate. ``on`` as for a control; ``cells`` are the addresses."""

    stage: Stage
    severity: str
    likelihood: str
    risk_class: str
    cells: tuple[str, ...]
    on: tuple[int, ...] = ()
    patients: str = ""
    why_severity: str = ""
    why_likelihood: str = ""
    is_pair: bool = False  # nothing but its words tells which of the two is the severity
    is_product: bool = False  # the class is severity times likelihood, in numbers, and no class

    @property
    def why_key(self) -> str:
        """Under which its reasons are remembered."""
        return f"why:{self.stage}:{','.join(str(place) for place in self.on)}"

    @property
    def why(self) -> str:
        """Both of its reasons."""
        return "\n".join(text for text in (self.why_severity, self.why_likelihood) if text)


@dataclass
class ParsedHazard:
    """One hazard of the file. ``words`` holds only fields whose column the file has."""

    reference: str
    name: str
    first_row: int
    last_row: int
    row_count: int = 1  # rows with something in them
    words: dict[Field, str] = field(default_factory=dict)
    cells: dict[Field, str] = field(default_factory=dict)
    harms: list[Text] = field(default_factory=list)
    causes: list[Text] = field(default_factory=list)
    controls: list[ParsedControl] = field(default_factory=list)
    tests: list[ParsedTest] = field(default_factory=list)
    estimates: list[ParsedEstimate] = field(default_factory=list)
    review_date: datetime.date | None = None  # from a column of its own

    @property
    def rows(self) -> str:
        """Its rows as a report names them: ``5`` or ``5–7``."""
        if self.first_row == self.last_row:
            return str(self.first_row)
        return f"{self.first_row}–{self.last_row}"

    @property
    def called(self) -> str:
        """What a report calls it."""
        return self.reference or self.name


@dataclass(frozen=True)
class RefusedRows:
    """Rows of a hazard that was not brought in, and why."""

    reference: str
    name: str
    rows: str
    why: str


@dataclass
class ParsedLog:
    """A whole file as it was read."""

    file_name: str
    sha256: str
    sheet: str
    header_rows: str
    columns: dict[Field, int]
    hazards: list[ParsedHazard] = field(default_factory=list)
    refused: list[RefusedRows] = field(default_factory=list)
    refused_hazards: list[ParsedHazard] = field(default_factory=list)  # what those rows say
    rows_read: int = 0
    rows_taken: int = 0
    cover: dict[str, str] = field(default_factory=dict)
    review_date: datetime.date | None = None
    sheets_not_read: list[str] = field(default_factory=list)
    columns_not_read: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def has(self, *fields: Field) -> bool:
        """Whether the file has a column for any of these."""
        return any(each in self.columns for each in fields)
