"""What stands in a cell, as text: cleaned of the marks of spreadsheets, never calculated."""

import datetime
import re
from typing import Any

#: What people write into a cell that has nothing to say.
EMPTY_WORDS = frozenset(
    {"n/a", "na", "n.a.", "n.a", "not applicable", "none", "nil", "-", "–", "—", "--"}
)
#: What people write where something is still to come.
PLACEHOLDERS = frozenset(
    {"tbc", "tbd", "tba", "to be confirmed", "to be decided", "to be determined", "todo", "to do"}
    | {"?", "??", "???", "xxx"}
)
#: What Excel shows where a formula has failed.
EXCEL_ERRORS = frozenset(
    {"#ref!", "#n/a", "#value!", "#name?", "#div/0!", "#null!", "#num!", "#getting_data"}
)

# Excel writes characters that XML cannot hold (and the return of an old Mac) as _x000D_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LINE_ENDS = re.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")


def text_of(value: Any) -> str:
    """The text of a cell's value as a person would read it; a formula is its own text."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return f"{value:%-d %B %Y}" if midnight else f"{value:%-d %B %Y, %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value:%-d %B %Y}"
    # An array formula is an object that carries its text.
    return cleaned(str(getattr(value, "text", None) or value))


def cleaned(text: str) -> str:
    """Text of a workbook: what Excel wrote in its own way as itself, and tidied."""
    return tidied(_ESCAPED.sub(lambda match: chr(int(match[1], 16)), text))


def tidied(text: str) -> str:
    """Text with plain line ends and spaces, and nothing but words at its ends."""
    text = _LINE_ENDS.sub("\n", text).replace("\u00a0", " ").replace("\ufeff", "")
    return "\n".join(line.rstrip(" \t") for line in text.split("\n")).strip()


def folded(text: str) -> str:
    """The text as two cells are compared: without regard to case and spacing."""
    return " ".join(text.casefold().split())


def is_placeholder(text: str) -> bool:
    """Whether the text only says that something is still to come."""
    return folded(text).strip(" .:[]()<>") in PLACEHOLDERS or folded(text) in PLACEHOLDERS


def says_nothing(text: str) -> bool:
    """Whether a cell is empty, or says only that it is."""
    return folded(text) in EMPTY_WORDS or not text


def is_error(text: str) -> bool:
    """Whether Excel itself shows an error there."""
    return folded(text) in EXCEL_ERRORS


def is_formula(text: str) -> bool:
    """Whether the cell holds a formula, which is kept as text and never calculated."""
    return text.startswith("=") and len(text) > 1
