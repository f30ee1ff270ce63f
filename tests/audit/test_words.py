"""Word-level differences: nothing is lost between the old text and the new."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.words import LONGEST, Segment, word_differences

PHRASES = st.lists(
    st.sampled_from(["dose", "a", "the", " ", "  ", "\n", ".", "5", "mg", "é", "💊", "<b>", "a-b"])
).map("".join)
TEXTS = st.text() | PHRASES


def joined(segments: list[Segment], *ops: str) -> str:
    return "".join(segment.text for segment in segments if segment.op in ops)


@given(TEXTS, TEXTS)
def test_both_texts_can_be_read_off_the_differences(old: str, new: str) -> None:
    segments = word_differences(old, new)
    assert joined(segments, "same", "gone") == old
    assert joined(segments, "same", "new") == new
    assert all(segment.text for segment in segments)


@given(TEXTS, TEXTS)
def test_neighbours_are_of_different_kinds_and_what_goes_stands_first(old: str, new: str) -> None:
    ops = [segment.op for segment in word_differences(old, new)]
    for before, after in itertools.pairwise(ops):
        assert before != after
        assert (before, after) != ("new", "gone")


@given(TEXTS)
def test_a_text_does_not_differ_from_itself(text: str) -> None:
    assert word_differences(text, text) == ([Segment("same", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("", "new", [("new", "new")]),
        ("old", "", [("gone", "old")]),
        ("10 mg daily", "15 mg daily", [("gone", "10"), ("new", "15"), ("same", " mg daily")]),
        (
            "Reviewed yearly.",
            "Reviewed every year.",
            [("same", "Reviewed "), ("gone", "yearly"), ("new", "every year"), ("same", ".")],
        ),
        ("overdose", "dose", [("gone", "overdose"), ("new", "dose")]),
        ("a  b", "a b", [("same", "a"), ("gone", "  "), ("new", " "), ("same", "b")]),
    ],
)
def test_words_that_changed(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    assert word_differences(old, new) == [Segment(*each) for each in expected]  # type: ignore[arg-type]


def test_texts_that_are_too_long_to_compare_are_shown_whole() -> None:
    old, new = "word " * LONGEST, "other " * LONGEST
    assert word_differences(old, new) == [
        Segment("gone", old.rstrip()),
        Segment("new", new.rstrip()),
        Segment("same", " "),
    ]


def test_a_small_change_in_a_very_long_text_is_seen() -> None:
    begin, end = "Some words of it. " * LONGEST, " And the rest of it." * LONGEST
    assert word_differences(begin + "Ten mg." + end, begin + "Five mg." + end) == [
        Segment("same", begin),
        Segment("gone", "Ten"),
        Segment("new", "Five"),
        Segment("same", " mg." + end),
    ]


def numbered(letters: str) -> str:
    """As many words as are compared at most, numbered, with these letters in turn."""
    return " ".join(f"{letters[n % len(letters)]}{n}" for n in range(LONGEST // 2))


def repeated(words: str) -> str:
    return " ".join([words] * (LONGEST // 2 // len(words.split())))


@pytest.mark.parametrize(
    "texts",
    [
        (numbered("a"), repeated("b")),
        (numbered("w"), numbered("xw")),
        (numbered("xwxxw"), numbered("ywzzw")),
        (repeated("a") + " c", "c " + repeated("a")),
        (repeated("a b"), repeated("b a")),
        (repeated("a b c d e f g"), repeated("g f e d c b a")),
        (
            " ".join(f"the {n}" for n in range(LONGEST // 4)),
            " ".join(f"the x{n}" for n in range(LONGEST // 4)),
        ),
        (
            " ".join(f"the {n} and {n * 2}" for n in range(140)),
            " ".join(f"and x{n} the {n * 2}" for n in range(140)),
        ),
    ],
    ids=[
        "all different",
        "every second",
        "some of five",
        "the last first",
        "turned round",
        "backwards",
        "one word everywhere",
        "two words everywhere",
    ],
)
def test_the_longest_texts_are_compared_while_a_page_waits(texts: tuple[str, str]) -> None:
    started = time.process_time()
    word_differences(*texts)
    assert time.process_time() - started < 0.5
