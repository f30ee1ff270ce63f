"""Projection 1 never changes: signatures of years ago are compared with it.

A frozen snapshot and the fingerprints that it had are kept beside this test. If one of them differs
somebody changed projection 1: undo that, and write projection 2 beside it.
"""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from safetycase.projections import CURRENT, Fingerprints, fingerprints_of, projected_log
from safetycase.snapshot import Snapshot
from safetycase.snapshot.shape import HazardShape
from tests.safetycase.frozen_snapshot import SNAPSHOT

RECORDED = Fingerprints(
    log="d64bc7dd600069c30694bf1fa567ff7ff482050272ce8a5699a174c8de76a9a9",
    report="49becb8139ba016ed12a59a13e363dd70b1393a0fbd9fc671026dbfa2790b034",
)

Change = Callable[[Any], object]


def after(change: Change) -> Fingerprints:
    """The fingerprints of the snapshot with one thing done to it."""
    snapshot: Snapshot = copy.deepcopy(SNAPSHOT)
    change(snapshot)
    return fingerprints_of(snapshot, 1)


def hazard(snapshot: Any) -> Any:
    return snapshot["hazards"][0]


def control(snapshot: Any) -> Any:
    return hazard(snapshot)["controls"][1]


def residual(snapshot: Any) -> Any:
    return hazard(snapshot)["residual"]["current"][0]


def test_what_was_recorded_still_holds() -> None:
    assert fingerprints_of(SNAPSHOT, 1) == RECORDED


def test_the_current_projection_is_there() -> None:
    assert len(fingerprints_of(SNAPSHOT, CURRENT).log) == 64
    with pytest.raises(KeyError):
        fingerprints_of(SNAPSHOT, 99)


#: What a typo or a change of hands may touch without voiding anybody's approval.
DOES_NOT_MATTER: dict[str, Change] = {
    "tag": lambda s: hazard(s).update(family="Access"),
    "owner": lambda s: hazard(s).update(owner="Somebody else", owner_role="Lead"),
    "next review": lambda s: hazard(s).update(review_date="2030-01-01"),
    "actions": lambda s: hazard(s).update(actions="Ask again"),
    "content version": lambda s: hazard(s).update(content_version=99),
    "words of a state": lambda s: hazard(s).update(state_words="In force"),
    "words of a control": lambda s: control(s).update(party_words="Site"),
    "implementer and date": lambda s: control(s).update(implementer="Ed", due_on="2030-01-01"),
    "evidence": lambda s: control(s).update(evidence=[]),
    "what else it protects": lambda s: control(s).update(also_protects=["HAZ-009"]),
    "who estimated when": lambda s: residual(s).update(by="Ed", at="2030-01-01T00:00:00.000000Z"),
    "earlier estimates": lambda s: hazard(s)["residual"].update(earlier=9),
    "why provisional": lambda s: hazard(s)["residual"].update(why_provisional=["x"]),
    "counts": lambda s: s["counts"]["initial"].update(hazards=99),
    "team": lambda s: s["team"].clear(),
    "organisation": lambda s: s["organisation"].update(name="Renamed Ltd"),
    "product's name": lambda s: s["product"].update(name="Renamed"),
    "document": lambda s: s["document"].update(number=9, attempt=9, summary="x", made_by="y"),
    "revisions": lambda s: s["revisions"].append({"version": 1}),
    "what is not ready": lambda s: s["not_ready"].append("x"),
    "placeholders": lambda s: s["placeholders"].update(release="x"),
    "unplaced hazards": lambda s: s["unplaced"].append(hazard(s)),
    "order of hazards": lambda s: s["hazards"].reverse(),
    "order of controls": lambda s: hazard(s)["controls"].reverse(),
    "name of the matrix": lambda s: s["matrix"].update(name="Renamed", state="draft"),
    "words of a class": lambda s: s["matrix"]["classes"][0].update(meaning="x"),
    "lapsed acceptances": lambda s: hazard(s)["residual"].update(lapsed=[{}]),
    "waivers and legacy findings": lambda s: s.update(quality={"waivers": [{}], "legacy": [{}]}),
}

