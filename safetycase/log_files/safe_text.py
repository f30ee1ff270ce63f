"""Text that no spreadsheet takes for a formula, and that its file format can hold.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a return may be calculated when a file
is opened. A workbook says of such a cell that it holds text. CSV cannot say so: there the text gets
apostrophes (``hazards.spreadsheet_text``), which the importer takes away again.
"""

import re

from hazards.spreadsheet_text import is_calculated, with_apostrophes

__all__ = ["CUT_SHORT", "MOST_IN_A_CELL", "csv_text", "is_calculated", "one_line", "workbook_text"]

MOST_IN_A_CELL = 32_767  # UTF-16 units; Excel's limit
CUT_SHORT = (
    "\n… The text is longer than a cell of a spreadsheet can hold. It goes on in the JSON file of "
    "this version."
)

#: What XML 1.0 cannot hold, but for halves of characters.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: What Excel would take for such a character written in its own way.
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")
_REPLACEMENT = "\ufffd"


def workbook_text(text: str) -> str:
    """A text as a cell of a workbook holds it.

    Control characters are written as Excel writes them (``_x000B_``), so that none is lost and the
    importer reads them back; half of a character pair becomes the replacement character.
    """
    whole = _HALF_A_CHARACTER.sub(_REPLACEMENT, _plain_line_ends(text))
    written = _as_excel_writes(whole)
    if _units(written) <= MOST_IN_A_CELL:
        return written
    return _longest_start(whole, MOST_IN_A_CELL - _units(CUT_SHORT)) + CUT_SHORT


def csv_text(text: str) -> str:
    """A text as a field of the CSV holds it.

    CSV has no way to write a control character: each becomes the replacement character.
    """
    whole = _HALF_A_CHARACTER.sub(_REPLACEMENT, _plain_line_ends(text))
    whole = _NOT_IN_XML.sub(_REPLACEMENT, whole)
    written = with_apostrophes(whole)
    if _units(written) <= MOST_IN_A_CELL:
        return written
    start = written.encode("utf-16-le")[: 2 * (MOST_IN_A_CELL - _units(CUT_SHORT))]
    return start.decode("utf-16-le", errors="ignore") + CUT_SHORT


def one_line(text: str) -> str:
    """A text without line ends: in a column of controls each line is a control of its own."""
    return " ".join(text.split())


def _plain_line_ends(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _as_excel_writes(text: str) -> str:
    text = _LOOKS_ESCAPED.sub("_x005F_", text)
    return _NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def _units(text: str) -> int:
    """How long Excel finds a text: in units of UTF-16."""
    return len(text) + sum(character > "\uffff" for character in text)


def _longest_start(text: str, most: int) -> str:
    """As much of a text, as Excel writes it, as fits; no character is cut in two."""
    low, high = 0, min(len(text), most)
    while low < high:
        middle = (low + high + 1) // 2
        if _units(_as_excel_writes(text[:middle])) <= most:
            low = middle
        else:
            high = middle - 1
    return _as_excel_writes(text[:low])
