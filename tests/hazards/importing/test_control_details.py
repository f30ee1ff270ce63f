"""What a log of objects tells of each control: whose it is, how strong, what it does."""

import json
from typing import Any

import pytest

from accounts.models import User
from hazards.choices import ControlFunction, Party, Strength
from hazards.importing.apply import apply_import
from hazards.importing.parsed import ParsedControl, ParsedLog
from hazards.importing.plan import plan_import
from hazards.importing.read import read_log
from hazards.importing.report import Report
from hazards.models import Control
from products.models import Product

BLOCK = {
    "kind": "design",
    "text": "Reissue is blocked",
    "party": "Deploying organisation",
    "strength": "engineered warning",
    "function": "detect",
    "instruction": "Keep it switched on",
}


def log_with(**more: Any) -> ParsedLog:
    row = {"id": "H-1", "name": "A", "harm": "x", "causes": ["One", "Two"]} | more
    return read_log(name="log.json", content=json.dumps([row]).encode())


def controls_of(**more: Any) -> list[ParsedControl]:
    (hazard,) = log_with(**more).hazards
    return hazard.controls


def bring_in(product: Product, by: User, **more: Any) -> Report:
    return apply_import(plan=plan_import(product=product, log=log_with(**more), by=by), by=by)


def test_each_control_keeps_its_own_whatever_the_others_say() -> None:
    plain = {"kind": "design", "text": "Staff look"}
    controls = controls_of(controls=[plain, BLOCK])
    assert {each.text: dict(each.details) for each in controls} == {
        "Staff look": {},
        "Reissue is blocked": {
            "party": Party.DEPLOYER,
            "strength": Strength.ENGINEERED_WARN,
            "function": ControlFunction.DETECT,
            "instruction": "Keep it switched on",
        },
    }


@pytest.mark.parametrize(
    ("words", "strength"),
    [
        ("engineered-block", Strength.ENGINEERED_BLOCK),
        ("engineered-warn", Strength.ENGINEERED_WARN),
        ("Engineered_Block", Strength.ENGINEERED_BLOCK),
        ("ENGINEERED: WARNS OR DETECTS", Strength.ENGINEERED_WARN),
        ("Engineered – blocks or forces", Strength.ENGINEERED_BLOCK),
    ],
)
def test_hyphens_underscores_and_case_make_no_other_word(words: str, strength: Strength) -> None:
    (control,) = controls_of(controls=[BLOCK | {"strength": words}])
    assert dict(control.details)["strength"] == strength


def test_controls_within_causes_have_them_too() -> None:
    (control,) = controls_of(
        causes=[{"text": "One", "existing controls": [{"text": "Stops it", "party": "user"}]}]
    )
    assert dict(control.details) == {"party": Party.USER}


def test_what_is_nested_deeply_is_left() -> None:
    deep: dict[str, Any] = {"text": "One", "party": "user"}
    for _ in range(300):
        deep = {"text": "One", "controls": [deep]}
    assert len(controls_of(controls=[BLOCK, deep])) == 1


def test_a_word_that_is_none_is_named_and_not_guessed() -> None:
    log = log_with(controls=[BLOCK | {"party": "the vendor"}])
    (finding,) = (each for each in log.findings if each.found == "the vendor")
    assert finding.done == "This is not a word for the party of a control, so none was taken."
    assert finding.todo.endswith("Manufacturer, Deploying organisation, User.")
    assert "party" not in dict(log.hazards[0].controls[0].details)


def test_they_come_in_and_change_when_the_file_does(product: Product, cso: User) -> None:
    bring_in(product, cso, controls=[BLOCK])
    control = Control.objects.get(product=product)
    assert (control.party, control.strength) == (Party.DEPLOYER, Strength.ENGINEERED_WARN)
    assert not bring_in(product, cso, controls=[BLOCK]).changed
    report = bring_in(product, cso, controls=[BLOCK | {"party": "manufacturer"}])
    assert report.hazards[0].changes == ["Party of a control changed: “Reissue is blocked”"]
    control.refresh_from_db()
    assert control.party == Party.MANUFACTURER


def ons(*causes: Any, **more: Any) -> list[tuple[int, ...]]:
    told = [
        {"kind": "design", "text": f"Control {number}"} | ({"cause": each} if each != "-" else {})
        for number, each in enumerate(causes)
    ]
    return [each.on for each in controls_of(controls=told, **more)]


def test_numbers_of_causes_count_from_0_where_any_is_0() -> None:
    assert ons(0, 1) == [(0,), (1,)]
    assert ons("0", [0, 1], "-") == [(0,), (0, 1), ()]


def test_they_count_from_1_where_one_is_as_high_as_there_are_causes() -> None:
    assert ons(1, 2) == [(0,), (1,)]


def test_what_no_number_tells_stays_with_the_whole_hazard() -> None:
    assert ons(1) == [()]
    log = log_with(controls=[{"kind": "design", "text": "A", "cause": 1}])
    (finding,) = (each for each in log.findings if "first cause is 0 or 1" in each.done)
    assert finding.todo


def test_a_number_beyond_the_causes_is_named() -> None:
    kind = {"kind": "design"}
    log = log_with(controls=[kind | {"text": "A", "cause": 0}, kind | {"text": "B", "cause": 7}])
    assert [each.on for each in log.hazards[0].controls] == [(0,), ()]
    named = [each.found for each in log.findings if each.done.startswith("This is no cause")]
    assert named == ["7"]


def test_a_cause_may_be_named_in_its_own_words() -> None:
    assert ons("two", "One", "Neither") == [(1,), (0,), ()]


def test_a_control_told_of_two_causes_acts_on_both() -> None:
    same = {"kind": "design", "text": "Block"}
    (control,) = controls_of(controls=[same | {"cause": 0}, same | {"cause": 1}])
    assert control.on == (0, 1)
    (control,) = controls_of(controls=[same | {"cause": 0}, same])
    assert control.on == ()


@pytest.mark.parametrize(
    ("words", "state", "is_named"),
    [
        ("agreed", "agreed", False),
        ("Implemented", "implemented", False),
        ("verified", "implemented", True),
        ("withdrawn", None, True),
        ("half done", None, True),
    ],
)
def test_a_state_is_taken_as_far_as_the_file_can_say_it(
    words: str, state: str | None, is_named: bool
) -> None:
    log = log_with(controls=[BLOCK | {"state": words}])
    assert dict(log.hazards[0].controls[0].details).get("state") == state
    assert any(each.found == words for each in log.findings) == is_named


def test_a_state_comes_in_and_moves_when_the_file_does(product: Product, cso: User) -> None:
    bring_in(product, cso, controls=[BLOCK | {"state": "agreed"}])
    control = Control.objects.get(product=product)
    assert control.state == "agreed"
    bring_in(product, cso, controls=[BLOCK | {"state": "implemented"}])
    control.refresh_from_db()
    assert control.state == "implemented"
    second = {"kind": "design", "text": "Another", "state": "implemented"}
    bring_in(product, cso, controls=[BLOCK | {"state": "proposed"}, second])
    control.refresh_from_db()
    assert control.state == "proposed"
    assert Control.objects.get(product=product, text="Another").state == "implemented"
    assert not bring_in(product, cso, controls=[BLOCK | {"state": "proposed"}, second]).changed
