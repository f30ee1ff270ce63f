"""A report as plain text, for the command line."""

from collections.abc import Iterator

from hazards.importing.findings import FindingGroup
from hazards.importing.report import Report


def report_lines(report: Report, *, is_dry_run: bool) -> Iterator[str]:
    """The report, line by line."""
    yield _file(report)
    for label, text in report.cover.items():
        yield f"  {label}: {text}"
    yield (
        f"{report.rows_read} rows read, {report.rows_taken} taken, "
        f"{report.rows_not_taken} not taken."
    )
    if report.sheets_not_read:
        yield f"Sheets not read: {', '.join(report.sheets_not_read)}."
    yield _outcome(report, is_dry_run=is_dry_run)
    yield ""
    for line in report.hazards:
        yield f"  {line.rows:>7}  {line.reference or '(no number)'}  {line.outcome}: {line.name}"
        for change in line.changes:
            yield f"           {change}"
    for heading, findings in (
        ("Not brought in", report.refusals),
        ("To look at", report.problems),
        ("How it was read", report.notes),
    ):
        if findings:
            yield ""
            yield f"{heading}:"
            for group in findings:
                yield f"  {_finding(group)}"


def _file(report: Report) -> str:
    sheet = f", sheet “{report.sheet}”" if report.sheet else ""
    rows = "rows" if "–" in report.header_rows else "row"
    heading = f", heading in {rows} {report.header_rows}" if report.header_rows else ""
    return f"{report.file}{sheet}{heading}"


def _outcome(report: Report, *, is_dry_run: bool) -> str:
    if not report.changed:
        return "Everything in the file is in the log already. Nothing was changed."
    what = ", ".join(report.summary)
    if is_dry_run:
        return f"This would be done: {what}. Nothing was changed (dry run)."
    return f"Done: {what}."


def _finding(group: FindingGroup) -> str:
    finding = group.finding
    place = " ".join(part for part in (finding.sheet, group.place) if part)
    found = f"“{group.found}”: " if group.founds else ""
    hazards = f" [{group.hazards}]" if group.references else ""
    return f"{place}{hazards}: {found}{finding.done} {finding.todo}".rstrip()