#: What matters for safety in the hazard log: its fingerprint changes, and so does the report's.
OF_THE_LOG: dict[str, Change] = {
    **{
        f"hazard: {name}": lambda s, name=name: hazard(s).update({name: "changed"})  # type: ignore[misc]
        for name in (
            "reference",
            "name",
            "description",
            "effect",
            "state",
            "status",
            "justification",
        )
    },
    "hazard: harm": lambda s: hazard(s)["harms"][0].update(text="The patient dies"),
    "hazard: one harm less": lambda s: hazard(s)["harms"].clear(),
    "hazard: cause": lambda s: hazard(s)["causes"][0].update(text="Another"),
    "hazard: kind of cause": lambda s: hazard(s)["causes"][0].update(kind="fault"),
    "hazard: cause accepted": lambda s: hazard(s)["causes"][0].update(accepted_because="x"),
    "hazard: assumption": lambda s: hazard(s)["assumptions"][0].update(text="x"),
    "hazard: gone": lambda s: s["hazards"].pop(),
    "hazard: one control less": lambda s: hazard(s)["controls"].pop(),
    **{
        f"control: {name}": lambda s, name=name: control(s).update({name: "changed"})  # type: ignore[misc]
        for name in (
            "text",
            "kind",
            "type",
            "strength",
            "function",
            "party",
            "state",
            "instruction",
            "delivered_in",
            "none_because",
        )
    },
    "control: what it acts on": lambda s: control(s).update(causes=[]),
    "control: harms it acts on": lambda s: control(s).update(harms=[1]),
    "control: new hazards": lambda s: control(s).update(new_hazards=["HAZ-002"]),
    **{
        f"estimate: {name}": lambda s, name=name: residual(s).update({name: "changed"})  # type: ignore[misc]
        for name in (
            "class_number",
            "severity",
            "likelihood",
            "how_many",
            "why_severity",
            "why_likelihood",
            "assumption",
        )
    },
    "estimate: cause": lambda s: residual(s).update(cause=1),
    "estimate: harm": lambda s: residual(s).update(harm=1),
    "estimate: gone": lambda s: hazard(s)["residual"]["current"].clear(),
    "initial estimate": lambda s: hazard(s)["initial"]["current"].clear(),
    "acceptance: gone": lambda s: residual(s).update(acceptance=None),
    "acceptance: by": lambda s: residual(s)["acceptance"].update(by="Ed"),
    "acceptance: when": lambda s: residual(s)["acceptance"].update(at="2030-01-01"),
    "acceptance: why": lambda s: residual(s)["acceptance"].update(why="x"),
    **{
        f"assumption: {name}": lambda s, name=name: s["assumptions"][0].update({name: "changed"})  # type: ignore[misc]
        for name in ("text", "held_by", "valid_until", "state")
    },
    "matrix: a cell": lambda s: s["matrix"]["rows"][0].update(classes=[1, 1, 1, 1, 1]),
    "matrix: a word": lambda s: s["matrix"]["severities"][0].update(word="x"),
    "matrix: a meaning": lambda s: s["matrix"]["likelihoods"][0].update(meaning="x"),
    "matrix: acceptability": lambda s: s["matrix"]["classes"][4].update(acceptability="acceptable"),
    "matrix: none": lambda s: s.update(matrix=None),
    "release": lambda s: s["release"].update(label="9.9"),
    "release: none": lambda s: s.update(release=None),
}

#: What matters in the report alone.
OF_THE_REPORT: dict[str, Change] = {
    "product": lambda s: s["product"].update(public_id="another"),
    "phase": lambda s: s.update(lifecycle_phase="decommissioning"),
    "plan": lambda s: s["plan"].update(number=9),
    "plan: none": lambda s: s.update(plan=None),
    "feature": lambda s: s["features"][0].update(title="x"),
    "one feature less": lambda s: s["features"].clear(),
    **{
        f"intended use: {name}": lambda s, name=name: s["intended_use"].update({name: "changed"})  # type: ignore[misc]
        for name in (
            "purpose", "users", "patient_groups", "care_settings", "exclusions",
            "device_statement",
        )
    },
    "intended use: none": lambda s: s.update(intended_use=None),
    **{
        f"section {number}": lambda s, number=number: s["sections"][number].update(narrative="x")  # type: ignore[misc]
        for number in range(11)
    },
}  # fmt: skip


@pytest.mark.parametrize("what", DOES_NOT_MATTER)
def test_what_does_not_matter_for_safety_changes_nothing(what: str) -> None:
    assert after(DOES_NOT_MATTER[what]) == RECORDED


@pytest.mark.parametrize("what", OF_THE_LOG)
def test_what_matters_in_the_log_changes_both(what: str) -> None:
    made = after(OF_THE_LOG[what])
    assert made.log != RECORDED.log
    assert made.report != RECORDED.report


@pytest.mark.parametrize("what", OF_THE_REPORT)
def test_what_matters_in_the_report_changes_the_report_alone(what: str) -> None:
    made = after(OF_THE_REPORT[what])
    assert made.log == RECORDED.log
    assert made.report != RECORDED.report


def test_two_changes_never_look_like_one() -> None:
    made = [after(change) for change in OF_THE_LOG.values()]
    assert len({each.log for each in made}) == len(made)


def test_everything_of_a_hazard_is_either_in_the_projection_or_left_out_on_purpose() -> None:
    """A field that is added to a snapshot has to be decided on, for the next projection."""
    [projected, *_] = projected_log(SNAPSHOT, 1)["hazards"].values()
    left_out = {
        "public_id",  # the key
        "own_reference", "family", "state_words", "status_words", "actions", "owner", "owner_role",
        "review_date", "scope_from", "content_version", "features",
        "for_patients", "for_product",  # read by whoever signs; they void no approval
    }  # fmt: skip
    assert set(HazardShape.__annotations__) == set(projected) | left_out
