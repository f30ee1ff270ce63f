"""The sheets around the log: its cover, the matrix with its words, the change log."""

from collections.abc import Iterator, Sequence

from openpyxl import Workbook
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from products.choices import Role
from safetycase.log_files import styles
from safetycase.log_files.log import Log
from safetycase.log_files.sheets import A4, fit_height, new_sheet, on_paper, write, write_over
from safetycase.log_files.title import VersionTitle, day_in_words, moment_in_words
from safetycase.snapshot.shape import (
    AssumptionShape,
    ClassShape,
    MatrixShape,
    MemberShape,
)

COVER, MATRIX, CHANGES = "Cover", "Risk matrix", "Change log"

_HOW_TO_READ = (
    "Each hazard stands in as many rows as it has causes. A cell that spans several rows is about "
    "all of the causes beside it; one that spans all of them is about the whole hazard.",
    "Controls Act On says “Each cause” of controls beside all causes that were given to every one "
    "of them, and not to the hazard as a whole.",
    "Clinical impacts of one hazard stand under each other. They belong to the hazard, not to the "
    "cause that happens to stand beside them.",
    "In a column of controls each line is a control of its own; what stands beside it says in the "
    "same order whose it is, how far it has come and what shows it. A test is evidence of the "
    "controls beside it, planned or obtained, and never lowers a risk itself.",
    "The initial risk is with the existing controls that remain, the residual risk with all "
    "controls. It is provisional until every control that it relies on is implemented, verified "
    "and effective, or handed over with an instruction; then it is confirmed.",
    "Open: not all of the manufacturer’s actions are complete. Transferred: the manufacturer’s "
    "are, the deploying organisation’s are not. Closed: all are.",
    "TBC: still to come. n/a: not asked for. –: nothing is recorded.",
)


def add_cover(book: Workbook, log: Log, title: VersionTitle) -> None:
    """Add the cover: what this is, of which release, whose, and how to read it."""
    widths = (26.0, 92.0)
    sheet = new_sheet(book, COVER, [3, *widths])
    write(sheet, 2, 2, "Clinical safety hazard log", styles.TITLE)
    write(sheet, 3, 2, f"{log.product['name']} · {title.in_words}", styles.SUBTITLE)
    row = 5
    for label, text in _facts(log, title):
        row = _write_row(sheet, row, (label, text), widths, (styles.LABEL, styles.FACT))
    row = _write_section(sheet, row + 1, "How to read it")
    for text in _HOW_TO_READ:
        write_over(sheet, (row, row), (2, 3), text, styles.FACT)
        fit_height(sheet, row, {text: sum(widths)})
        row += 1
    if log.assumptions:
        row = _write_section(sheet, row + 1, "Assumptions about the product")
        for assumption in log.assumptions:
            told = (assumption["state_words"], _assumption_in_words(assumption))
            row = _write_row(sheet, row, told, widths, (styles.LABEL, styles.FACT))
    if log.not_reported:
        row = _write_section(sheet, row + 1, "Hazards that this log does not hold")
        for hazard in log.not_reported:
            told = (hazard["reference"], f"{hazard['name']}: {hazard['why']}")
            row = _write_row(sheet, row, told, widths, (styles.LABEL, styles.FACT))
    on_paper(sheet, title, log.product["name"], paper=A4)
    _fit_to_width(sheet)


def add_matrix_sheet(book: Workbook, log: Log, title: VersionTitle) -> None:
    """Add the matrix, and what its words and classes mean."""
    matrix = log.matrix
    severities = len(matrix["severities"]) if matrix else 0
    widths = [3.0, 18.0, *([16.0] * max(severities, 5))]
    sheet = new_sheet(book, MATRIX, widths)
    write(sheet, 2, 2, "Risk matrix", styles.TITLE)
    if matrix is None:
        write(sheet, 3, 2, "This product has no risk matrix yet.", styles.SUBTITLE)
    else:
        write(sheet, 3, 2, _matrix_in_words(matrix), styles.SUBTITLE)
        _write_matrix(sheet, matrix, widths)
    on_paper(sheet, title, log.product["name"], paper=A4)
    _fit_to_width(sheet)


def add_change_log(book: Workbook, log: Log, title: VersionTitle) -> None:
    """Add the revision history."""
    widths = (12.0, 20.0, 28.0, 80.0)
    sheet = new_sheet(book, CHANGES, list(widths))
    for column, heading in enumerate(("Version", "Date", "Author", "Summary of changes"), start=1):
        write(sheet, 1, column, heading, styles.HEADING)
    row = 2
    for revision in title.revisions:
        texts = (
            *(revision.version, day_in_words(revision.dated)),
            *(revision.author, revision.summary),
        )
        row = _write_row(sheet, row, texts, widths, (styles.FACT,) * 4, first_column=1)
    sheet.freeze_panes = "A2"
    on_paper(sheet, title, log.product["name"], paper=A4)
    sheet.print_title_rows = "1:1"
    _fit_to_width(sheet)


