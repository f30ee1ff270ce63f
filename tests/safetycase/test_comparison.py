"""What changed between two versions: hazard by hazard, field by field, word by word."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from safetycase.comparison import Comparison, compare
from safetycase.projections import CURRENT, fingerprints_of
from safetycase.snapshot import Snapshot
from tests.safetycase.frozen_snapshot import SNAPSHOT

Change = Callable[[Any], None]


def changed(change: Change) -> Snapshot:
    """The snapshot with one thing done to it."""
    snapshot: Snapshot = copy.deepcopy(SNAPSHOT)
    change(snapshot)
    return snapshot


def differences(change: Change) -> Comparison:
    return compare(SNAPSHOT, changed(change), CURRENT)


def first(snapshot: Any) -> Any:
    return snapshot["hazards"][0]


def test_nothing_differs_from_itself() -> None:
    comparison = compare(SNAPSHOT, copy.deepcopy(SNAPSHOT), CURRENT)
    assert comparison.is_empty
    assert not comparison.log_differs
    assert comparison.summary == "Nothing that matters for safety differs."
    assert comparison.of == len(SNAPSHOT["hazards"])


#: One change each to a hazard, with the field that it shows in, and the old and the new words.
ON_A_HAZARD: dict[str, tuple[Change, str, str, str]] = {
    "name": (
        lambda s: first(s).update(name="Renamed"),
        "Name",
        first(SNAPSHOT)["name"],
        "Renamed",
    ),
    "status": (lambda s: first(s).update(status="closed"), "Status", "Open", "Closed"),
    "harm": (
        lambda s: first(s)["harms"][0].update(text="The patient dies"),
        "Harm 1",
        first(SNAPSHOT)["harms"][0]["text"],
        "The patient dies",
    ),
    "cause kind": (
        lambda s: first(s)["causes"][0].update(kind="fault"),
        "Cause 1",
        first(SNAPSHOT)["causes"][0]["text"],
        f"{first(SNAPSHOT)['causes'][0]['text']} (arises in: fault)",
    ),
    "control state": (
        lambda s: first(s)["controls"][0].update(state="verified"),
        "CTL-001: state",
        "Proposed",
        "Verified",
    ),
}


@pytest.mark.parametrize("what", ON_A_HAZARD)
def test_a_change_of_a_hazard_is_named(what: str) -> None:
    change, label, old, new = ON_A_HAZARD[what]
    [hazard] = differences(change).hazards
    assert (hazard.kind, hazard.reference) == ("changed", first(SNAPSHOT)["reference"])
    [field] = hazard.fields
    assert (field.label, field.old, field.new) == (label, old, new)


def test_words_that_came_and_went() -> None:
    [hazard] = differences(lambda s: first(s).update(name="A repeat goes on")).hazards
    segments = hazard.fields[0].segments
    assert "".join(text for op, text in segments if op != "new") == first(SNAPSHOT)["name"]
    assert "".join(text for op, text in segments if op != "gone") == "A repeat goes on"


def test_hazards_that_came_and_went() -> None:
    def swap(snapshot: Any) -> None:
        gone = snapshot["hazards"].pop(0)
        snapshot["hazards"].append({**gone, "public_id": "new", "reference": "HAZ-900"})

    comparison = differences(swap)
    assert [(each.reference, each.kind) for each in comparison.hazards] == [
        ("HAZ-001", "removed"),
        ("HAZ-900", "added"),
    ]
    assert comparison.hazards[1].fields
    assert comparison.log_differs
    assert comparison.summary == "2 hazards differ (HAZ-001, HAZ-900)."


def test_a_new_estimate_and_what_becomes_of_its_acceptance() -> None:
    def estimate(snapshot: Any) -> None:
        [current] = first(snapshot)["residual"]["current"]
        current.update(likelihood="High", class_number=4, acceptance=None)

    [hazard] = differences(estimate).hazards
    assert [(each.label, bool(each.new)) for each in hazard.fields] == [
        ("Residual risk", True),
        ("Residual risk: accepted", False),
    ]
    assert "Major · High, class 4" in hazard.fields[0].new
    assert hazard.fields[1].old.startswith("Dora Director, ")


def test_what_differs_in_the_report() -> None:
    def rewrite(snapshot: Any) -> None:
        snapshot["sections"][0]["narrative"] = "Other words."
        snapshot["intended_use"]["exclusions"] = "Not for children"
        snapshot["plan"]["number"] = 2

    comparison = differences(rewrite)
    assert comparison.hazards == []
    assert not comparison.log_differs
    assert [each.label for each in comparison.report] == [
        "Plan",
        "Intended use: exclusions",
        "Introduction",
    ]
    assert comparison.summary == ("In the report: Plan, Intended use: exclusions, Introduction.")


def test_a_cell_of_the_matrix_differs_in_the_log() -> None:
    def soften(snapshot: Any) -> None:
        snapshot["matrix"]["rows"][0]["classes"][-1] = 1

    comparison = differences(soften)
    assert comparison.log_differs
    assert [each.label for each in comparison.report] == ["Risk matrix: classes of Very high"]


def test_the_summary_names_ten_hazards_and_counts_the_others() -> None:
    def many(snapshot: Any) -> None:
        for number in range(12):
            copied = copy.deepcopy(first(SNAPSHOT))
            copied.update(public_id=f"new {number}", reference=f"HAZ-{100 + number}")
            snapshot["hazards"].append(copied)

    summary = differences(many).summary
    assert summary.startswith("12 hazards differ (HAZ-100, ")
    assert summary.endswith("HAZ-109 and 2 more).")


EVERY_CHANGE: dict[str, Change] = {
    **{name: change for name, (change, *_) in ON_A_HAZARD.items()},
    "section": lambda s: s["sections"][3].update(narrative="x"),
    "tag": lambda s: first(s).update(family="x"),
    "owner": lambda s: first(s).update(owner="x", owner_role="y"),
    "date": lambda s: first(s).update(review_date="2030-01-01"),
    "team": lambda s: s["team"].clear(),
    "counts": lambda s: s["counts"]["initial"].update(hazards=99),
    "evidence": lambda s: first(s)["controls"][0].update(evidence=[]),
    "release": lambda s: s["release"].update(label="9.9"),
    "phase": lambda s: s.update(lifecycle_phase="decommissioning"),
    "assumption": lambda s: s["assumptions"].clear(),
    "placeholder": lambda s: s["placeholders"].update(release="x"),
}


@pytest.mark.parametrize("what", EVERY_CHANGE)
def test_a_comparison_is_empty_exactly_when_the_fingerprints_agree(what: str) -> None:
    new = changed(EVERY_CHANGE[what])
    before, after = fingerprints_of(SNAPSHOT, CURRENT), fingerprints_of(new, CURRENT)
    comparison = compare(SNAPSHOT, new, CURRENT)
    assert comparison.is_empty is (before == after)
    assert comparison.log_differs is (before.log != after.log)


def test_other_words_for_patients_void_nothing_and_are_shown() -> None:
    """Both voices are read by whoever signs; they are no part of what a fingerprint is of."""
    said = changed(lambda s: first(s).update(for_patients="Nobody rings me", for_product=""))
    comparison = compare(SNAPSHOT, said, CURRENT)
    assert comparison.is_empty
    assert not comparison.log_differs
    assert fingerprints_of(said, CURRENT) == fingerprints_of(SNAPSHOT, CURRENT)
    [hazard] = comparison.voices
    assert hazard.reference == first(SNAPSHOT)["reference"]
    assert [(each.label, each.old, each.new) for each in hazard.fields] == [
        ("For patients", "", "Nobody rings me")
    ]
    assert compare(said, said, CURRENT).voices == []
