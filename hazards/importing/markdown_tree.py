"""A Markdown text as sections, each with its paragraphs, lists and tables, and their lines."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

#: A line of a paragraph that begins with what it is about: ``Severity: Major``.
LABELLED = re.compile(r"^([^:\n]{1,60}):\s*(.*)$", re.DOTALL)
#: Deeper than any heading: a label in bold, or with a colon, on a line of its own.
_LABEL_LEVEL = 7
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


@dataclass(frozen=True)
class Line:
    """A text, and the line of the file in which it begins."""

    text: str
    line: int


@dataclass
class Table:
    """A table: its heading row, and the rows below it."""

    heading: list[Line]
    rows: list[list[Line]] = field(default_factory=list)


@dataclass
class Listing:
    """A list: its items, inner lists as items of their own."""

    items: list[Line] = field(default_factory=list)


Block = Line | Table | Listing


@dataclass
class Section:
    """A heading with what stands below it, up to the next heading of its level."""

    title: Line
    level: int
    blocks: list[Block] = field(default_factory=list)
    sections: list["Section"] = field(default_factory=list)

    def walk(self) -> Iterator["Section"]:
        """This section and all that are in it."""
        yield self
        for each in self.sections:
            yield from each.walk()

    @property
    def tables(self) -> list[Table]:
        """The tables that stand directly below its heading."""
        return [block for block in self.blocks if isinstance(block, Table)]


def tree_of(text: str, is_label: Callable[[str], bool]) -> Section:
    """The sections of a text, under one without a title that holds the whole file.

    A line of its own that is bold, or ends in a colon, heads what follows where ``is_label`` says
    that it is a label: ``**Causes**`` above a list.
    """
    root = Section(Line("", 1), 0)
    path = [root]
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(text)
    position = 0
    while position < len(tokens):
        token = tokens[position]
        section = _heading(token, tokens[position + 1 : position + 2], is_label)
        if section is not None:
            while path[-1].level >= section.level:
                path.pop()
            path[-1].sections.append(section)
            path.append(section)
            position += 3
            continue
        end = _end_of(tokens, position)
        block = _block(tokens[position : end + 1])
        if block is not None:
            path[-1].blocks.append(block)
        position = end + 1
    return root


def _heading(token: Token, after: list[Token], is_label: Callable[[str], bool]) -> Section | None:
    """The section that begins with this token, if one does; of one line and nothing below it."""
    if token.type == "heading_open":
        return Section(_line(after[0], token), int(token.tag[1]))
    if token.type != "paragraph_open":
        return None
    text = _text(after[0])
    label = text.strip(" :")
    if not label or "\n" in text or not (text.endswith(":") or _is_bold(after[0])):
        return None
    return Section(Line(label, _number(token)), _LABEL_LEVEL) if is_label(label) else None


def _is_bold(inline: Token) -> bool:
    """Whether nothing but a colon stands outside what is bold."""
    outside, depth = "", 0
    for child in inline.children or []:
        depth += child.nesting if child.type in ("strong_open", "strong_close") else 0
        outside += child.content if depth == 0 else ""
    return not outside.strip(" :")


def _end_of(tokens: list[Token], start: int) -> int:
    """The place of the token that closes the one at ``start``."""
    depth = 0
    for position in range(start, len(tokens)):
        depth += tokens[position].nesting
        if depth <= 0:
            return position
    return len(tokens) - 1


def _block(tokens: list[Token]) -> Block | None:
    first = tokens[0]
    if first.type == "table_open":
        return _table(tokens)
    if first.type in ("bullet_list_open", "ordered_list_open"):
        return Listing([_line(token) for token in tokens if token.type == "inline"])
    inline = [token for token in tokens if token.type == "inline"]
    if inline:
        return Line("\n".join(_text(token) for token in inline), _number(inline[0]))
    if first.content.strip():  # code, indented or fenced
        return Line(first.content.strip(), _number(first))
    return None


def _table(tokens: list[Token]) -> Table:
    rows: list[list[Line]] = []
    line = _number(tokens[0])
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
            line = _number(token) if token.map else line
        elif token.type == "inline":
            rows[-1].append(Line(_text(token), line))
    return Table(rows[0] if rows else [], rows[1:])


def _line(token: Token, at: Token | None = None) -> Line:
    return Line(_text(token), _number(at or token))


def _number(token: Token) -> int:
    return token.map[0] + 1 if token.map else 1


def _is_break(token: Token) -> bool:
    return token.type == "html_inline" and _BREAK.fullmatch(token.content) is not None


def _text(token: Token) -> str:
    """What a person reads: without the marks of Markdown, a hard break as a new line.

    Lines that each begin with a label are lines of their own without a hard break too.
    """
    lines = token.content.split("\n")
    soft = "\n" if len(lines) > 1 and all(map(LABELLED.match, lines)) else " "
    parts = []
    for child in token.children or []:
        if child.type == "softbreak":
            parts.append(soft)
        elif child.type == "hardbreak" or (
            child.type == "html_inline" and _BREAK.fullmatch(child.content)
        ):
            parts.append("\n")
        else:  # what is marked as strong, a link and the like begins and ends with nothing
            parts.append(child.content)
    return "".join(parts).strip()
