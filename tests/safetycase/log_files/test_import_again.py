"""What the workbook says, the importer reads: the same hazards in an empty product."""

import time
from copy import deepcopy
from dataclasses import dataclass

import pytest

from accounts.models import User
from hazards.importing.fields import Field
from hazards.importing.findings import Level
from hazards.importing.parsed import ParsedHazard
from hazards.importing.plan import plan_import
from hazards.importing.planned import Plan
from hazards.importing.read import read_log
from products.choices import Role
from products.models import Product
from safetycase.log_files import hazard_log_workbook
from safetycase.log_files.rows import column_of, hazards_in
from safetycase.log_files.safe_text import one_line
from safetycase.snapshot.shape import HazardShape, Snapshot
from tests.factories import join, make_product
from tests.hazards.importing.imports import bring_in_sample
from tests.safetycase.log_files.logs import TITLE, a_mixed_log, snapshot_of
from tests.safetycase.story import Story

UNREAD = "This column is not one that is read"


@pytest.fixture
def empty_product(cso: User) -> Product:
    """A product with a matrix and no hazards, on which the same person works."""
    product = make_product("An empty one", "an-empty-one")
    join(product, cso, Role.CLINICAL_SAFETY_OFFICER)
    return product


def planned_again(snapshot: Snapshot, into: Product, by: User) -> Plan:
    content = hazard_log_workbook(snapshot, TITLE)
    log = read_log(name="log.xlsx", content=content)
    assert log.refused == []
    assert log.sheet == "Hazard log"
    return plan_import(product=into, log=log, by=by)


@dataclass(frozen=True)
class Told:
    """What the columns of the layout carry of one hazard, in one form for both sides."""

    reference: str
    name: str
    words: tuple[str, ...]
    harms: list[str]
    causes: list[str]
    controls: dict[tuple[str, str], frozenset[int]]
    tests: set[str]
    estimates: dict[tuple[str, int], tuple[str, str, int]]
    status: str


def told_by_snapshot(hazard: HazardShape) -> Told:
    causes = {each["number"] for each in hazard["causes"]}
    return Told(
        reference=hazard["reference"],
        name=hazard["name"],
        words=(
            *(hazard["description"], hazard["family"], hazard["actions"]),
            *(hazard["justification"], hazard["owner"] or hazard["owner_role"]),
        ),
        harms=[each["text"] for each in hazard["harms"]],
        causes=[each["text"] for each in hazard["causes"]],
        controls={
            (_LIKE[column_of(each)], one_line(each["text"])): frozenset(each["causes"] or causes)
            for each in hazard["controls"]
        },
        tests={
            one_line(evidence["title"])
            for control in hazard["controls"]
            if control["kind"] == "additional"
            for evidence in control["evidence"]
        },
        estimates=_estimates_in(hazard, causes),
        status=hazard["status"],
    )


_LIKE = {
    "existing": Field.EXISTING,
    "design": Field.DESIGN,
    "training": Field.TRAINING,
    "process": Field.BUSINESS_PROCESS,
    "further": Field.ADDITIONAL,
}


def _estimates_in(
    hazard: HazardShape, causes: set[int]
) -> dict[tuple[str, int], tuple[str, str, int]]:
    """For each cause what is estimated of it: its own, or that of the whole hazard."""
    told: dict[tuple[str, int], tuple[str, str, int]] = {}
    for stage, risk in (("initial", hazard["initial"]), ("residual", hazard["residual"])):
        for estimate in sorted(risk["current"], key=lambda each: each["cause"] is not None):
            words = (estimate["severity"], estimate["likelihood"], estimate["class_number"])
            about = {estimate["cause"]} if estimate["cause"] else causes or {0}
            told |= {(stage, cause): words for cause in about}
    return told


