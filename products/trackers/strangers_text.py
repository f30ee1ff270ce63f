"""Text that comes from a tracker is a stranger's: cleaned, cut, and never markup.

Whoever may write a ticket may write anything. What is kept is plain text that fits its column;
templates escape it as they do all text.
"""

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import urlsplit

#: Turns the direction of what follows, or is not seen at all: a name would read as another one.
_UNSEEN = {"Cc", "Cf", "Co", "Cs", "Cn"}
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(r"#{1,6}(?:\s|$)|[=-]{3,}$|```|~~~|!\[|\|")
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_REFERENCE = re.compile(r"(?<![A-Za-z0-9._-])FEAT-\d{1,9}(?![A-Za-z0-9-])", re.IGNORECASE)
MOST_READ = 100_000  # characters of a text that are looked at


def one_line(text: object, limit: int) -> str:
    """A text on one line, at most ``limit`` characters; '' for what is no text."""
    if not isinstance(text, str):
        return ""
    return _cut(" ".join(_seen(text[:MOST_READ]).split()), limit)


def first_paragraph(text: object, limit: int) -> str:
    """The first paragraph that says something: no heading, picture, table or hidden comment."""
    if not isinstance(text, str):
        return ""
    plain = _COMMENT.sub("", text[:MOST_READ].replace("\r\n", "\n").replace("\r", "\n"))
    for paragraph in _PARAGRAPHS.split(plain):
        lines = [line.strip() for line in paragraph.split("\n") if not _HEADING.match(line.strip())]
        words = " ".join(_seen(" ".join(lines)).split())
        if words:
            return _cut(words, limit)
    return ""


def web_address(text: object, limit: int = 500) -> str:
    """An address of the web, or '' for anything else: it becomes a link."""
    if not isinstance(text, str) or len(text) > limit or any(map(str.isspace, text)):
        return ""
    try:
        parts = urlsplit(_seen(text))
    except ValueError:
        return ""
    return _seen(text) if parts.scheme in ("http", "https") and parts.hostname else ""


def references_in(*texts: object) -> tuple[str, ...]:
    """The references of features (FEAT-7) that texts name, in capitals, each once, in order."""
    found = (
        match.group().upper()
        for text in texts
        if isinstance(text, str)
        for match in _REFERENCE.finditer(text[:MOST_READ])
    )
    return tuple(dict.fromkeys(found))


def labels_among(names: Iterable[object]) -> frozenset[str]:
    """Names of labels as they are compared: in small letters, each at most 100 characters."""
    return frozenset(name for each in names if (name := one_line(each, 100).lower()))


def _seen(text: str) -> str:
    """The text without what nobody sees; line ends and tabs become spaces."""
    return "".join(
        " " if each in "\n\t\r\v\f\x85\u2028\u2029" else each
        for each in unicodedata.normalize("NFC", text)
        if each in "\n\t\r\v\f\x85" or unicodedata.category(each) not in _UNSEEN
    )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