def _facts(log: Log, title: VersionTitle) -> Iterator[tuple[str, str]]:
    """What the cover says, under the labels that the importer knows where it knows them."""
    release = log.release
    yield "Product", log.product["name"]
    yield "Organisation", log.organisation["name"]
    if log.lifecycle_phase_words:
        yield "Release", f"{release['label']}" if release else "none yet"
        yield "Lifecycle phase", log.lifecycle_phase_words
    if title.version:
        yield "Version", title.version
    yield "Status", title.state
    yield "Owner", _officers(log.team) or "No clinical safety officer is appointed"
    yield "Authors", ", ".join(_authors(log, title))
    yield "Date", moment_in_words(title.dated)
    if log.next_review:
        # Not “next review date”, which an import gives to every hazard that has none of its own.
        yield "Earliest review due", day_in_words(log.next_review)
    yield "Hazards in this log", _how_many(log)


def _officers(team: Sequence[MemberShape]) -> str:
    """The clinical safety officers with their registrations, deputies last."""
    return "\n".join(
        f"{each['name']}, {'deputy ' if each['is_deputy'] else ''}clinical safety officer"
        f"{', ' + each['registration'] if each['registration'] else ''}"
        for each in team
        if each["role"] == Role.CLINICAL_SAFETY_OFFICER
    )


def _authors(log: Log, title: VersionTitle) -> list[str]:
    names = [each.author for each in title.revisions] or [log.made_by]
    return list(dict.fromkeys(name for name in names if name))


def _how_many(log: Log) -> str:
    placed, unplaced = log.placed, log.unplaced
    told = f"{placed} in scope of the release" if log.release else str(placed)
    return f"{told}, {unplaced} not yet placed in a release" if unplaced else told


def _assumption_in_words(assumption: AssumptionShape) -> str:
    held_by = f"\nHeld by {assumption['held_by']}" if assumption["held_by"] else ""
    until = assumption["valid_until"]
    return f"{assumption['text']}{held_by}{f', until {day_in_words(until)}' if until else ''}"


def _matrix_in_words(matrix: MatrixShape) -> str:
    approved = matrix["state_words"]
    if matrix["approved_at"]:
        approved = f"approved by {matrix['approved_by']} on {day_in_words(matrix['approved_at'])}"
    return f"{matrix['name']}, version {matrix['number']} · {approved}"


def _write_matrix(sheet: Worksheet, matrix: MatrixShape, widths: Sequence[float]) -> None:
    write(sheet, 5, 2, "Likelihood \\ Severity", styles.HEADING)
    for column, level in enumerate(matrix["severities"], start=3):
        write(sheet, 5, column, level["word"], styles.HEADING)
    row = 6
    for line in matrix["rows"]:
        write(sheet, row, 2, line["likelihood"], styles.HEADING)
        for column, number in enumerate(line["classes"], start=3):
            write(sheet, row, column, number, styles.class_style(number))
        sheet.row_dimensions[row].height = 22
        row += 1
    row = _write_meanings(
        sheet,
        row + 1,
        "Severity",
        [(e["word"], e["meaning"]) for e in matrix["severities"]],
        widths,
    )
    row = _write_meanings(
        sheet,
        row + 1,
        "Likelihood",
        [(each["word"], each["meaning"]) for each in matrix["likelihoods"]],
        widths,
    )
    row = _write_section(sheet, row + 1, "Risk classes")
    for each in reversed(matrix["classes"]):
        write(sheet, row, 2, each["number"], styles.class_style(each["number"]))
        _write_meaning(sheet, row, _class_in_words(each), widths)
        row += 1


def _class_in_words(risk_class: ClassShape) -> str:
    word, told = risk_class["acceptability_words"], risk_class["meaning"].rstrip(".")
    if not told.lower().startswith(word.lower()):
        told = f"{word}: {told}"
    accepted_by = risk_class["accepted_by"]
    return f"{told}. Accepted by: {accepted_by.lower()}" if accepted_by else told


def _write_meanings(
    sheet: Worksheet,
    row: int,
    heading: str,
    meanings: Sequence[tuple[str, str]],
    widths: Sequence[float],
) -> int:
    row = _write_section(sheet, row, heading)
    for word, meaning in meanings:
        write(sheet, row, 2, word, styles.NAME)
        _write_meaning(sheet, row, meaning, widths)
        row += 1
    return row


def _write_meaning(sheet: Worksheet, row: int, text: str, widths: Sequence[float]) -> None:
    write_over(sheet, (row, row), (3, len(widths)), text, styles.FACT)
    fit_height(sheet, row, {text: sum(widths[2:])})


def _write_section(sheet: Worksheet, row: int, text: str) -> int:
    write(sheet, row, 2, text, styles.SECTION)
    sheet.row_dimensions[row].height = 22
    return row + 1


def _write_row(
    sheet: Worksheet,
    row: int,
    texts: Sequence[str],
    widths: Sequence[float],
    names: Sequence[str],
    *,
    first_column: int = 2,
) -> int:
    for column, (text, style) in enumerate(zip(texts, names, strict=True), start=first_column):
        write(sheet, row, column, text, style)
    fit_height(sheet, row, dict(zip(texts, widths, strict=True)))
    return row + 1


def _fit_to_width(sheet: Worksheet) -> None:
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0  # as many as it takes
