"""Words, what a search asks for, and what is marked."""

import pytest

from hazards.search.words import SNIPPET, asked_words, marked, snippet, words_in


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("HAZ-012", ["haz", "012"]),
        ("Naïve café, 5mg/2ml", ["naive", "cafe", "5mg", "2ml"]),
        ("dose_mg", ["dose_mg"]),
        ("% \\ ' \" ; --", []),
        ("ﬁrst", ["first"]),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    assert words_in(text) == words


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Prescriptions dose", ["prescription", "dose"]),
        ("status diagnosis loss bus", ["status", "diagnosis", "loss", "bus"]),
        ("dose DOSE Dose", ["dose"]),
        ("", []),
    ],
)
def test_what_a_search_asks_for(text: str, asked: list[str]) -> None:
    assert asked_words(text) == asked


def test_marked_text_is_the_text_again() -> None:
    text = "A naïve dose; doses are <b>dosed</b>."
    pieces = marked(text, ["naive", "dose"])
    assert "".join(piece.text for piece in pieces) == text
    assert [piece.text for piece in pieces if piece.is_hit] == ["naïve", "dose", "doses", "dosed"]


def test_a_snippet_is_of_the_text_that_says_most_and_begins_at_a_word() -> None:
    long = "word " * 100 + "the dose was too high for a child " + "word " * 100
    pieces = snippet(["a dose", long], ["dose", "child"])
    assert pieces[0].text == "… "
    assert pieces[-1].text == " …"
    assert sum(len(piece.text) for piece in pieces) <= SNIPPET + 4
    assert [piece.text for piece in pieces if piece.is_hit] == ["dose", "child"]
    assert snippet(["nothing of it"], ["dose"]) == []
