"""The hazards that a control of a log of objects brings with it."""

import json
from typing import Any

import pytest

from accounts.models import User
from hazards.importing.apply import apply_import
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.report import Report
from hazards.models import Control, NewHazardLink
from products.models import Product

HOLD = {"kind": "design", "text": "Hold the supply", "new_hazards": ["H-2"]}


def bring_in(product: Product, by: User, *controls: dict[str, Any]) -> Report:
    rows = [
        {"id": "H-1", "name": "A", "harm": "x", "controls": list(controls)},
        {"id": "H-2", "name": "No supply", "harm": "y"},
    ]
    log = read_log(name="log.json", content=json.dumps(rows).encode())
    assert not log.columns_not_read
    return apply_import(plan=plan_import(product=product, log=log, by=by), by=by)


def brought(product: Product) -> list[tuple[str, str]]:
    links = NewHazardLink.objects.filter(control__product=product).order_by("pk")
    return [(link.control.text, link.hazard.name) for link in links]


def test_they_are_linked_once_both_stand(product: Product, cso: User) -> None:
    bring_in(product, cso, HOLD)
    assert brought(product) == [("Hold the supply", "No supply")]
    again = bring_in(product, cso, HOLD)
    assert not again.changed
    assert not again.problems


def test_a_new_control_on_a_hazard_that_stands_brings_them_too(product: Product, cso: User) -> None:
    bring_in(product, cso, HOLD)
    bring_in(product, cso, HOLD, HOLD | {"text": "Ask twice"})
    assert brought(product)[1:] == [("Ask twice", "No supply")]


@pytest.mark.parametrize(
    ("more", "found"),
    [({"new_hazards": ["H-9"]}, "H-9"), ({"none_because": "It only warns"}, "H-2")],
)
def test_what_cannot_be_linked_is_named(
    product: Product, cso: User, more: dict[str, Any], found: str
) -> None:
    report = bring_in(product, cso, HOLD | more)
    assert not brought(product)
    assert found in [group.finding.found for group in report.problems]
    assert Control.objects.get(product=product).none_because == more.get("none_because", "")


def test_what_the_file_says_otherwise_later_is_named(product: Product, cso: User) -> None:
    bring_in(product, cso, HOLD)
    report = bring_in(product, cso, HOLD | {"new_hazards": ["H-1", "H-2"]})
    assert "H-1, H-2" in [group.finding.found for group in report.problems]
    assert brought(product) == [("Hold the supply", "No supply")]
