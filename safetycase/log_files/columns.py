"""The columns of the log in the layout of the NHS template, and those that it has beside them.

The headings of the template are the ones that ``hazards.importing.layout`` knows; the others say
more of what stands beside them, and an import leaves them (its report says so).
"""

from dataclasses import dataclass
from enum import StrEnum


class Key(StrEnum):
    """What a column holds."""

    REFERENCE = "reference"
    NAME = "name"
    DESCRIPTION = "description"
    EFFECT = "effect"
    HARM = "harm"
    CAUSE = "cause"
    EXISTING = "existing"
    EXISTING_EVIDENCE = "existing_evidence"
    INITIAL_SEVERITY = "initial_severity"
    INITIAL_LIKELIHOOD = "initial_likelihood"
    INITIAL_CLASS = "initial_class"
    INITIAL_BASIS = "initial_basis"
    DESIGN = "design"
    DESIGN_EVIDENCE = "design_evidence"
    TEST = "test"
    TEST_EVIDENCE = "test_evidence"
    TRAINING = "training"
    TRAINING_EVIDENCE = "training_evidence"
    PROCESS = "process"
    PROCESS_EVIDENCE = "process_evidence"
    FURTHER = "further"
    FURTHER_EVIDENCE = "further_evidence"
    RESIDUAL_SEVERITY = "residual_severity"
    RESIDUAL_LIKELIHOOD = "residual_likelihood"
    RESIDUAL_CLASS = "residual_class"
    STANDING = "standing"
    RESIDUAL_BASIS = "residual_basis"
    JUSTIFICATION = "justification"
    ACTIONS = "actions"
    OWNER = "owner"
    REVIEW = "review"
    STATUS = "status"
    RECORD = "record"
    TAG = "tag"
    ACTS_ON = "acts_on"
    FOR_PATIENTS = "for_patients"
    FOR_PRODUCT = "for_product"


class Look(StrEnum):
    """How the cells of a column are set."""

    TEXT = "text"
    NAME = "name"
    REFERENCE = "reference"
    WORD = "word"
    CLASS = "class"


@dataclass(frozen=True)
class Column:
    """A column: its heading, the heading over it, its width (in digits of the type) and look."""

    key: Key
    heading: str
    group: str = ""
    width: int = 30
    look: Look = Look.TEXT
    csv_heading: str = ""  # where the heading alone would not say which it is
    begins_band: bool = False  # of columns that are printed on one sheet of paper

    @property
    def in_csv(self) -> str:
        """Its heading in the CSV, where no group stands over it."""
        return self.csv_heading or self.heading


_INITIAL = "Initial Hazard Risk Assessment"
_ADDITIONAL = "Additional Controls"
_RESIDUAL = "Residual Hazard Risk Assessment"
_ACTIONS = "Actions"

_HAZARD = (
    Column(Key.REFERENCE, "Hazard Number", width=11, look=Look.REFERENCE),
    Column(Key.NAME, "Hazard Name", width=28, look=Look.NAME),
    Column(Key.DESCRIPTION, "Hazard Description", width=40, begins_band=True),
    Column(Key.EFFECT, "Effect in Care", width=28),
    Column(Key.HARM, "Potential Clinical Impact", width=32),
    Column(Key.CAUSE, "Possible Causes", width=34),
    Column(Key.EXISTING, "Existing Controls", width=34),
    Column(Key.EXISTING_EVIDENCE, "Existing Control Evidence", width=28),
)
_INITIAL_RISK = (
    Column(Key.INITIAL_SEVERITY, "Severity", _INITIAL, 13, Look.WORD, "Initial Severity"),
    Column(Key.INITIAL_LIKELIHOOD, "Likelihood", _INITIAL, 11, Look.WORD, "Initial Likelihood"),
    Column(Key.INITIAL_CLASS, "Risk Rating", _INITIAL, 8, Look.CLASS, "Initial Risk Rating"),
    Column(
        Key.INITIAL_BASIS,
        "Acceptability and Basis",
        _INITIAL,
        34,
        csv_heading="Initial Acceptability and Basis",
    ),
)
_CONTROLS = (
    Column(Key.DESIGN, "Design", _ADDITIONAL, 40, begins_band=True),
    Column(Key.DESIGN_EVIDENCE, "Design Evidence", _ADDITIONAL),
    Column(Key.TEST, "Test", _ADDITIONAL, 34),
    Column(Key.TEST_EVIDENCE, "Test Evidence", _ADDITIONAL),
    Column(Key.TRAINING, "Training", _ADDITIONAL, 30),
    Column(Key.TRAINING_EVIDENCE, "Training Evidence", _ADDITIONAL, 26),
    Column(Key.PROCESS, "Business Process Change", _ADDITIONAL, 34),
    Column(Key.PROCESS_EVIDENCE, "Business Process Evidence", _ADDITIONAL, 28),
)
#: Of controls whose type nobody has said; in the file only when there is one.
_FURTHER = (
    Column(Key.FURTHER, "Further Controls", _ADDITIONAL, 34, begins_band=True),
    Column(Key.FURTHER_EVIDENCE, "Further Control Evidence", _ADDITIONAL, 28),
)
_RESIDUAL_RISK = (
    Column(
        Key.RESIDUAL_SEVERITY,
        "Severity",
        _RESIDUAL,
        13,
        Look.WORD,
        "Residual Severity",
        begins_band=True,
    ),
    Column(Key.RESIDUAL_LIKELIHOOD, "Likelihood", _RESIDUAL, 11, Look.WORD, "Residual Likelihood"),
    Column(Key.RESIDUAL_CLASS, "Risk Rating", _RESIDUAL, 8, Look.CLASS, "Residual Risk Rating"),
    Column(Key.STANDING, "Provisional or Confirmed", _RESIDUAL, 30),
    Column(
        Key.RESIDUAL_BASIS,
        "Acceptability and Basis",
        _RESIDUAL,
        34,
        csv_heading="Residual Acceptability and Basis",
    ),
    Column(Key.JUSTIFICATION, "Justification", _RESIDUAL, 32),
)
_REST = (
    Column(Key.ACTIONS, "Action Summary", _ACTIONS, 30),
    Column(Key.OWNER, "Owner", _ACTIONS, 18),
    Column(Key.REVIEW, "Review Due", _ACTIONS, 12, Look.WORD),
    Column(Key.STATUS, "Hazard Status", _ACTIONS, 12, Look.WORD),
    Column(Key.RECORD, "State of the Record", _ACTIONS, 18),
    Column(Key.TAG, "Tag", _ACTIONS, 16),
    Column(Key.ACTS_ON, "Controls Act On", width=22),
)
#: What hazards mean to each side; in the file only when somebody has said it.
_VOICES = (
    Column(Key.FOR_PATIENTS, "For Patients", "Two Voices", 40, begins_band=True),
    Column(Key.FOR_PRODUCT, "For the Product", "Two Voices", 40),
)


def columns_of(*, has_untyped_controls: bool, has_voices: bool = False) -> list[Column]:
    """The columns of a log, in their order."""
    further = _FURTHER if has_untyped_controls else ()
    voices = _VOICES if has_voices else ()
    return [*_HAZARD, *_INITIAL_RISK, *_CONTROLS, *further, *_RESIDUAL_RISK, *_REST, *voices]
