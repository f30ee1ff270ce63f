"""The sample in the layout of the NHS template, as people keep it."""

import datetime

import pytest

from hazards.choices import Stage
from hazards.importing.fields import Field
from hazards.importing.findings import Level
from hazards.importing.parsed import ParsedHazard, ParsedLog
from tests.hazards.importing.workbooks import SAMPLE, read


@pytest.fixture(scope="module")
def log() -> ParsedLog:
    return read(SAMPLE.read_bytes())


def hazard(log: ParsedLog, reference: str) -> ParsedHazard:
    return next(each for each in log.hazards if each.reference == reference)


def test_every_row_is_taken(log: ParsedLog) -> None:
    assert [each.reference for each in log.hazards] == [f"HAZ-{n:03d}" for n in range(1, 13)]
    assert sum(len(each.causes) for each in log.hazards) == 26
    assert (log.rows_read, log.rows_taken, log.refused) == (26, 26, [])
    assert log.columns_not_read == []
    assert {(each.level, each.cell) for each in log.findings} == {
        (Level.NOTE, "J5, J8, J12, J17, J20, J22, J24"),
        (Level.NOTE, "M17"),
    }  # several controls in a cell, taken apart


def test_the_impact_is_the_harm(log: ParsedLog) -> None:
    assert [harm.text for harm in hazard(log, "HAZ-004").harms] == [
        "Organ damage or blood disorder, possibly fatal"
    ]


def test_merged_controls_act_on_the_whole_hazard(log: ParsedLog) -> None:
    assert all(control.on == () for each in log.hazards for control in each.controls)
    by_column = [control.column for control in hazard(log, "HAZ-001").controls]
    assert by_column == [Field.EXISTING, *[Field.DESIGN] * 4, Field.BUSINESS_PROCESS]


def test_tests_are_planned_for_the_controls_beside_them(log: ParsedLog) -> None:
    (test,) = hazard(log, "HAZ-002").tests
    assert test.controls == (0, 1, 2, 3)
    assert sum(len(each.tests) for each in log.hazards) == 6


def test_what_is_to_come_stays_open(log: ParsedLog) -> None:
    initial, residual = hazard(log, "HAZ-007").estimates
    assert (initial.stage, initial.severity) == (Stage.INITIAL, "Considerable")
    assert (residual.severity, residual.likelihood) == ("TBC", "TBC")


def test_the_cover_is_read(log: ParsedLog) -> None:
    assert log.cover["Product"] == "Digital Pharmacy"
    assert log.cover["Release"] == "1.1.0"
    assert log.review_date == datetime.date(2027, 2, 2)
    assert log.sheets_not_read == ["Risk matrix", "Change log"]
