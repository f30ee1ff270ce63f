"""Text in files: never a formula, never lost, never too long."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazards.importing.cells import cleaned
from hazards.spreadsheet_text import with_apostrophes, without_apostrophes
from safetycase.log_files.safe_text import (
    CUT_SHORT,
    MOST_IN_A_CELL,
    csv_text,
    is_calculated,
    one_line,
    workbook_text,
)

STORABLE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 20",
        "-5 mg",
        "@here",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "'=1",
        "''=1",
        "＝1",
        "＋1",
    ],
)
def test_what_a_spreadsheet_would_calculate(text: str) -> None:
    assert is_calculated(text)
    assert csv_text(text).startswith("'")


@pytest.mark.parametrize("text", ["", "Warfarin", "'quoted'", "5 = 5", "– none", "5 + 5"])
def test_other_text_is_left_alone(text: str) -> None:
    assert not is_calculated(text)
    assert csv_text(text) == text


@given(STORABLE)
def test_the_apostrophe_comes_off_again(text: str) -> None:
    field = csv_text(text)
    assert not re.match(r"[\s]*[=+\-@＝＋－＠\t\r\n]", field)
    assert without_apostrophes(field) == re.sub(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", text
    )


@given(st.text(alphabet="';\n\t =-+@－a"))
def test_apostrophes_come_off_again_wherever_they_stand(text: str) -> None:
    assert without_apostrophes(with_apostrophes(text)) == text


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("one;=1+1", "one;'=1+1"),
        ("one\n@SUM(A1)", "one\n'@SUM(A1)"),
        ("one; '=1", "one;' '=1"),
        ("dose\n-1 mg", "dose\n'-1 mg"),
        ("things:\n- one\n- two", "things:\n- one\n- two"),
    ],
)
def test_nothing_is_calculated_where_semicolons_part_fields(text: str, field: str) -> None:
    assert csv_text(text) == field
    assert without_apostrophes(field) == text


@given(STORABLE)
def test_the_importer_reads_what_a_cell_holds(text: str) -> None:
    assert cleaned(workbook_text(text)) == cleaned(
        re.sub("_x([0-9A-Fa-f]{4})_", r"\g<0>", text)
    ) or (
        "_x" in text  # the importer's own reading of such text is another matter
    )


@pytest.mark.parametrize("text", ["_x0041_", "a_x000D_b", "_x005F_x0041_"])
def test_text_that_looks_like_an_escape_stays_as_it_is(text: str) -> None:
    assert cleaned(workbook_text(text)) == text


@given(STORABLE)
def test_xml_can_hold_it(text: str) -> None:
    assert not re.search(
        "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]", workbook_text(text)
    )


def test_halves_of_characters_do_not_crash() -> None:
    assert workbook_text("a\ud800b") == csv_text("a\ud800b") == "a\ufffdb"


def test_line_ends_are_those_of_a_cell() -> None:
    assert workbook_text("a\r\nb\rc") == csv_text("a\r\nb\rc") == "a\nb\nc"


@pytest.mark.parametrize("letter", ["a", "😀", "\x01", "é"])
@pytest.mark.parametrize("write", [workbook_text, csv_text])
def test_long_text_is_cut_with_a_word_about_the_rest(write: object, letter: str) -> None:
    assert callable(write)
    text = write(letter * 40_000)
    assert len(text.encode("utf-16-le")) // 2 <= MOST_IN_A_CELL
    assert len(text.encode("utf-16-le")) // 2 > MOST_IN_A_CELL - 10
    assert text.endswith(CUT_SHORT)
    assert "JSON" in CUT_SHORT


def test_text_that_just_fits_is_not_cut() -> None:
    assert workbook_text("a" * MOST_IN_A_CELL) == "a" * MOST_IN_A_CELL
    assert CUT_SHORT in workbook_text("a" * (MOST_IN_A_CELL + 1))


def test_a_control_stands_on_one_line() -> None:
    assert one_line(" a\n  b\tc ") == "a b c"
