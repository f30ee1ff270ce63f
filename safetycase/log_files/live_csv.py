"""The log as it stands, as CSV: one row for each cause or harm, every row complete.

UTF-8 with a byte order mark, without which Excel takes it for Windows-1252; every field in
quotation marks, commas between them and CRLF as RFC 4180 has it. It says of no version and of no
time: the same log gives the same bytes. Text that a spreadsheet would calculate has an apostrophe
in front (``hazards.spreadsheet_text``).
"""

import csv
from collections.abc import Iterator
from io import StringIO

from safetycase.log_files.carried import carried_columns, in_rows
from safetycase.log_files.log import Log
from safetycase.log_files.rows import rows_of
from safetycase.log_files.safe_text import csv_text

_PIECE = 60_000  # characters that go out together


def live_csv_pieces(log: Log) -> Iterator[bytes]:
    """The bytes of the CSV, in pieces."""
    columns = carried_columns(log)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL)
    yield b"\xef\xbb\xbf"
    writer.writerow([column.in_csv for column in columns])
    for hazard in log.hazards():
        for row in in_rows(rows_of(hazard)):
            writer.writerow([csv_text(row.get(column.key, "")) for column in columns])
        if text.tell() > _PIECE:
            yield _taken(text)
    yield _taken(text)


def _taken(text: StringIO) -> bytes:
    piece = text.getvalue().encode("utf-8")
    text.seek(0)
    text.truncate()
    return piece
