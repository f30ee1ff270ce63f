"""Text that Markdown takes for nothing but text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from audit.plain_markdown import plain
from safetycase.repository.markdown import (
    facts,
    file_name,
    labelled,
    paragraph,
    section,
    text_of,
)

SHOWN = re.compile(r"^<p>(.*)</p>\n?$", re.DOTALL)


def read_back(line: str) -> str:
    """What a reader of the rendered line sees."""
    rendered = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(line)
    found = SHOWN.match(rendered)
    assert found, rendered
    return html.unescape(found[1])


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=1, max_size=40))
def test_a_line_reads_as_it_was_written(text: str) -> None:
    whole = f"a {' '.join(text.split())} z"
    assert read_back(plain(whole)) == " ".join(whole.split())


@pytest.mark.parametrize(
    "text",
    [
        "# not a heading",
        "- not a list",
        "+ not a list",
        "1. not a list",
        "2) not a list",
        "> not a quotation",
        "---",
        "===",
        "<script>alert(1)</script>",
        "[link](javascript:alert(1))",
        "a | b",
        "~~gone~~",
        "*bold* and _slanted_ and snake_case_stays",
        "&amp; stays an entity",
        "costs $5 and $6",
        "1.",
        "+",
        "#",
        ":-:",
        "- : -",
    ],
)
def test_what_looks_like_a_mark_is_text(text: str) -> None:
    assert read_back(plain(text)) == text


def test_each_sentence_stands_on_a_line_of_its_own() -> None:
    lines = list(paragraph("It stops. A person decides!\n\nNobody waits."))
    assert lines == ["It stops.", "A person decides!", "", "Nobody waits."]


def test_a_writers_own_line_ends_are_kept() -> None:
    lines = list(paragraph("Given a dose\nWhen it is late. Then\n:-:\n\nEnd"))
    assert lines == ["Given a dose\\", "When it is late.", "Then\\", "\\:-:", "", "End"]


@pytest.mark.parametrize(
    ("reference", "name"),
    [("HAZ-012", "HAZ-012"), ("../a b/c.", "a-b-c"), ("CON:", "CON"), (".git", "git")],
)
def test_a_name_of_a_file_is_letters_digits_and_dashes(reference: str, name: str) -> None:
    assert file_name(reference) == name
    with pytest.raises(ValueError, match="names no file"):
        file_name("../..")


def test_what_is_empty_leaves_no_trace() -> None:
    assert list(labelled("Effect", "  ")) == []
    assert list(labelled("Why?", "So")) == ["**Why?** So", ""]
    assert list(section("Harms", [])) == []
    assert list(facts([("Owner", ""), ("State", "Live")])) == ["- State: Live"]


def test_a_file_has_one_line_end_and_no_two_empty_lines() -> None:
    assert text_of(["", "# Title", "", "", "Text  ", "", ""]) == "# Title\n\nText\n"
