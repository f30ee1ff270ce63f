"""A snapshot says everything that a report says, and hides nothing."""

import json
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.canonical import canonical_json
from hazards.actions.controls import edit_control, set_control_state
from hazards.choices import ControlState
from hazards.matrix_reading import read_matrix
from hazards.models import Control
from hazards.queries import current_matrix
from products.actions import edit_release
from products.choices import ReleaseState
from products.models import Product
from safetycase.choices import LifecyclePhase, SectionKey
from safetycase.figures import figures_for, figures_of
from safetycase.placeholders import DESCRIPTIONS, known_placeholders
from safetycase.report import PARTS, report_of, shared_controls
from safetycase.snapshot import Snapshot
from tests.safetycase.conftest import snapshot_of
from tests.safetycase.story import Story


def reference(story: Story, which: str) -> str:
    return story.hazards[which].display_reference


def reported(snapshot: Snapshot, story: Story, which: str) -> Any:
    [hazard] = [h for h in snapshot["hazards"] if h["reference"] == reference(story, which)]
    return hazard


def test_it_is_canonical_json(story: Story) -> None:
    snapshot = snapshot_of(story)
    text = canonical_json(snapshot)  # raises for floats and anything else without one form
    assert json.loads(text) == snapshot
    assert text == canonical_json(snapshot_of(story))


def test_every_hazard_of_the_log_is_somewhere(story: Story) -> None:
    snapshot = snapshot_of(story)
    places = Counter(
        [
            *(each["reference"] for each in snapshot["hazards"]),
            *(each["reference"] for each in snapshot["unplaced"]),
            *(each["reference"] for each in snapshot["not_reported"]),
        ]
    )
    assert places == Counter(hazard.display_reference for hazard in story.hazards.values())


def test_hazards_are_reported_by_scope(story: Story) -> None:
    snapshot = snapshot_of(story)
    assert [each["reference"] for each in snapshot["unplaced"]] == [reference(story, "unplaced")]
    why = {each["reference"]: each["why"] for each in snapshot["not_reported"]}
    assert why == {
        reference(story, "of a later release"): "In scope from release 1.2.0",
        reference(story, "withdrawn"): "Withdrawn from the log",
    }
    assert {each["scope_from"] for each in snapshot["hazards"]} == {"1.0.0", "1.1.0"}


def test_a_control_of_a_later_release_does_not_count(story: Story) -> None:
    hazard = reported(snapshot_of(story), story, "relies on later")
    [control] = hazard["controls"]
    assert (control["state"], control["is_delivered"], control["stands"]) == (
        "verified",
        False,
        False,
    )
    assert hazard["residual"]["is_provisional"] is True
    assert hazard["residual"]["why_provisional"] == [
        f"{control['reference']} is delivered by release 1.2.0, not by this one"
    ]


def test_it_counts_for_the_later_release(story: Story) -> None:
    snapshot = snapshot_of(story, release=story.releases[2])
    assert reported(snapshot, story, "relies on later")["residual"]["is_provisional"] is False


def test_why_a_risk_is_provisional(story: Story) -> None:
    snapshot = snapshot_of(story)
    hazard = reported(snapshot, story, "provisional")
    manufacturer, deployer = hazard["controls"]
    assert hazard["residual"]["why_provisional"] == [
        f"{manufacturer['reference']} is agreed, not verified"
    ]
    edit_control(
        control=Control.objects.get(reference=deployer["reference"]),
        by=story.cso,
        changes={"instruction": " "},
    )
    assert (
        f"{deployer['reference']} has no instruction for the deploying organisation"
        in reported(snapshot_of(story), story, "provisional")["residual"]["why_provisional"]
    )
    assert reported(snapshot, story, "confirmed")["residual"]["is_provisional"] is False


def test_counts_and_hazards_say_the_same(story: Story) -> None:
    """Counts come from one query, hazards from another reading: they may never differ."""
    for release in (*story.releases, None):
        snapshot = snapshot_of(story, release=release)
        for stage in ("initial", "residual"):
            counted = snapshot["counts"][stage]
            risks = [each[stage] for each in snapshot["hazards"]]
            shown = [each["shown"] for each in risks if each["shown"]]
            classes = Counter(each["class_number"] for each in shown)
            assert {c["number"]: c["hazards"] for c in counted["classes"]} == {
                number: classes[number] for number in range(1, 6)
            }
            assert counted["provisional"] == sum(bool(each["is_provisional"]) for each in risks)
            assert counted["hazards"] == len(risks)
            assert counted["hazards"] == (
                counted["estimated"]
                + counted["not_estimated"]
                + counted["not_needed"]
                + counted["other_matrix"]
            )
            assert sum(s["hazards"] for s in counted["squares"]) == counted["estimated"]


