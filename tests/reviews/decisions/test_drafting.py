"""What each line of an answer becomes."""

import pytest

from hazards.choices import ControlFunction, ControlType, Strength
from reviews.choices import FourQuestions, SafeguardKind
from reviews.decisions.drafting import drafts_from, interval_in

B, S, M, F = FourQuestions


@pytest.mark.parametrize(
    ("line", "months"),
    [
        ("A review every month", 1),
        ("Monthly", 1),
        ("once a quarter", 3),
        ("Quarterly check-ins", 3),
        ("every six months", 6),
        ("twice a year", 6),
        ("at least once a year", 12),
        ("yearly", 12),
        ("every 2 months", 2),
        ("every 12 months", 12),
        ("every 24 months", None),
        ("every 0 months", None),
        ("now and then", None),
        ("bimonthlyish", None),
    ],
)
def test_intervals_as_people_write_them(line: str, months: int | None) -> None:
    assert interval_in(line) == months


def test_each_line_is_one_safeguard_and_empty_ones_are_none() -> None:
    drafts = drafts_from(B, "\n - A review every year\n\n• A hold is never silent  \n")
    assert [each.text for each in drafts] == ["A review every year", "A hold is never silent"]
    assert drafts_from(F, " \n") == []


@pytest.mark.parametrize(
    ("question", "line", "kind"),
    [
        (B, "A review once a year", SafeguardKind.CADENCE),
        (S, "New medicine: every month", SafeguardKind.CADENCE),
        (M, "Reviewed every month", SafeguardKind.CONTROL),
        (F, "Rehearsed twice a year", SafeguardKind.CONTROL),
        (M, "Dismissed alerts above 60 %", SafeguardKind.INDICATOR),
        (M, "The rate of dismissal", SafeguardKind.INDICATOR),
        (M, "More than 3 complaints a week", SafeguardKind.INDICATOR),
        (M, "An alert reaches a clinician", SafeguardKind.CONTROL),
        (B, "More than 3 complaints a week", SafeguardKind.CONTROL),
        (S, "New hazard: somebody is never asked", SafeguardKind.NEW_HAZARD),
        (F, "Brings: a parcel too many", SafeguardKind.NEW_HAZARD),
    ],
)
def test_what_a_line_becomes(question: FourQuestions, line: str, kind: SafeguardKind) -> None:
    [draft] = drafts_from(question, line)
    assert draft.kind is kind
    assert draft.answers is question


def test_for_whom_a_cadence_is() -> None:
    [everybody] = drafts_from(B, "A clinician reviews every prescription once a year")
    assert (everybody.tier, everybody.months) == ("everybody", 12)
    [tier] = drafts_from(S, "Complex conditions: a check-in every quarter")
    assert (tier.tier, tier.text, tier.months) == (
        "Complex conditions",
        "a check-in every quarter",
        3,
    )


def test_the_threshold_of_an_indicator_is_read_from_the_line() -> None:
    [draft] = drafts_from(M, "Dismissed alerts: above 60 %, thresholds are set anew")
    assert draft.threshold == "above 60 %"
    [without] = drafts_from(M, "The share of dismissed alerts")
    assert without.threshold == ""


def test_a_new_hazard_is_named_without_what_introduced_it() -> None:
    [draft] = drafts_from(M, "New hazard: a question worries somebody")
    assert draft.text == "a question worries somebody"


@pytest.mark.parametrize(
    ("question", "type_", "strength", "function"),
    [
        (B, ControlType.DESIGN, Strength.ENGINEERED_BLOCK, ControlFunction.PREVENT),
        (S, ControlType.DESIGN, Strength.ENGINEERED_WARN, ControlFunction.DETECT),
        (M, ControlType.DESIGN, Strength.ENGINEERED_WARN, ControlFunction.DETECT),
        (F, ControlType.BUSINESS_PROCESS, Strength.PROCEDURE, ControlFunction.RECOVER),
    ],
)
def test_what_kind_of_control_each_question_asks_for(
    question: FourQuestions, type_: str, strength: str, function: str
) -> None:
    [draft] = drafts_from(question, "Somebody decides")
    assert (draft.type, draft.strength, draft.function) == (type_, strength, function)
