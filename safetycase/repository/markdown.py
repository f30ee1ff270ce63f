"""Writing Markdown whose differences are small: a sentence on a line; nothing moves by itself."""

import re
from collections.abc import Iterable, Iterator

#: What Markdown would take for a mark of its own wherever it stands on a line …
_MARKS = re.compile(r"([\\`*\[\]<>|~])|(?<!\w)(_)|(_)(?!\w)|(&)(?=#?\w+;)")
#: … and at the beginning of one.
_AT_THE_BEGINNING = re.compile(r"^(\s*)(#{1,6}(?=\s)|[-+](?=\s)|\d+(?=[.)]\s)|=+\s*$|-+\s*$)")
_ENDS_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=[^\s])")


def plain(text: str) -> str:
    """A text on one line of which Markdown takes nothing for a mark of its own."""
    line = " ".join(text.split())
    line = _MARKS.sub(lambda found: "\\" + found[0], line)
    return _AT_THE_BEGINNING.sub(_escaped_beginning, line)


def _escaped_beginning(found: re.Match[str]) -> str:
    mark = found[2]
    return f"{found[1]}{mark}\\" if mark.isdigit() else f"{found[1]}\\{mark}"


def paragraph(text: str) -> Iterator[str]:
    """A text as a paragraph, each sentence on a line of its own; its own line ends are kept."""
    for line in text.replace("\r\n", "\n").split("\n"):
        for sentence in _ENDS_SENTENCE.split(line.strip()):
            if sentence:
                yield plain(sentence)
        if not line.strip():
            yield ""


def labelled(label: str, text: str) -> Iterator[str]:
    """A label in bold and a text, with an empty line after; nothing where there is no text."""
    lines = list(paragraph(text.strip()))
    if not text.strip():
        return
    yield f"**{label}.** {lines[0]}"
    yield from lines[1:]
    yield ""


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


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """A table."""
    columns = [plain(each) for each in head]
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        yield f"| {' | '.join(plain(each) for each in row)} |"
    yield ""


def text_of(lines: Iterable[str]) -> str:
    """A file of these lines: no two empty ones after each other, one line end at the end."""
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line.rstrip())
    return "\n".join(kept).rstrip("\n") + "\n"
