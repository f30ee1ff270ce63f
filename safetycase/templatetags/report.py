"""Presentation of a snapshot: its days and moments in words, its texts kept whole."""

import re
from collections.abc import Mapping
from datetime import date, datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.templatetags.interface import day, moment
from safetycase.log_files.title import moment_in_words

register = template.Library()


@register.filter
def iso_metadata(value: str) -> str:
    """A moment as the metadata of a PDF takes it: to the second, with a Z."""
    return f"{datetime.fromisoformat(value):%Y-%m-%dT%H:%M:%SZ}"


_WORD = re.compile(r"\S+")
#: Within a word, where a line could break: after a hyphen, a dash, a slash and the like.
_BREAK = re.compile(r"\S[^\w\s'’.,;:()]\S")
#: Longer words (addresses) may break, or they would run out of their column.
LONGEST_WHOLE = 32  # characters


@register.filter
def iso_day(value: str | None) -> str:
    """``2026-05-03`` as 3 May 2026; nothing for nothing."""
    return day(date.fromisoformat(value)) if value else ""


@register.filter
def iso_moment(value: str | None) -> str:
    """A moment in UTC as 3 May 2026, 10:42 in the current time zone; nothing for nothing."""
    return moment(datetime.fromisoformat(value)) if value else ""


@register.filter
def iso_moment_day(value: str | None) -> str:
    """The day of a moment in the current time zone; nothing for nothing."""
    return day(datetime.fromisoformat(value)) if value else ""


@register.filter
def iso_signed(value: str) -> str:
    """A moment as signatures show it: 3 May 2026, 10:42 BST (09:42 UTC), the same for everybody."""
    return moment_in_words(value)


@register.filter
def whole(text: str) -> SafeString:
    """The text with lines that break between words only, never at a hyphen or a slash; a word
    too long for a column breaks anywhere.

    A reader who copies it, and a program that looks for it, find it as it was written.
    """
    pieces: list[str | SafeString] = []
    end = 0
    for found in _WORD.finditer(text):
        word = found.group()
        is_long = len(word) > LONGEST_WHOLE
        if is_long or _BREAK.search(word):
            pieces.append(text[end : found.start()])
            style = "breakable" if is_long else "whole"
            pieces.append(format_html('<span class="{}">{}</span>', style, word))
            end = found.end()
    pieces.append(text[end:])
    return format_html_join("", "{}", ((piece,) for piece in pieces))


@register.simple_tag
def hazard_reference(reference: str, anchors: Mapping[str, str]) -> SafeString:
    """A hazard's reference, leading to the hazard where the report holds it."""
    if reference in anchors:
        return format_html('<a class="reference" href="#{}">{}</a>', anchors[reference], reference)
    return format_html('<span class="reference">{}</span>', reference)


@register.simple_tag
def hazard_anchor(reference: str, anchors: Mapping[str, str]) -> str:
    """The anchor of a hazard's block."""
    return anchors[reference]
