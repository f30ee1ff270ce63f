"""Three texts, and which of them is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazards.importing.compare import Verdict, aligned, verdict_on

words = st.sampled_from(["", "a", "b", "c"])


@pytest.mark.parametrize(
    ("here", "in_file", "before", "verdict"),
    [
        ("a", "a", "a", Verdict.SAME),
        ("a", "a", None, Verdict.SAME),
        ("b", "b", "a", Verdict.SAME),  # both came to the same
        ("a", "b", "a", Verdict.TAKE),  # the file is newer
        ("a", "", "a", Verdict.TAKE),  # and says no longer anything
        ("b", "a", "a", Verdict.KEEP),  # a person edited it
        ("", "a", "a", Verdict.KEEP),  # or emptied it
        ("b", "c", "a", Verdict.CLASH),  # both changed
        ("", "a", None, Verdict.TAKE),  # nothing was known of it
        ("b", "a", None, Verdict.CLASH),  # a person wrote it before any import
        ("b", "", None, Verdict.SAME),  # the file has nothing to say
    ],
)
def test_what_becomes_of_a_text(
    here: str, in_file: str, before: str | None, verdict: Verdict
) -> None:
    assert verdict_on(here=here, in_file=in_file, before=before) is verdict


@given(here=words, in_file=words, before=st.none() | words)
def test_what_a_person_wrote_is_never_overwritten(
    here: str, in_file: str, before: str | None
) -> None:
    if verdict_on(here=here, in_file=in_file, before=before) is Verdict.TAKE:
        assert here in (before, "")


@given(here=words, before=words)
def test_the_same_file_again_changes_nothing(here: str, before: str) -> None:
    verdict = verdict_on(here=here, in_file=before, before=before)
    assert verdict in (Verdict.SAME, Verdict.KEEP)


@pytest.mark.parametrize(
    ("now", "before", "places"),
    [
        (["a", "b"], ["a", "b"], [0, 1]),
        (["b", "a"], ["a", "b"], [1, 0]),
        (["A  ", "b"], ["a", "b"], [0, 1]),
        (["a", "new", "b"], ["a", "b"], [0, None, 1]),
        (["a", "reworded", "c"], ["a", "b", "c"], [0, 1, 2]),
        (["a", "x", "y"], ["a", "b"], [0, None, None]),  # nobody can tell which it was
        (["x"], ["a"], [0]),
        (["a", "a"], ["a"], [0, None]),
        ([], ["a"], []),
    ],
)
def test_texts_find_their_former_selves(
    now: list[str], before: list[str], places: list[int | None]
) -> None:
    assert aligned(now, before, by_place=True) == places


def test_a_reworded_text_is_new_where_places_mean_nothing() -> None:
    assert aligned(["a", "reworded"], ["a", "b"], by_place=False) == [0, None]
