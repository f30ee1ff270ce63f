"""Logs for the tests of the files, snapshots of them, and their files read back."""

import datetime
from io import BytesIO

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from accounts.models import User
from hazards.choices import ControlKind, ControlType, Stage
from hazards.models import Hazard
from products.models import Product, Release
from safetycase.choices import LifecyclePhase
from safetycase.log_files import Revision, VersionTitle, hazard_log_workbook
from safetycase.snapshot import Snapshot, draft_document, take_snapshot
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    an_assumption,
    an_estimate,
    some_evidence,
)

MADE_AT = datetime.datetime(2026, 5, 3, 9, 42, tzinfo=datetime.UTC)
TITLE = VersionTitle(
    version="2",
    state="Issued",
    dated="2026-05-03T09:42:00.000000Z",
    revisions=[
        Revision("1", "2026-03-01", "Bridget Between", "First issue"),
        Revision("2", "2026-05-03T09:42:00.000000Z", "Clara Officer", "=Corrects version 1"),
    ],
)


def snapshot_of(product: Product, release: Release | None = None) -> Snapshot:
    """A snapshot of the log as it stands."""
    return take_snapshot(
        product=product,
        release=release,
        phase=LifecyclePhase.MODIFICATION,
        document=draft_document(made_at=MADE_AT, made_by="Clara Officer"),
    )


def sheet_of(content: bytes, name: str = "Hazard log") -> Worksheet:
    """A sheet of a workbook."""
    sheet = load_workbook(BytesIO(content))[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def log_sheet_of(snapshot: Snapshot, title: VersionTitle = TITLE) -> Worksheet:
    """The log's own sheet of a snapshot's workbook."""
    return sheet_of(hazard_log_workbook(snapshot, title))


def column_of(sheet: Worksheet, heading: str, group: str = "") -> int:
    """The number of a column, by its heading and the heading over it."""
    over = ""
    for column in range(1, sheet.max_column + 1):
        over = str(sheet.cell(3, column).value or over)
        if sheet.cell(4, column).value == heading and group in over:
            return column
    raise AssertionError(f"no column {heading}")


def texts_of(sheet: Worksheet, heading: str, group: str = "") -> list[str]:
    """What stands in a column below its heading, without the cells that are spanned over."""
    column = column_of(sheet, heading, group)
    values = [sheet.cell(row, column).value for row in range(5, sheet.max_row + 1)]
    return [str(value) for value in values if value is not None]


def a_mixed_log(product: Product, by: User) -> list[Hazard]:
    """Everything that the layout can carry: controls and estimates of causes and of hazards."""
    whole = a_hazard(
        product,
        by,
        "Everything is about the whole hazard",
        description="Line one\nline two",
        family="medicines",
        action_summary="Ask the prescribing lead",
        justification="Nothing further is practicable",
        owner_role="Clinical safety officer",
    )
    a_harm(whole, by, "The patient bleeds")
    a_cause(whole, by, "Nobody reviews it")
    a_cause(whole, by, "The review is late")
    a_control(whole, by, "A pharmacist looks", kind=ControlKind.EXISTING)
    design = a_control(whole, by, "Reissue is blocked", type=ControlType.DESIGN)
    a_control(whole, by, "Staff are trained", type=ControlType.TRAINING)
    some_evidence(design, by, "Rule tests of every boundary")
    an_estimate(whole, by, "Major", "Medium")
    an_estimate(whole, by, "Major", "Low", Stage.RESIDUAL)
    return [whole, _scored_by_cause(product, by), _of_one_cause(product, by), _bare(product, by)]


def _scored_by_cause(product: Product, by: User) -> Hazard:
    hazard = a_hazard(product, by, "Each cause has its own controls and estimates")
    a_harm(hazard, by, "A first harm")
    a_harm(hazard, by, "A second harm, which has nothing to do with the second cause")
    causes = [a_cause(hazard, by, f"Cause {number}") for number in (1, 2, 3)]
    early = a_control(
        hazard, by, "On one and two", type=ControlType.DESIGN, causes=[causes[0], causes[1]]
    )
    a_control(
        hazard, by, "On one and three", type=ControlType.DESIGN, causes=[causes[0], causes[2]]
    )
    a_control(hazard, by, "On the last", type=ControlType.BUSINESS_PROCESS, causes=[causes[2]])
    a_control(hazard, by, "Of no type yet", causes=[causes[1]])
    some_evidence(early, by, "A test of the first two")
    an_assumption(product, by, hazard=hazard)
    an_estimate(hazard, by, "Considerable", "High")
    an_estimate(hazard, by, "Major", "High", cause=causes[1])
    an_estimate(hazard, by, "Minor", "Low", Stage.RESIDUAL, cause=causes[0])
    an_estimate(hazard, by, "Major", "Low", Stage.RESIDUAL, cause=causes[1])
    return hazard


def _of_one_cause(product: Product, by: User) -> Hazard:
    hazard = a_hazard(product, by, "One cause, more harms than causes")
    for number in (1, 2, 3):
        a_harm(hazard, by, f"Harm {number}")
    cause = a_cause(hazard, by, "The only cause")
    a_control(hazard, by, "On the only cause", type=ControlType.TRAINING, causes=[cause])
    a_control(hazard, by, "On everything", type=ControlType.DESIGN)
    an_estimate(hazard, by, "Minor", "Very low")
    return hazard


def _bare(product: Product, by: User) -> Hazard:
    return a_hazard(product, by, "Nothing is known of it but its name")