def told_by_plan(plan: Plan) -> list[Told]:
    return [
        Told(
            reference=planned.reference,
            name=planned.parsed.name,
            words=(
                *(planned.values[each] for each in _OWN_WORDS),
                planned.values["owner_role"] or _owner_in(planned.parsed),
            ),
            harms=[each.text for each in planned.harms],
            causes=[each.text for each in planned.causes],
            controls={
                (each.parsed.column, each.parsed.text): frozenset(
                    place + 1 for place in each.parsed.on or range(len(planned.causes))
                )
                for each in planned.controls
            },
            tests={each.text for each in planned.tests},
            estimates={
                (str(each.parsed.stage), cause): (
                    each.square.severity.word,
                    each.square.likelihood.word,
                    each.square.number,
                )
                for each in planned.estimates
                for cause in (
                    [each.on + 1]
                    if each.on is not None
                    else range(1, len(planned.causes) + 1) or [0]
                )
            },
            status=str(planned.status),
        )
        for planned in plan.hazards
    ]


_OWN_WORDS = ("description", "family", "action_summary", "justification")


def _owner_in(parsed: ParsedHazard) -> str:
    words = parsed.words[Field.OWNER]
    return "" if words == "–" else words


def expect_the_same(snapshot: Snapshot, plan: Plan) -> None:
    expected = [told_by_snapshot(hazard) for hazard in hazards_in(snapshot)]
    assert expected
    assert told_by_plan(plan) == expected


def test_the_sample_comes_back(product: Product, cso: User, empty_product: Product) -> None:
    bring_in_sample(product, cso)
    snapshot = snapshot_of(product)
    plan = planned_again(snapshot, empty_product, cso)
    expect_the_same(snapshot, plan)
    assert len(plan.hazards) == 12
    assert plan.log.cover["Product"] == "Digital Pharmacy"
    assert plan.log.cover["Organisation"] == snapshot["organisation"]["name"]


def test_a_log_of_every_kind_comes_back(
    product: Product, cso: User, empty_product: Product
) -> None:
    a_mixed_log(product, cso)
    snapshot = snapshot_of(product)
    expect_the_same(snapshot, planned_again(snapshot, empty_product, cso))


def test_a_log_with_releases_comes_back(story: Story, cso: User, empty_product: Product) -> None:
    snapshot = snapshot_of(story.product, story.reported)
    expect_the_same(snapshot, planned_again(snapshot, empty_product, cso))


def test_no_column_of_ours_is_left_with_a_word_about_it(
    product: Product, cso: User, empty_product: Product
) -> None:
    a_mixed_log(product, cso)
    plan = planned_again(snapshot_of(product), empty_product, cso)
    about_columns = [each for each in plan.findings if UNREAD in each.done]
    others = [each for each in plan.findings if each.level is not Level.NOTE]
    assert {each.done for each in others if UNREAD not in each.done} == {
        "The cover names another product; the file goes into An empty one.",
        "This says that it is still to come; Potential Clinical Impact was taken as empty."
        " Without a harm a hazard stays a draft.",
        "The estimate is still to come. No initial risk was taken from the file.",
        "The estimate is still to come. No residual risk was taken from the file.",
    }
    # The importer knows our own columns, and that they are not to be read.
    assert about_columns == []


def test_into_its_own_product_it_changes_nothing(product: Product, cso: User) -> None:
    bring_in_sample(product, cso)
    assert not planned_again(snapshot_of(product), product, cso).changes_anything


def test_a_hand_made_log_changes_nothing_either(product: Product, cso: User) -> None:
    a_mixed_log(product, cso)
    plan = planned_again(snapshot_of(product), product, cso)
    changes = [change for hazard in plan.hazards for change in hazard.changes]
    # An estimate of the whole hazard stands beside each cause that has none of its own.
    assert all(change.startswith("Initial risk estimated") for change in changes)


def test_three_hundred_hazards_take_seconds(
    product: Product, cso: User, empty_product: Product
) -> None:
    a_mixed_log(product, cso)
    snapshot = snapshot_of(product)
    some = [*snapshot["hazards"], *snapshot["unplaced"]]
    snapshot["hazards"] = [deepcopy(hazard) for _ in range(75) for hazard in some]
    snapshot["unplaced"] = []
    for number, hazard in enumerate(snapshot["hazards"], start=1):
        hazard["reference"] = f"BIG-{number}"
    begun = time.process_time()
    content = hazard_log_workbook(snapshot, TITLE)
    assert time.process_time() - begun < 6
    assert len(read_log(name="log.xlsx", content=content).hazards) == 300
