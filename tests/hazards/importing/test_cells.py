"""Texts of cells: cleaned, never calculated, never guessed."""

import datetime
from typing import Any

import pytest

from hazards.importing.cells import (
    cleaned,
    is_formula,
    is_placeholder,
    says_nothing,
    text_of,
)
from hazards.importing.dates import ReadDate, read_date
from hazards.importing.packed import items_of


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  words  ", "words"),
        (3, "3"),
        (3.0, "3"),
        (1.5, "1.5"),
        (True, "TRUE"),
        (datetime.datetime(2027, 2, 2), "2 February 2027"),
        (datetime.datetime(2027, 2, 2, 10, 30), "2 February 2027, 10:30"),
        (datetime.date(2027, 2, 2), "2 February 2027"),
        ("=A1*B1", "=A1*B1"),
    ],
)
def test_a_value_is_read_as_a_person_would(value: Any, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("one_x000D_\ntwo", "one\ntwo"),
        ("a\u00a0b\ufeff", "a b"),
        ("one  \ntwo ", "one\ntwo"),
        ("_x005F_x000D_", "_x000D_"),
        ("a_xyz_b", "a_xyz_b"),
    ],
)
def test_the_marks_of_spreadsheets_are_taken_off(raw: str, text: str) -> None:
    assert cleaned(raw) == text


@pytest.mark.parametrize("text", ["", "n/a", "N/A", "-", "–", "None", "not  applicable"])
def test_some_cells_say_nothing(text: str) -> None:
    assert says_nothing(text)


@pytest.mark.parametrize("text", ["TBC", "tbc.", "[TBC]", "tbd", "To be  confirmed", "?"])
def test_some_cells_say_that_something_is_to_come(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["No harm", "n/a for adults", "TBC with two months of data", "0"])
def test_words_are_words(text: str) -> None:
    assert not says_nothing(text)
    assert not is_placeholder(text)


def test_lines_are_split_at_line_breaks_and_nowhere_else() -> None:
    assert items_of("• First; with a semicolon\n\n- Second, with a comma\n3. Third") == [
        "First; with a semicolon",
        "Second, with a comma",
        "3. Third",
    ]


def test_a_formula_is_told_from_a_text() -> None:
    assert is_formula("=SUM(A1)")
    assert not is_formula("=")
    assert not is_formula("a = b")


@pytest.mark.parametrize(
    "text",
    ["2 February 2027", "02 Feb 2027", "02/02/2027", "2.2.2027", "2027-02-02", "02/02/27"],
)
def test_a_date_is_read_day_before_month(text: str) -> None:
    assert read_date(text) == ReadDate(datetime.date(2027, 2, 2))


@pytest.mark.parametrize(
    "text",
    [
        "2027-02-02T22:00",
        "2027-02-02T22:00:05.123Z",
        "2027-02-02T22:00:05+01:00",
        "2027-02-02 22:00",
        "02/02/2027 10 pm",
        "02/02/2027 10pm",
        "02/02/2027, 10:30 a.m.",
        "2 February 2027 at 22.00",
        "2 Feb 2027 22:00 GMT",
    ],
)
def test_a_time_beside_a_date_is_left(text: str) -> None:
    assert read_date(text) == ReadDate(datetime.date(2027, 2, 2))


@pytest.mark.parametrize("text", ["spring 2027", "31/02/2027", "2", ""])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_date(text) is None
