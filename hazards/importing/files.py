"""The one door for files: what kind of log it is, judged by its content, and its sheets."""

import json
from enum import StrEnum
from pathlib import PurePath

from django.conf import settings

from audit.errors import NotPossible
from hazards.importing.csv_file import open_csv
from hazards.importing.json_rows import open_json_rows, parsed_json
from hazards.importing.markdown_file import looks_like_markdown, open_markdown
from hazards.importing.sheet import Sheet
from hazards.importing.text_file import decoded
from hazards.importing.workbook import is_workbook_or_office, open_workbook, too_large, what_it_is
from hazards.uploads import safe_file_name

#: For the file field of a form, and for sentences.
ACCEPTED_SUFFIXES = (".xlsx", ".csv", ".tsv", ".txt", ".md", ".markdown", ".json")
ACCEPTED = "an Excel workbook (.xlsx), CSV, Markdown or JSON"

_MARKDOWN = frozenset({".md", ".markdown"})
_TEXTS = frozenset({".csv", ".tsv", ".txt", ".json"}) | _MARKDOWN


class LogKind(StrEnum):
    """What a file is, by its content."""

    WORKBOOK = "workbook"
    CSV = "csv"
    MARKDOWN = "markdown"
    JSON_ROWS = "json_rows"
    RECORD = "record"  # this application's own format, which is restored and not imported


def kind_of_log(name: str, content: bytes) -> LogKind:
    """What kind of log a file is. Its name only tells texts apart.

    Raises ``NotPossible``, with what to do, for an empty or too large file and for what is none.
    """
    safe_name = safe_file_name(name)
    suffix = PurePath(safe_name).suffix.lower()
    _check_size(safe_name, content)
    if is_workbook_or_office(content) or (suffix not in _TEXTS and "." in safe_name):
        return LogKind.WORKBOOK
    what = what_it_is(content)
    if what in ("a PDF", "a picture"):
        raise NotPossible(
            f"{safe_name} is {what}, not a hazard log, whatever its name says. Nothing was "
            f"changed. Choose the log itself: {ACCEPTED}."
        )
    text = decoded(safe_name, content).text
    if suffix == ".json" or (suffix not in _TEXTS and text.lstrip()[:1] in ("{", "[")):
        value = parsed_json(safe_name, text)
        has_marker = isinstance(value, dict) and isinstance(value.get("format"), str)
        return LogKind.RECORD if has_marker else LogKind.JSON_ROWS
    if suffix in _MARKDOWN or (suffix in (".txt", "") and looks_like_markdown(text)):
        return LogKind.MARKDOWN
    return LogKind.CSV


def open_log(name: str, content: bytes) -> list[Sheet]:
    """The sheets of a log, whatever its kind. Raises ``NotPossible`` when it cannot be read."""
    safe_name = safe_file_name(name)
    kind = kind_of_log(name, content)
    if kind is LogKind.WORKBOOK:
        return open_workbook(name, content)
    if kind is LogKind.RECORD:
        raise NotPossible(
            f"{safe_name} is a hazard log in a JSON format that says of itself "
            f"“{_marker(content)}”, and no list of rows. Nothing was changed. A log that was "
            "exported here as JSON is restored whole; choose another file if it is none."
        )
    text = decoded(safe_name, content)
    if kind is LogKind.MARKDOWN:
        return open_markdown(safe_name, text)
    if kind is LogKind.JSON_ROWS:
        return open_json_rows(safe_name, text.text)
    return [open_csv(safe_name, text)]


def _marker(content: bytes) -> str:
    return str(json.loads(content.decode("utf-8-sig"))["format"])[:60]


def _check_size(name: str, content: bytes) -> None:
    if not content.strip(b"\xef\xbb\xbf \t\r\n"):
        raise NotPossible(
            f"{name} is empty. Nothing was changed. Choose the file with your log: {ACCEPTED}."
        )
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise NotPossible(too_large(name))
