"""The hazard log as CSV: flat, one row for each cause, every row complete.

UTF-8 with a byte order mark, without which Excel takes it for Windows-1252; commas, quotes where
needed and CRLF as RFC 4180 has them; line feeds within fields. A text that a spreadsheet would
calculate has an apostrophe in front (``safe_text.without_apostrophe`` takes it away).
"""

import csv
from collections.abc import Callable, Iterator
from io import StringIO

from safetycase.log_files.columns import Column, Key, columns_of
from safetycase.log_files.rows import (
    HazardRows,
    has_untyped_controls,
    has_voices,
    hazards_in,
    rows_of,
)
from safetycase.log_files.safe_text import csv_text
from safetycase.log_files.title import VersionTitle
from safetycase.snapshot.shape import HazardShape, RiskShape, Snapshot

CONTENT_TYPE = "text/csv; charset=utf-8"

#: What stands in each row of one cause, after the columns of the workbook.
_OF_THE_CAUSE = "Cause Number"
_OF_THE_HAZARD: tuple[tuple[str, Callable[[HazardShape], str]], ...] = (
    ("Worst Initial Rating", lambda hazard: _worst(hazard["initial"])),
    ("Worst Residual Rating", lambda hazard: _worst(hazard["residual"])),
)
_OF_THE_VERSION = ("Product", "Release", "Log Version", "Version State", "Version Dated")


def hazard_log_csv(snapshot: Snapshot, title: VersionTitle) -> bytes:
    """The hazard log of a snapshot as CSV; the same snapshot and title give the same bytes."""
    hazards = hazards_in(snapshot)
    columns = columns_of(
        has_untyped_controls=has_untyped_controls(hazards), has_voices=has_voices(hazards)
    )
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(
        [
            *(column.in_csv for column in columns),
            *(heading for heading, _ in _OF_THE_HAZARD),
            _OF_THE_CAUSE,
            *_OF_THE_VERSION,
        ]
    )
    version = _version(snapshot, title)
    for hazard in hazards:
        for row in _rows(rows_of(hazard), columns):
            writer.writerow([csv_text(field) for field in (*row, *version)])
    return text.getvalue().encode("utf-8-sig")


def _rows(rows: HazardRows, columns: list[Column]) -> Iterator[list[str]]:
    hazard = rows.hazard
    about_it = [told(hazard) for _, told in _OF_THE_HAZARD]
    causes = len(hazard["causes"])
    # A hazard with more harms than causes has more rows in the workbook; here all harms stand
    # in one field, so that rows can be counted as causes.
    harms = "\n".join(each["text"] for each in hazard["harms"])
    for row in range(max(causes, 1)):
        fields = {column.key: str(rows.value(column.key, row)) for column in columns}
        fields[Key.HARM] = harms or fields[Key.HARM]
        yield [*fields.values(), *about_it, str(row + 1) if causes else ""]


def _worst(risk: RiskShape) -> str:
    return str(risk["shown"]["class_number"]) if risk["shown"] else ""


def _version(snapshot: Snapshot, title: VersionTitle) -> tuple[str, ...]:
    release = snapshot["release"]
    return (
        snapshot["product"]["name"],
        release["label"] if release else "",
        title.version,
        title.state,
        title.dated,
    )