def test_the_counts_of_the_story(story: Story) -> None:
    residual = snapshot_of(story)["counts"]["residual"]
    assert {c["number"]: c["hazards"] for c in residual["classes"] if c["hazards"]} == {2: 1, 3: 2}
    assert (residual["confirmed"], residual["provisional"]) == (1, 2)
    assert (residual["not_estimated"], residual["not_needed"]) == (1, 1)


def test_control_counts_agree_with_the_hazards(story: Story) -> None:
    snapshot = snapshot_of(story)
    figures = figures_of(story.product, story.reported, LifecyclePhase.MODIFICATION)
    shared = shared_controls(snapshot["hazards"])
    assert figures.controls.controls == len(shared)
    assert figures.controls.later == sum(not each.control["is_delivered"] for each in shared) == 1
    assert figures.controls.verified == sum(each.control["state"] == "verified" for each in shared)


def test_a_release_that_never_came_delivers_nothing(story: Story) -> None:
    control = Control.objects.get(text__startswith="A follow-up call")
    edit_control(control=control, by=story.cso, changes={"delivered_in_id": story.releases[2].pk})
    edit_release(release=story.releases[2], by=story.cso, changes={"state": ReleaseState.WITHDRAWN})
    snapshot = snapshot_of(story, release=None)
    assert reported(snapshot, story, "confirmed")["residual"]["is_provisional"] is True


def test_withdrawn_controls_are_gone(story: Story) -> None:
    control = Control.objects.get(text__startswith="Red flags")
    set_control_state(
        control=control, by=story.cso, state=ControlState.WITHDRAWN, reason="Another way was found"
    )
    hazard = reported(snapshot_of(story), story, "provisional")
    assert len(hazard["controls"]) == 1
    assert hazard["residual"]["is_provisional"] is False


def test_release_configuration(story: Story) -> None:
    snapshot = snapshot_of(story)
    assert [(each["label"], each["state"]) for each in snapshot["releases"]] == [
        ("1.0.0", "released"),
        ("1.1.0", "in_work"),
    ]
    assert [each["first_release"] for each in snapshot["features"]] == ["1.0.0", "1.1.0"]
    assert snapshot["release"] == snapshot["releases"][-1]
    assert reference(story, "confirmed") in snapshot["features"][0]["hazards"]


def test_people_matrix_and_intended_use(story: Story) -> None:
    snapshot = snapshot_of(story)
    [officer] = snapshot["team"]
    assert (officer["name"], officer["registration"]) == ("Clara Officer", "GMC 7654321")
    matrix = snapshot["matrix"]
    assert matrix is not None
    assert matrix["approved_by"] == "Clara Officer"
    assert matrix["rows"][0] == {"likelihood": "Very high", "classes": [3, 4, 4, 5, 5]}
    assert snapshot["intended_use"] is not None
    assert snapshot["intended_use"]["exclusions"] == "Not for acute care"


def test_a_product_with_nothing(product: Product, cso: User) -> None:
    figures = figures_for(product)
    snapshot = snapshot_of(Story(product, cso, [], [], {}), release=figures.release)
    assert (snapshot["hazards"], snapshot["releases"], snapshot["release"]) == ([], [], None)
    assert canonical_json(snapshot)
    assert len(report_of(snapshot).missing) == 11


def test_the_placeholders_are_a_closed_list(story: Story) -> None:
    values = snapshot_of(story)["placeholders"]
    assert set(DESCRIPTIONS) <= set(values)
    assert set(values) - set(DESCRIPTIONS) == {
        f"counts.{stage}.{number}" for stage in ("initial", "residual") for number in (2, 3, 4, 5)
    }
    matrix = current_matrix(story.product)
    assert matrix is not None
    assert known_placeholders(read_matrix(matrix)).keys() == values.keys()
    assert values["hazard_count"] == "5"
    assert values["counts.residual.provisional"] == "2"
    assert values["unplaced_hazard_count"] == "1"
    assert values["later_control_count"] == "1"
    assert values["accountable_executive"] == "(nobody is named)"


def test_the_number_of_queries_does_not_grow(story: Story) -> None:
    with CaptureQueriesContext(connection) as whole:
        snapshot_of(story)
    with CaptureQueriesContext(connection) as small:
        snapshot_of(story, release=story.releases[0])
    assert len(whole) == len(small) <= 60


def test_no_database_is_asked_after_the_snapshot(story: Story) -> None:
    snapshot = json.loads(canonical_json(snapshot_of(story)))
    with CaptureQueriesContext(connection) as queries:
        report = report_of(snapshot)
    assert len(queries) == 0
    assert [section.number for section in report.sections] == list(range(1, 12))
    assert report.sections[0].narrative.html.endswith(
        "<p>Digital Pharmacy 1.1.0 has 5 hazards.</p>\n"
    )


@pytest.mark.parametrize("key", SectionKey)
def test_every_generated_part_has_its_template(key: SectionKey) -> None:
    for part in PARTS.get(key, ()):
        get_template(part.template)  # raises when there is none
