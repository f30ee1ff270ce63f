"""From a section's Markdown to HTML that is safe to show: the same on the page and in the PDF.

CommonMark with tables. HTML in the source is shown as the text that it is, pictures are left out
with a mark, links lead to http(s) addresses and mailboxes only, headings begin below the
section's own. Whatever comes out is cleaned once more against a list of allowed tags.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import nh3
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

#: The level of the highest heading of a narrative; the section's own is above it.
FIRST_HEADING = 3
LOWEST_HEADING = 6

ALLOWED_TAGS = {
    *("p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote"),
    *("ul", "ol", "li", "h3", "h4", "h5", "h6", "a", "mark"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}
ALLOWED_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "th": {"scope"}, "mark": {"class"}}
ALLOWED_SCHEMES = {"http", "https", "mailto"}
MISSING_CLASS = "missing-placeholder"

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
#: Letters by their class that no font shows: they fill the place of a missing Hangul letter.
_INVISIBLE = "\u115f\u1160\u3164\uffa0"
_ALLOWED_LINK = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)


@dataclass(frozen=True)
class Narrative:
    """A narrative ready to show, and the placeholders in it that nobody knows."""

    html: SafeString
    unknown: list[str]
    is_empty: bool
    """Whether it says nothing: no letter or number of its own besides placeholders."""


def render_narrative(markdown: str, values: Mapping[str, str]) -> Narrative:
    """The HTML of a narrative with its placeholders filled in from ``values``.

    An unknown placeholder becomes a marked sentence and is listed; nothing is ever evaluated.
    """
    parser = _parser()
    tokens = parser.parse(markdown)
    unknown: list[str] = []
    is_empty = not any(_has_words(token) for token in tokens)
    _lower_headings(tokens)
    for token in tokens:
        if token.type == "th_open":
            token.attrSet("scope", "col")
        if token.type == "inline" and token.children:
            token.children = _filled_in(token.children, values, unknown)
    html = parser.renderer.render(tokens, parser.options, {})
    return Narrative(sanitised(html), list(dict.fromkeys(unknown)), is_empty)


def unknown_placeholders(markdown: str, known: Mapping[str, str]) -> list[str]:
    """The placeholders of a narrative that are not known, each once, in order."""
    return render_narrative(markdown, known).unknown if "{{" in markdown else []


def sanitised(html: str) -> SafeString:
    """The HTML with everything taken out that is not on the lists above.

    The one place of the application that marks text as safe.
    """
    clean = nh3.clean(
        html,
        tags=ALLOWED_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "template", "noscript"},
        attributes=ALLOWED_ATTRIBUTES,
        attribute_filter=_kept_attribute,
        strip_comments=True,
        link_rel="noopener noreferrer",
        url_schemes=ALLOWED_SCHEMES,
    )
    return mark_safe(clean)  # noqa: S308 - cleaned against the lists above


def _kept_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("a", "href"):
        # Not even an address without a scheme: where it leads depends on the page it stands on.
        return value if _ALLOWED_LINK.match(value) else None
    if (tag, attribute) == ("mark", "class"):
        return value if value == MISSING_CLASS else None
    return value


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # It decides which links become links at all; what it refuses stays as it was typed.
    parser.validateLink = _is_link  # type: ignore[method-assign]
    # Before anything else looks into it: a name may hold what Markdown would take for emphasis.
    parser.inline.ruler.before("escape", "placeholder", _read_placeholder)
    return parser


def _read_placeholder(state: StateInline, silent: bool) -> bool:
    found = _PLACEHOLDER.match(state.src, state.pos)
    if found is None:
        return False
    if not silent:
        state.push("placeholder", "", 0).content = found.group(1)
    state.pos = found.end()
    return True


def _is_link(url: str) -> bool:
    return _ALLOWED_LINK.match(url.strip()) is not None


def _has_words(token: Token) -> bool:
    """Whether somebody wrote something there that can be read: no picture, no placeholder."""
    if token.children is not None:
        return token.type != "image" and any(_has_words(child) for child in token.children)
    if token.type == "placeholder":
        return False
    return any(letter.isalnum() and letter not in _INVISIBLE for letter in token.content)


def _lower_headings(tokens: Sequence[Token]) -> None:
    """Move all headings down so that the highest comes right below the section's."""
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    highest = min((int(token.tag[1:]) for token in headings), default=1)
    for token in headings:
        level = int(token.tag[1:]) - highest + FIRST_HEADING
        token.tag = f"h{min(level, LOWEST_HEADING)}"


def _filled_in(
    children: Sequence[Token], values: Mapping[str, str], unknown: list[str]
) -> list[Token]:
    filled: list[Token] = []
    for child in children:
        if child.type == "image":
            filled.append(_marked(f"A picture is left out here: {child.content or 'no words'}."))
        elif child.type == "placeholder":
            filled.append(_value(child.content, values, unknown))
        else:
            filled.append(child)
    return filled


def _value(name: str, values: Mapping[str, str], unknown: list[str]) -> Token:
    if name in values:
        return Token("text", "", 0, content=values[name])
    unknown.append(name)
    return _marked(f"There is no placeholder “{name}”.")


def _marked(sentence: str) -> Token:
    marked = f'<mark class="{MISSING_CLASS}">{escape(sentence)}</mark>'
    return Token("html_inline", "", 0, content=marked)
