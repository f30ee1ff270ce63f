"""The hazard log as Markdown: a section for each hazard, with a table of what is said of it and one
of its causes, controls and risks.

It reads well where documents are kept beside the code, its differences are small, and the importer
reads it back on the columns that CSV has too.
"""

import re
from collections.abc import Iterable, Iterator

from safetycase.log_files.carried import OF_THE_HAZARD, OF_THE_ROW, carried_columns, in_rows
from safetycase.log_files.columns import Column
from safetycase.log_files.log import Log
from safetycase.log_files.rows import HazardRows, rows_of
from safetycase.log_files.safe_text import one_line
from safetycase.log_files.title import VersionTitle

CONTENT_TYPE = "text/markdown; charset=utf-8"

#: What Markdown would take for a mark of its own wherever it stands on a line.
_MARKS = re.compile(r"([\\`*_\[\]<>&|#~])")


def markdown_pieces(log: Log, title: VersionTitle) -> Iterator[bytes]:
    """The bytes of the text, a hazard at a time; of the log as it stands it says no time."""
    columns = carried_columns(log)
    yield _text(_head(log, title))
    for hazard in log.hazards():
        yield _text(_hazard(rows_of(hazard), columns))


def _text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def _head(log: Log, title: VersionTitle) -> Iterator[str]:
    yield f"# {_plain(log.product['name'])}: hazard log"
    yield ""
    count = f"{log.count} hazard{'' if log.count == 1 else 's'}"
    about = f"Release {_plain(log.release['label'])}. " if log.release else ""
    yield f"{_plain(title.in_words)}. {about}{count}."
    if log.matrix:
        matrix = log.matrix
        yield ""
        yield f"Risks are in the words of {_plain(matrix['name'])}, version {matrix['number']}."


def _hazard(rows: HazardRows, columns: list[Column]) -> Iterator[str]:
    values = in_rows(rows)
    hazard = rows.hazard
    yield ""
    yield f"## {_plain(one_line(hazard['reference']))} {_plain(one_line(hazard['name']))}"
    yield ""
    yield "| Field | What is recorded |"
    yield "|---|---|"
    for column in columns:
        if column.key in OF_THE_HAZARD:
            yield _line([column.in_csv, _cell(values[0].get(column.key, ""))])
    yield ""
    beside = [column for column in columns if column.key in OF_THE_ROW]
    yield _line(column.in_csv for column in beside)
    yield f"|{'---|' * len(beside)}"
    for row in values:
        yield _line(_cell(row.get(column.key, "")) for column in beside)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _cell(text: str) -> str:
    """A text in a cell of a table, which is one line of the file."""
    return "<br>".join(_plain(line) for line in text.replace("\r\n", "\n").split("\n"))


def _plain(text: str) -> str:
    """A text of which Markdown takes nothing for a mark of its own."""
    return _MARKS.sub(r"\\\1", text)
