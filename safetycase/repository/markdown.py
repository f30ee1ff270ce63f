"""Writing Markdown whose differences are small: a sentence on a line; nothing moves by itself."""

import re
from collections.abc import Iterable, Iterator
from itertools import zip_longest
from typing import NamedTuple

from audit.plain_markdown import plain, without_tags

_ENDS_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[^\s])")
#: What a name of a file is not made of.
_NOT_IN_NAMES = re.compile(r"[^A-Za-z0-9_-]+")


def file_name(reference: str) -> str:
    """A reference as a name of a file on any system: letters, digits, ``-`` and ``_`` alone.

    Raises ``ValueError`` where nothing is left of it.
    """
    name = _NOT_IN_NAMES.sub("-", reference).strip("-")
    if not name:
        raise ValueError(f"{reference!r} names no file")
    return name


def without_html(markdown: str) -> list[str]:
    """The lines of what people wrote in Markdown, in which no reader takes anything for HTML.

    Two spaces at the end of a line break it, and would be lost: a backslash does the same.
    """
    lines = (without_tags(line) for line in markdown.splitlines())
    return [
        f"{line.rstrip()}\\" if line.strip() and line.endswith("  ") else line for line in lines
    ]


def paragraph(text: str) -> Iterator[str]:
    """A text as paragraphs, each sentence on a line of its own.

    A ``\\`` keeps the writer's own line ends, which a reader of Markdown would run together.
    """
    written = [line.strip() for line in text.splitlines()]
    for line, following in zip_longest(written, written[1:], fillvalue=""):
        if not line:
            yield ""
            continue
        sentences = [plain(each) for each in _ENDS_SENTENCE.split(line) if each]
        yield from sentences[:-1]
        yield sentences[-1] + ("\\" if following else "")


def labelled(label: str, text: str) -> Iterator[str]:
    """A label in bold and a text, with an empty line after; nothing where there is no text."""
    lines = list(paragraph(text.strip()))
    if not text.strip():
        return
    ends = "" if label.endswith(("?", "!", ".")) else "."
    yield f"**{label}{ends}** {lines[0]}"
    yield from lines[1:]
    yield ""


class Link(NamedTuple):
    """A word that leads to another of the files."""

    text: str
    name: str


def facts(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A list of facts, those that are there."""
    for label, text in pairs:
        if text:
            yield f"- {label}: {plain(text)}"


def section(title: str, lines: Iterable[str], level: int = 2) -> Iterator[str]:
    """A heading and what stands under it; nothing where nothing does."""
    below = list(lines)
    if not below:
        return
    yield f"{'#' * level} {plain(title)}"
    yield ""
    yield from below
    if below[-1]:
        yield ""


def table(head: Iterable[str], rows: Iterable[Iterable[str | Link]]) -> Iterator[str]:
    """A table."""
    columns = [plain(each) for each in head]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(_cell(each) for each in row)} |"
    yield ""


def _cell(value: str | Link) -> str:
    return f"[{plain(value.text)}]({value.name})" if isinstance(value, Link) else plain(value)


def text_of(lines: Iterable[str]) -> str:
    """A file of these lines: no two empty ones after each other, one line end at the end."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).rstrip("\n") + "\n"
