"""The rules of a risk–benefit analysis, on plain values."""

from dataclasses import replace

import pytest

from reviews.choices import Balance
from reviews.risk_benefit.rules import (
    TONES,
    AnalysisFacts,
    AnalysisState,
    analysis_state,
    cost_words,
    what_is_missing,
)
from tests.reviews.risk_benefit.factories import WRITTEN

CONCLUDED = AnalysisFacts(
    is_kept=True,
    balance=Balance.OUTWEIGHS,
    was_concluded=True,
    is_approved=True,
    is_accepted=True,
    is_rejected=False,
    reasons=(),
)
OPEN = replace(CONCLUDED, was_concluded=False, is_approved=False, is_accepted=False)


@pytest.mark.parametrize(
    ("facts", "state"),
    [
        (CONCLUDED, AnalysisState.BEARS),
        (replace(CONCLUDED, balance=Balance.RE_APPRAISE), AnalysisState.RE_APPRAISE),
        (replace(CONCLUDED, reasons=("It moved.",)), AnalysisState.LAPSED),
        (replace(CONCLUDED, is_accepted=False), AnalysisState.LAPSED),
        (replace(CONCLUDED, is_approved=False), AnalysisState.LAPSED),
        (replace(CONCLUDED, is_kept=False), AnalysisState.DROPPED),
        (OPEN, AnalysisState.DRAFT),
        (replace(OPEN, is_approved=True), AnalysisState.APPROVED),
        (replace(OPEN, is_accepted=True), AnalysisState.DRAFT),
        (replace(OPEN, is_rejected=True), AnalysisState.REJECTED),
        (replace(OPEN, is_rejected=True, is_approved=True), AnalysisState.REJECTED),
        (replace(OPEN, reasons=("It moved.",)), AnalysisState.DRAFT),
        (replace(OPEN, is_kept=False), AnalysisState.DROPPED),
    ],
)
def test_where_an_analysis_stands(facts: AnalysisFacts, state: AnalysisState) -> None:
    assert analysis_state(facts) is state


def test_every_state_has_a_tone() -> None:
    assert TONES.keys() == set(AnalysisState)


@pytest.mark.parametrize("name", WRITTEN)
def test_each_part_has_to_be_said(name: str) -> None:
    texts = {key: str(value) for key, value in WRITTEN.items()}
    assert what_is_missing(texts) == []
    [missing] = what_is_missing(texts | {name: "  "})
    assert missing.startswith("It ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("It costs less and revenue grows", ["costs", "revenue"]),
        ("Cheaper, cheaper still: £40 a patient", ["cheaper", "£"]),
        ("The business case and the market share", ["business case", "market"]),
        ("Customers would leave; our reputation suffers", ["customers", "reputation"]),
        ("Fewer bleeds at the price of more thromboses", ["price"]),
        ("Fewer thromboses, more bleeds; patients over 80 bear most", []),
        ("Costal cartilage and a marketed-not word", []),
        ("Contraction of the uterus", []),
        ("", []),
    ],
)
def test_words_of_cost_are_found_and_clinical_ones_are_not(text: str, words: list[str]) -> None:
    assert cost_words(text) == words
