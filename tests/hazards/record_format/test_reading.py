"""Files that are no record, or one that somebody has changed: one clear sentence, nothing done."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from audit.errors import NotPossible
from hazards.record_format.read import is_record, read_record
from products.models import Product
from tests.hazards.record_format.twins import record_bytes
from tests.safetycase.story import Story, tell

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def value(product: Product, cso: User) -> Any:
    """A record as values."""
    story: Story = tell(product, cso)
    return json.loads(record_bytes(story.product))


def refused(value: Any) -> str:
    content = value if isinstance(value, bytes) else json.dumps(value).encode()
    with pytest.raises(NotPossible) as refusal:
        read_record(name="log.json", content=content)
    assert "Nothing was changed." in refusal.value.sentence
    return refusal.value.sentence


def test_no_record_at_all() -> None:
    assert "is no JSON that can be read" in refused(b"Hazard Number,Hazard Name")
    assert "not in UTF-8" in refused(b"\xff\xfe\x00")
    assert "nested too deeply" in refused(b'{"format":' * 100_000)
    assert "its field “format” does not say so" in refused([{"Hazard Name": "A dose"}])
    assert "its field “format” does not say so" in refused({"format": "another-log"})
    assert "NaN is no number" in refused(
        b'{"format": "clinical-safety-hazard-log", "version": NaN}'
    )


def test_a_later_version_is_not_guessed_at() -> None:
    said = refused({"format": "clinical-safety-hazard-log", "version": 2})
    assert "This file is version 2 of the format; version 1 can be read here." in said


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b'{"format": "clinical-safety-hazard-log"}', True),
        (b'{"format": "another", "about": "clinical-safety-hazard-log"}', False),
        (b'["clinical-safety-hazard-log"]', False),
        (b"clinical-safety-hazard-log", False),
        (b"PK\x03\x04", False),
    ],
)
def test_a_record_is_known_by_its_marker(content: bytes, expected: bool) -> None:
    assert is_record(content) is expected


CHANGES: list[tuple[Change, str]] = [
    (lambda v: v.pop("evidence"), "evidence: is missing."),
    (lambda v: v.update(colour="red"), "colour: is not of this format."),
    (lambda v: v["hazards"][0].pop("name"), "hazards[0].name: is missing."),
    (lambda v: v["hazards"][1].update(name="  "), "hazards[1].name: is empty."),
    (lambda v: v["hazards"][0].update(name="x" * 301), "hazards[0].name: It has 301 characters"),
    (lambda v: v["hazards"][0].update(effect="a\x00b"), "hazards[0].effect: It holds a character"),
    (lambda v: v["hazards"][0].update(state="gone"), "hazards[0].state: is none of these: draft,"),
    (lambda v: v["hazards"][0].update(number="1"), "hazards[0].number: is not a whole number"),
    (lambda v: v["hazards"][0].update(review_date="3 May"), "is not a day such as 2026-05-03."),
    (lambda v: v["hazards"][0].update(harms={}), "hazards[0].harms: is not a list."),
    (lambda v: v["hazards"][0]["harms"][0].update(in_the_log=1), "is neither true nor false."),
    (lambda v: v["hazards"][0].update(owner="Clara"), "owner: is not an object with fields."),
    (lambda v: v["hazards"][1].update(reference="HAZ-001"), "HAZ-001 is there twice."),
    (lambda v: v["hazards"][0].update(merged_into="HAZ-002"), "names its successor."),
    (lambda v: v["hazards"][0].update(split_from="HAZ-999"), "there is no hazard HAZ-999"),
    (lambda v: v["hazards"][0].update(split_from="HAZ-001"), "each other in a circle."),
    (lambda v: v["hazards"][0].update(features=["FEAT-9"]), "FEAT-9 is not among the features."),
    (lambda v: v["hazards"][0]["estimates"][0].update(cause=9), "there is no number 9 in that"),
    (lambda v: v["hazards"][0]["estimates"][0].update({"class": 1}), "its matrix gives 3."),
    (lambda v: v["hazards"][0]["estimates"][0].update(severity="Awful"), "not those of its matrix"),
    (
        lambda v: v["hazards"][0]["estimates"][0].update(acceptability="acceptable"),
        "its class does not mean that in its matrix.",
    ),
    (lambda v: v["hazards"][0]["estimates"][0].update(at="yesterday"), "is not a moment in UTC"),
    (lambda v: v["hazards"][0]["estimates"][0].update(matrix=7), "there is no matrix 7"),
    (lambda v: v["matrices"][0]["rows"].pop(), "its rows are not those of its likelihoods."),
    (lambda v: v["matrices"][0]["rows"][0]["classes"].pop(), "does not hold a class for each"),
    (lambda v: v["controls"][0]["acts_on"][0].update(hazard="X"), "there is no hazard X"),
    (lambda v: v["controls"][0]["acts_on"][0].update(cause=1, harm=1), "a cause and a harm at"),
    (lambda v: v["controls"][0].update(new_hazards=["HAZ-002"]), "says why there are none."),
    (lambda v: v["evidence"][0].update(controls=["CTL-9"]), "CTL-9 is no control."),
    (lambda v: v["evidence"][0].update(file={"name": "a"}), "file.sha256: is missing."),
    (lambda v: v["assumptions"][0].update(hazard="X"), "assumptions[0].hazard: there is no hazard"),
]


def test_what_was_changed_is_named(value: dict[str, Any]) -> None:
    for change, expected in CHANGES:
        changed = copy.deepcopy(value)
        change(changed)
        assert expected in refused(changed)


def test_only_the_first_few_of_many_problems_are_named(value: dict[str, Any]) -> None:
    for hazard in value["hazards"]:
        hazard["status"] = "done"
    said = refused(value)
    assert said.count("is none of these") == 5
    assert "3 more like these." in said


def test_a_link_that_a_browser_would_run_is_refused(
    value: dict[str, Any], cso: User, product: Product
) -> None:
    from tests.hazards.record_format.twins import an_empty_product, restored

    value["evidence"][0]["link"] = "javascript:alert(1)"
    there = an_empty_product(cso)
    with pytest.raises(NotPossible, match="valid URL"):
        restored(json.dumps(value).encode(), there, cso)
    assert not there.hazards.exists()
