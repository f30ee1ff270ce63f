"""Reading a file from its bytes to plain values. No database is touched."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from openpyxl.utils import get_column_letter

from audit.errors import BadText
from audit.text import check_text
from hazards.importing.blocks import Blocks, note_refused, split_into_blocks
from hazards.importing.control_details import DETAIL_LABELS, limit_of_detail
from hazards.importing.cover import read_cover, review_date_of
from hazards.importing.dotted import with_hazard_numbers
from hazards.importing.fields import BESIDE_ESTIMATES, LABELS, Field, limit_of
from hazards.importing.files import open_log
from hazards.importing.findings import Findings, Level, quoted, some_of
from hazards.importing.headings import NOTHING_KNOWN
from hazards.importing.joined import with_joined_columns
from hazards.importing.layout import Layout, choose_layout
from hazards.importing.mapping import Mapping
from hazards.importing.multiplied import mark_products
from hazards.importing.parsed import ParsedHazard, ParsedLog
from hazards.importing.records import HEADING_ROW
from hazards.importing.rows import read_hazards
from hazards.importing.sheet import Sheet
from hazards.importing.vocabulary import plain_heading
from hazards.importing.words_taken import fields_to_split, take_words
from hazards.uploads import safe_file_name

MOST_NAMED = 5  # cells that a refusal names
MOST_UNREAD = 20  # columns of which each is told by itself that nothing is taken from it


def read_log(
    *, name: str, content: bytes, sheet: str = "", mapping: Mapping | None = None
) -> ParsedLog:
    """The hazard log in a file: from the named sheet, or from the one that looks like it.

    ``mapping`` says which column is which field, and which word which level, as a person answered;
    without it only what is certain or likely is read, and no unknown word.

    Raises ``NotPossible`` when it is no workbook, has no such sheet or no heading of a log, and
    ``BadText`` (with sheet and cell) when a text cannot be stored.
    """
    sheets = open_log(name, content)
    layout, others = choose_layout(sheets, sheet, mapping.columns if mapping else None)
    _check_characters(layout.sheet)
    findings = Findings(layout.sheet.name)
    layout = with_hazard_numbers(with_joined_columns(layout), findings)
    if mapping is not None:
        layout.at_semicolons = fields_to_split(mapping)
    _note_how(layout.sheet, findings, is_named=bool(sheet))
    _note_no_harm(layout, findings)
    blocks = split_into_blocks(layout, findings)
    hazards = read_hazards(layout, blocks.blocks, findings)
    _check_lengths(layout.sheet, hazards)
    elsewhere = Findings(layout.sheet.name)  # of refused rows only what is named below
    refused = read_hazards(layout, blocks.left_out, elsewhere) if blocks.left_out else []
    note_refused(layout, blocks.left_out, findings)
    mark_products(hazards)
    if mapping is not None:
        take_words(hazards, mapping, findings)
    log = ParsedLog(
        file_name=safe_file_name(name),
        sha256=hashlib.sha256(content).hexdigest(),
        sheet=layout.sheet.name,
        header_rows=layout.header_rows,
        columns=dict(layout.columns),
        hazards=hazards,
        refused=blocks.refused,
        refused_hazards=refused,
        rows_read=blocks.rows_read,
        rows_taken=sum(len(block.rows) for block in blocks.blocks),
        columns_not_read=_columns_not_read(layout, findings),
        findings=findings.all,
    )
    _read_cover(log, sheets, layout)
    _note_other_sheets(log, sheets, others)
    _note_no_rows(log, blocks)
    return log


def _note_how(sheet: Sheet, findings: Findings, *, is_named: bool) -> None:
    if sheet.is_hidden and not is_named:
        findings.add(
            Level.PROBLEM,
            "",
            done="This sheet is hidden in the workbook. It was read because no other one looks "
            "like a hazard log.",
            todo="Check that it is the log that you mean.",
        )
    for done, todo in sheet.problems:
        findings.add(Level.PROBLEM, "", done=done, todo=todo)
    for note in sheet.notes:
        findings.add(Level.NOTE, "", done=note)


def _note_no_harm(layout: Layout, findings: Findings) -> None:
    if not layout.has(Field.HARM):
        findings.add(
            Level.PROBLEM,
            "",
            done="No column of this log says what happens to the patient, and without a harm a "
            "hazard stays a draft.",
            todo="Import the file again and say which column that is, or say it on each hazard "
            "and make it live.",
        )


def _read_cover(log: ParsedLog, sheets: list[Sheet], layout: Layout) -> None:
    cover = read_cover(sheets, layout.sheet)
    if cover is None:
        return
    sheet, facts = cover
    _check_characters(sheet)
    findings = Findings(sheet.name)
    log.cover = {label: quoted(text, 300) for label, (text, _) in facts.items()}
    log.review_date = review_date_of(facts, findings)
    log.findings.extend(findings)
    log.sheets_not_read = [
        each.name for each in sheets if each not in (layout.sheet, sheet) and each.rows
    ]


def _note_other_sheets(log: ParsedLog, sheets: list[Sheet], others: list[Layout]) -> None:
    if not log.cover:
        log.sheets_not_read = [each.name for each in sheets if each.name != log.sheet and each.rows]
    for other in others:
        findings = Findings(other.sheet.name)
        hidden = "hidden " if other.sheet.is_hidden else ""
        findings.add(
            Level.PROBLEM,
            "",
            done=f"This {hidden}sheet looks like a hazard log too. Only “{log.sheet}” was read.",
            todo="Import the file again and name this sheet, if its hazards belong here.",
        )
        log.findings.extend(findings)


def _note_no_rows(log: ParsedLog, blocks: Blocks) -> None:
    if not blocks.rows_read:
        findings = Findings(log.sheet)
        findings.add(
            Level.PROBLEM,
            f"row {log.header_rows}" if log.header_rows else "",
            done="No row stands below the heading, so there is nothing to import.",
            todo="Choose the sheet or the file in which the hazards are.",
        )
        log.findings.extend(findings)


def _columns_not_read(layout: Layout, findings: Findings) -> list[str]:
    """The columns that nothing is taken from, where something stands in them."""
    filled: Counter[int] = Counter()
    known = layout.read | layout.left
    for row, texts in layout.sheet.rows.items():
        if row > layout.header_row:
            filled.update(column for column in texts if column not in known)
    names = {column: quoted(layout.heading(column), 60) for column in sorted(filled)}
    for column in list(names)[:MOST_UNREAD]:
        cells = (
            "1 filled cell was" if filled[column] == 1 else f"{filled[column]} filled cells were"
        )
        level, done, todo = _why_not_read(layout, column)
        place = "" if layout.header_row == HEADING_ROW else f"column {get_column_letter(column)}"
        done = f"{done}, so {cells} passed over."
        findings.add(level, place, found=names[column], done=done, todo=todo)
    if rest := list(names)[MOST_UNREAD:]:
        findings.add(
            Level.PROBLEM,
            f"columns {some_of(get_column_letter(column) for column in rest)}",
            found=some_of((names[column] for column in rest if names[column]), MOST_NAMED),
            done=f"{len(rest)} more columns are not read, so "
            f"{sum(filled[column] for column in rest):,} filled cells were passed over.",
            todo="Say which fields they are when you import the file again, if they matter.",
        )
    return [f"{get_column_letter(column)} {name}".strip() for column, name in names.items()]


def _why_not_read(layout: Layout, column: int) -> tuple[Level, str, str]:
    meaning = layout.meanings.get(column, NOTHING_KNOWN)
    if column in layout.declined:
        return Level.NOTE, "Nothing is read from this column, as you said", ""
    if meaning.field is not None and meaning.field not in layout.columns:
        return (
            Level.PROBLEM,
            f"This column may hold {LABELS[meaning.field]}, and nobody has confirmed that",
            "Import the file again and say which field this column is.",
        )
    if (twin := _twin_of(layout, column)) is not None:
        return (
            Level.PROBLEM,
            f"Column {get_column_letter(twin)} has the same heading and is read already",
            "Import the file again and say which of the two is meant, or take one out.",
        )
    if layout.header_row == HEADING_ROW:
        return (
            Level.PROBLEM,
            "This is not a field that is read",
            "Give it one of the known names, or copy what matters onto the hazards.",
        )
    return (
        Level.PROBLEM,
        "This column is not one that is read",
        "Give it one of the known headings, or copy what matters onto the hazards.",
    )


def _twin_of(layout: Layout, column: int) -> int | None:
    """The column that is read under the same heading."""
    heading = plain_heading(layout.heading(column))
    alike = (c for c in sorted(layout.read) if plain_heading(layout.heading(c)) == heading)
    return next(alike, None) if heading else None


def _check_characters(sheet: Sheet) -> None:
    """Refuse a sheet with a character that no database stores."""
    problems = []
    for row in sorted(sheet.rows):
        for column, text in sheet.rows[row].items():
            problems += _problem(sheet, sheet.place(row, column), "The text", text, None)
    _refuse(problems)


def _check_lengths(sheet: Sheet, hazards: list[ParsedHazard]) -> None:
    """Refuse texts that are longer than their place."""
    problems = []
    for hazard in hazards:
        for field, cell, text in _texts_of(hazard):
            problems += _problem(sheet, cell, LABELS[field], text, limit_of(field))
        for control in hazard.controls:
            for name, text in control.details:
                limit = limit_of_detail(name)
                problems += _problem(sheet, control.cell, DETAIL_LABELS[name], text, limit)
    _refuse(problems)


def _texts_of(hazard: ParsedHazard) -> Iterator[tuple[Field, str, str]]:
    yield Field.REFERENCE, hazard.cells.get(Field.REFERENCE, ""), hazard.reference
    yield Field.NAME, hazard.cells[Field.NAME], hazard.name
    for field, text in hazard.words.items():
        yield field, hazard.cells[field], text
    for harm in hazard.harms:
        yield Field.HARM, harm.cell, harm.text
    for cause in hazard.causes:
        yield Field.CAUSE, cause.cell, cause.text
    for control in hazard.controls:
        yield control.column, control.cell, control.text
    for estimate in hazard.estimates:
        why = BESIDE_ESTIMATES[estimate.stage][1]
        yield Field.WHY_SEVERITY, ", ".join(estimate.cells), estimate.why_severity
        yield why, ", ".join(estimate.cells), estimate.why_likelihood
    for test in hazard.tests:
        yield test.column, test.cell, test.text


def _problem(
    sheet: Sheet, cell: str, label: str, text: str, limit: int | None
) -> list[tuple[str, str]]:
    label = label[:1].upper() + label[1:]
    try:
        check_text(f"Sheet “{sheet.name}”, cell {cell}: {label}", text, limit=limit)
    except BadText as refusal:
        return [(cell, refusal.sentence)]
    return []


def _refuse(problems: list[tuple[str, str]]) -> None:
    if not problems:
        return
    _, sentence = problems[0]
    others = [cell for cell, _ in problems[1:]]
    if others:
        named = ", ".join(others[:MOST_NAMED])
        more = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
        sentence = f"{sentence} The same is wrong in {named}{more}."
    raise BadText(sentence)
