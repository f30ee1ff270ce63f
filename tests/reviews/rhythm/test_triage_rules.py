"""The questions at kick-off, and what they leave to choose."""

from itertools import product as combinations

import pytest

from reviews.choices import TriageOutcome
from reviews.rhythm.triage_rules import (
    BY_KEY,
    QUESTIONS,
    outcomes_left,
    questions_in,
    stored,
    why_not_answer,
    why_not_outcome,
)

NO_EFFECT, COVERED = TriageOutcome.NO_EFFECT, TriageOutcome.COVERED
NEEDS_CSO, STOP = TriageOutcome.NEEDS_CSO, TriageOutcome.STOP


def test_there_are_thirteen_questions_with_keys_of_their_own() -> None:
    assert len(QUESTIONS) == len(BY_KEY) == 13
    assert len(stored(BY_KEY)) <= 500, "all of them fit into the column"


def test_what_is_stored_stands_in_the_order_of_the_questions() -> None:
    assert stored({"control", "identity"}) == "identity control"
    assert [each.key for each in questions_in("identity control")] == ["identity", "control"]
    assert questions_in("identity gone") == [BY_KEY["identity"]]
    with pytest.raises(KeyError):
        stored({"weather"})


@pytest.mark.parametrize("key", BY_KEY)
def test_any_yes_means_at_least_that_the_officer_looks(key: str) -> None:
    assert outcomes_left({key}) == (NEEDS_CSO, STOP)
    for outcome in TriageOutcome:
        refusal = why_not_outcome({key}, outcome, covers=1, note="Because")
        assert (refusal is None) is (outcome in (NEEDS_CSO, STOP))
        if refusal:
            assert BY_KEY[key].label.lower() in refusal
            assert "Nothing was saved" in refusal


def test_with_no_yes_all_four_are_left() -> None:
    assert outcomes_left(()) == (NO_EFFECT, COVERED, NEEDS_CSO, STOP)


def test_what_each_outcome_needs() -> None:
    for outcome, covers, note in combinations(TriageOutcome, (0, 1), ("", " ", "Why")):
        refusal = why_not_outcome((), outcome, covers=covers, note=note)
        lacks_cover = outcome is COVERED and not covers
        lacks_note = outcome is STOP and not note.strip()
        assert bool(refusal) is (lacks_cover or lacks_note), (outcome, covers, note)


def test_an_unknown_question_is_named() -> None:
    assert "weather" in (why_not_outcome({"weather"}, NEEDS_CSO, covers=0, note="") or "")


def test_what_each_answer_needs() -> None:
    for outcome, covers, note, because in combinations(
        TriageOutcome, (0, 1), ("", "Note"), ("", "Why")
    ):
        refusal = why_not_answer(outcome, covers=covers, note=note, none_because=because)
        needs = {NEEDS_CSO: False, COVERED: covers, NO_EFFECT: because, STOP: note}
        assert bool(refusal) is not bool(needs[outcome]), (outcome, covers, note, because)
