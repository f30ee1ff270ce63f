"""The Test column: of which of the controls beside it a test is."""

from typing import Any

from tests.hazards.importing.workbooks import a_row, only_hazard, template

WHOLE = "ABCDFGHI"  # the hazard's own cells


def controls_by_test(*rows: dict[str, Any], merge: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """The controls of each test; the rows are those of one hazard, with merged cells of its own."""
    last = len(rows) + 2
    own = tuple(f"{column}3:{column}{last}" for column in WHOLE)
    hazard = only_hazard(template(*rows, merge=(*own, *merge)))
    texts = [control.text for control in hazard.controls]
    return {test.text: {texts[place] for place in test.controls} for test in hazard.tests}


def test_one_beside_a_single_cause_is_of_the_control_of_that_cause() -> None:
    found = controls_by_test(
        a_row(design="On the first", training="On all", test="Of the first"),
        {"cause": "Second", "design": "On the second", "test": "Of the second"},
        merge=("L3:L4",),
    )
    assert found == {"Of the first": {"On the first"}, "Of the second": {"On the second"}}


def test_one_beside_all_causes_is_of_every_control() -> None:
    found = controls_by_test(
        a_row(design="On the first", training="On all", test="Of all"),
        {"cause": "Second", "design": "On the second"},
        merge=("L3:L4", "K3:K4"),
    )
    assert found == {"Of all": {"On the first", "On the second", "On all"}}


def test_one_in_two_rows_is_of_the_control_in_these_two() -> None:
    found = controls_by_test(
        a_row(design="Both", test="T"),
        {"cause": "Second", "design": "Between", "test": "U"},
        {"cause": "Third", "design": "Both", "test": "T"},
    )
    assert found == {"T": {"Both"}, "U": {"Between"}}


def test_where_nothing_stands_in_its_row_alone_it_is_of_what_stands_there() -> None:
    found = controls_by_test(
        a_row(design="On all", test="Beside one cause"),
        {"cause": "Second", "test": "Beside the other"},
        merge=("J3:J4",),
    )
    assert found == {"Beside one cause": {"On all"}, "Beside the other": {"On all"}}
