"""Words in boxes of a picture: wrapped within a width, never over it."""

from hypothesis import given
from hypothesis import strategies as st

from hazards.wrapping import width_of, wrapped

SIZE = 12


def test_words_stand_on_as_few_lines_as_they_need() -> None:
    text = "The medicine is missing from the monitoring list"

    assert wrapped(text, width=400, size=SIZE, most=4) == [text]
    assert wrapped(text, width=140, size=SIZE, most=4) == [
        "The medicine is",
        "missing from the",
        "monitoring list",
    ]


def test_what_does_not_fit_ends_in_an_ellipsis_after_a_word() -> None:
    lines = wrapped("The medicine is missing from the list", width=100, size=SIZE, most=2)

    assert lines == ["The medicine is", "missing from…"]


def test_a_word_wider_than_the_line_is_broken() -> None:
    lines = wrapped("https://tracker.example/browse/DP-114", width=80, size=SIZE, most=9)

    assert len(lines) > 2
    assert "".join(lines) == "https://tracker.example/browse/DP-114"


def test_nothing_takes_no_line() -> None:
    assert wrapped(" \n ", width=80, size=SIZE, most=3) == []


@given(st.text(max_size=300), st.integers(40, 300), st.integers(1, 6))
def test_no_line_is_wider_than_the_box(text: str, width: int, most: int) -> None:
    lines = wrapped(text, width=width, size=SIZE, most=most)

    assert len(lines) <= most
    assert all(width_of(line, SIZE) <= width for line in lines)
