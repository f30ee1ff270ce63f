"""Text in CSV that no spreadsheet takes for a formula, and the text back from it.

CSV cannot say that a field is text. So an apostrophe goes in front of what a spreadsheet might
calculate, and comes off again when the file is read: at the start of a field, and inside of it
where a spreadsheet that parts fields at semicolons, as many outside the United Kingdom do, would
see another field or another row begin. There a dash with a blank behind it is left: it begins an
item of a list.
"""

import re

# Blanks and apostrophes in front change nothing; the full-width signs are read as the plain ones.
_CALCULATED = re.compile(r"[\s']*[=+\-@＝＋－＠]|'*[\t\r\n]")
_BEGINS_INSIDE = re.compile(r"(?<=[;\n])(?=[^\S\n]*[\s']*(?:[=+@＝＋＠]|[-－](?!\s)))")
_HAS_ONE_INSIDE = re.compile(r"(?<=[;\n])'(?=[^\S\n]*[\s']*(?:[=+@＝＋＠]|[-－](?!\s)))")


def is_calculated(text: str) -> bool:
    """Whether a spreadsheet might take this text for a formula."""
    return _CALCULATED.match(text) is not None


def with_apostrophes(text: str) -> str:
    """The text as a field of a CSV file, where nothing of it is calculated."""
    inside = _BEGINS_INSIDE.sub("'", text)
    return f"'{inside}" if is_calculated(text) else inside


def without_apostrophes(field: str) -> str:
    """The text of such a field: exactly what ``with_apostrophes`` was given."""
    inside = field[1:] if field.startswith("'") and is_calculated(field[1:]) else field
    return _HAS_ONE_INSIDE.sub("", inside)
