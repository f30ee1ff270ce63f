"""Text that somebody sent: in which encoding, and whether it is text at all."""

import codecs
import re
from dataclasses import dataclass

from audit.errors import NotPossible

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1b\x7f]")
LOOKED_AT = 4096  # bytes
MOST_CONTROLS = 0.001  # of all characters, in what is still a text


@dataclass(frozen=True)
class DecodedText:
    """A text, and what a report says of how it was read ('' where nothing is to be said)."""

    text: str
    note: str = ""


def decoded(name: str, content: bytes) -> DecodedText:
    """The text of a file: UTF-8, UTF-16, else Windows-1252.

    Raises ``NotPossible`` when it is no text.
    """
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _checked(name, content, encoding, "")
    if (unmarked := _utf_16_of(content)) is not None:
        return _checked(name, content, unmarked, "")
    try:
        return _checked(name, content, "utf-8", "")
    except UnicodeDecodeError:
        note = (
            "The file is not in UTF-8; it was read as Windows-1252. Check words with accents and "
            "signs such as £."
        )
        return _checked(name, content, "cp1252", note)


def _utf_16_of(content: bytes) -> str | None:
    """The UTF-16 that a text without a mark is in: each second byte of most words is then zero."""
    start = content[:LOOKED_AT]
    for encoding, zeros, letters in (
        ("utf-16-le", start[1::2], start[::2]),
        ("utf-16-be", start[::2], start[1::2]),
    ):
        if 2 * zeros.count(0) > len(zeros) and not letters.count(0):
            return encoding
    return None


def _checked(name: str, content: bytes, encoding: str, note: str) -> DecodedText:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding == "utf-8":
            raise
        raise NotPossible(_no_text(name)) from error
    controls = len(_CONTROLS.findall(text))
    if "\x00" in text or controls > MOST_CONTROLS * len(text):
        raise NotPossible(_no_text(name))
    return DecodedText(text.removeprefix("\ufeff"), note)


def _no_text(name: str) -> str:
    return (
        f"{name} is no text that can be read, whatever its name says. Nothing was changed. Open "
        "it in the program that it comes from, save the log as .xlsx or as CSV in UTF-8, and "
        "choose that file."
    )
