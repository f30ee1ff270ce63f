"""The rules of the log, case by case, against a second telling of the same standard."""

import datetime
import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hazards.choices import (
    Acceptability,
    ControlState,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardState,
    HazardStatus,
    Party,
)
from hazards.rules import (
    CONTROL_STATE_MOVES,
    HAZARD_STATE_MOVES,
    HAZARD_STATUS_MOVES,
    ControlFacts,
    EstimateFacts,
    EvidenceFacts,
    HazardFacts,
    control_stands,
    current_estimates,
    may_move,
    residual_is_confirmed,
    residual_is_needed,
    why_not_live,
    why_not_status,
    why_not_verified,
    worst,
)

TODAY = datetime.date(2026, 5, 3)

# --- States: every one with every next one --------------------------------------------------------

ALLOWED: dict[str, tuple[Any, Mapping[Any, frozenset[Any]], set[str]]] = {
    "hazard state": (
        HazardState,
        HAZARD_STATE_MOVES,
        {
            "draft live", "draft withdrawn", "draft merged",
            "live withdrawn", "live merged",
            "withdrawn draft",
        },
    ),
    "hazard status": (
        HazardStatus,
        HAZARD_STATUS_MOVES,
        {
            "open transferred", "open closed",
            "transferred open", "transferred closed",
            "closed open",
        },
    ),
    "control state": (
        ControlState,
        CONTROL_STATE_MOVES,
        {
            "proposed agreed", "proposed withdrawn",
            "agreed proposed", "agreed implemented", "agreed withdrawn",
            "implemented agreed", "implemented verified", "implemented withdrawn",
            "verified implemented", "verified withdrawn",
            "withdrawn proposed",
        },
    ),
}  # fmt: skip

STEPS = [
    (table, now, then)
    for table, (states, _, _) in ALLOWED.items()
    for now, then in itertools.product(states, states)
]


@pytest.mark.parametrize(("table", "now", "then"), STEPS)
def test_every_state_with_every_next_state(table: str, now: Any, then: Any) -> None:
    _, moves, allowed = ALLOWED[table]
    assert may_move(moves, now, then) is (f"{now} {then}" in allowed)


@pytest.mark.parametrize("table", ALLOWED)
def test_a_table_knows_every_state_and_no_other(table: str) -> None:
    states, moves, _ = ALLOWED[table]
    assert set(moves) == set(states)
    assert set().union(*moves.values()) <= set(states)


# --- Which estimates stand ------------------------------------------------------------------------


def whole(id: int) -> EstimateFacts:  # noqa: A002 - the rule's own word
    return EstimateFacts(id, None, 1, 1, 1)


def of(cause: int, id: int) -> EstimateFacts:  # noqa: A002
    return EstimateFacts(id, cause, 1, 1, 1)


def standing(estimates: list[EstimateFacts], causes: list[int]) -> set[int]:
    return {each.id for each in current_estimates(estimates, causes)}


@pytest.mark.parametrize(
    ("told", "estimates", "causes", "expected"),
    [
        ("nothing", [], [], set()),
        ("nothing for its causes", [], [7, 8], set()),
        ("one of the whole", [whole(1)], [], {1}),
        ("a newer one of the whole", [whole(1), whole(2)], [], {2}),
        ("in whichever order they come", [whole(2), whole(1)], [], {2}),
        ("one of its only cause", [of(7, 1)], [7], {1}),
        ("a newer one of that cause", [of(7, 1), of(7, 2)], [7], {2}),
        ("each of two causes", [of(7, 1), of(8, 2)], [7, 8], {1, 2}),
        ("one of two causes only", [of(7, 1)], [7, 8], {1}),
        ("the whole speaks for the cause without", [whole(1), of(7, 2)], [7, 8], {1, 2}),
        ("every cause has a newer one", [whole(1), of(7, 2), of(8, 3)], [7, 8], {2, 3}),
        ("a cause that is gone does not count", [of(7, 1), of(8, 2)], [8], {2}),
        ("all causes are gone", [of(7, 1), of(8, 2)], [], set()),
        ("all causes are gone, the whole stays", [whole(1), of(7, 2)], [], {1}),
        ("a new cause is spoken for again", [whole(1), of(7, 2)], [7, 9], {1, 2}),
        # Nobody's newest word may be passed over: the whole was estimated after its causes.
        ("the whole is the newest word", [of(7, 1), whole(2)], [7], {1, 2}),
        ("newer than one of two", [of(7, 1), whole(2), of(8, 3)], [7, 8], {1, 2, 3}),
        ("and then each cause again", [whole(1), of(7, 2), whole(3), of(7, 4)], [7], {4}),
        ("an older whole stays superseded", [whole(1), of(7, 2), of(7, 3)], [7], {3}),
    ],
)
def test_the_estimates_that_stand(
    told: str, estimates: list[EstimateFacts], causes: list[int], expected: set[int]
) -> None:
    assert standing(estimates, causes) == expected, told


ESTIMATES = st.lists(
    st.builds(
        EstimateFacts,
        id=st.integers(1, 30),
        cause=st.none() | st.integers(1, 4),
        class_number=st.integers(1, 5),
        severity=st.integers(1, 5),
        likelihood=st.integers(1, 5),
    ),
    unique_by=lambda each: each.id,
)
CAUSES = st.lists(st.integers(1, 4), unique=True)


@given(ESTIMATES, CAUSES)
def test_the_newest_word_of_all_always_stands(
    estimates: list[EstimateFacts], causes: list[int]
) -> None:
    counted = [each for each in estimates if each.cause is None or each.cause in causes]
    found = current_estimates(estimates, causes)
    assert bool(found) is bool(counted)
    if counted:
        assert max(each.id for each in found) == max(each.id for each in counted)


@given(ESTIMATES, CAUSES)
def test_at_most_one_stands_for_the_whole_and_for_each_cause(
    estimates: list[EstimateFacts], causes: list[int]
) -> None:
    found = [each.cause for each in current_estimates(estimates, causes)]
    assert len(found) == len(set(found))
    assert set(found) <= {None, *causes}


@given(ESTIMATES)
def test_the_worst_has_the_highest_class_and_then_the_most_severe_harm(
    estimates: list[EstimateFacts],
) -> None:
    found = worst(estimates)
    if found is None:
        assert estimates == []
        return
    for each in estimates:
        assert (each.class_number, each.severity, each.likelihood) <= (
            found.class_number,
            found.severity,
            found.likelihood,
        )


def test_the_worst_does_not_depend_on_the_order_in_which_rows_come() -> None:
    equals = [
        EstimateFacts(3, 7, 4, 4, 3),
        EstimateFacts(1, 8, 4, 4, 3),
        EstimateFacts(2, None, 4, 3, 4),
    ]
    for order in itertools.permutations(equals):
        assert worst(order) == equals[1]


@pytest.mark.parametrize("has_additional", [True, False])
@pytest.mark.parametrize("initial", [None, *Acceptability])
def test_when_a_residual_estimate_is_asked_for(
    initial: Acceptability | None, has_additional: bool
) -> None:
    expected = {
        None: False,  # first things first
        Acceptability.ACCEPTABLE: has_additional,  # clause 5.1.2
        Acceptability.IF_JUSTIFIED: True,
        Acceptability.UNACCEPTABLE: True,
    }[initial]
    assert residual_is_needed(initial, has_additional) is expected


# --- Controls -------------------------------------------------------------------------------------

PARTIES = ["", *Party]
INSTRUCTIONS = ["", " ", "\n\t ", "\u00a0\u2003", "Train the ward by May", "\n x"]
CONTROLS = [
    ControlFacts(state, party, instruction)
    for state, party, instruction in itertools.product(ControlState, PARTIES, INSTRUCTIONS)
]


def stands(control: ControlFacts) -> bool:
    match control.party:
        case "user":
            return True
        case "deployer":
            return any(not character.isspace() for character in control.instruction)
        case "manufacturer" | "":
            return control.state == "verified"
        case _:
            raise AssertionError(control.party)


@pytest.mark.parametrize("control", CONTROLS, ids=repr)
def test_which_controls_a_residual_risk_may_rely_on(control: ControlFacts) -> None:
    assert control_stands(control) is stands(control)
    expected = control.state is ControlState.WITHDRAWN or stands(control)
    assert residual_is_confirmed([control]) is expected


def test_one_control_that_does_not_stand_makes_the_residual_risk_provisional() -> None:
    good = ControlFacts(ControlState.VERIFIED, Party.MANUFACTURER)
    bad = ControlFacts(ControlState.IMPLEMENTED, Party.MANUFACTURER)
    assert residual_is_confirmed([])
    assert residual_is_confirmed([good, good])
    assert not residual_is_confirmed([good, bad])
    assert not residual_is_confirmed([bad, good])


# --- Evidence -------------------------------------------------------------------------------------


def evidence(of: str = "implementation", **more: Any) -> EvidenceFacts:
    values: dict[str, Any] = {
        "state": EvidenceState.OBTAINED,
        "result": "pass",
        "dated_on": TODAY,
        "has_release": True,
        "has_verifier": True,
    } | more
    return EvidenceFacts(of=of, **values)


PASSED = [evidence("implementation"), evidence("effectiveness")]


def test_passed_evidence_of_both_kinds_verifies() -> None:
    assert why_not_verified(PASSED, TODAY) == []


def test_nothing_verifies_nothing() -> None:
    implementation, effectiveness = why_not_verified([], TODAY)
    assert "implementation" in implementation
    assert "effectiveness" in effectiveness


@pytest.mark.parametrize("of", EvidenceOf)
@pytest.mark.parametrize(
    "lack",
    [
        {"state": EvidenceState.PLANNED},
        {"result": ""},
        {"result": "inconclusive"},
        {"dated_on": None},
        {"has_release": False},
        {"has_verifier": False},
        {"valid_until": TODAY - datetime.timedelta(days=1)},
        {"of": ""},
    ],
    ids=str,
)
def test_incomplete_evidence_does_not_verify(of: EvidenceOf, lack: dict[str, Any]) -> None:
    other = next(each for each in EvidenceOf if each is not of)
    [missing] = why_not_verified([evidence(**({"of": of} | lack)), evidence(other)], TODAY)
    assert of.label.lower() in missing
    # Another piece that is whole makes up for it.
    assert why_not_verified([evidence(**({"of": of} | lack)), *PASSED], TODAY) == []


@pytest.mark.parametrize("valid_until", [None, TODAY, TODAY + datetime.timedelta(days=1)])
def test_evidence_counts_to_the_last_day_of_its_validity(valid_until: datetime.date | None) -> None:
    valid = [evidence(of, valid_until=valid_until) for of in EvidenceOf]
    assert why_not_verified(valid, TODAY) == []


@pytest.mark.parametrize("of", ["", *EvidenceOf])
def test_a_failed_test_cannot_be_outvoted(of: str) -> None:
    failed = evidence(of, result=EvidenceResult.FAIL)
    [missing] = why_not_verified([*PASSED, failed], TODAY)
    assert "failed" in missing
    planned = evidence(of, result=EvidenceResult.FAIL, state=EvidenceState.PLANNED)
    assert why_not_verified([*PASSED, planned], TODAY) == []


# --- State and status of a hazard -----------------------------------------------------------------


def hazard(*controls: ControlFacts, **more: Any) -> HazardFacts:
    values: dict[str, Any] = {
        "harms": 1,
        "initial": Acceptability.UNACCEPTABLE,
        "residual": Acceptability.ACCEPTABLE,
        "has_additional_controls": True,
    } | more
    return HazardFacts(controls=controls, **values)


@pytest.mark.parametrize(("harms", "lacks"), [(0, True), (1, False), (3, False)])
def test_a_live_hazard_states_a_harm(harms: int, lacks: bool) -> None:
    assert bool(why_not_live(hazard(harms=harms))) is lacks


VERIFIED = ControlFacts(ControlState.VERIFIED, Party.MANUFACTURER)
UNFINISHED = ControlFacts(ControlState.IMPLEMENTED, Party.MANUFACTURER)
NOBODYS = ControlFacts(ControlState.AGREED, "")
TOLD = ControlFacts(ControlState.PROPOSED, Party.DEPLOYER, "Train the ward")
UNTOLD = ControlFacts(ControlState.PROPOSED, Party.DEPLOYER, " ")
DONE_THERE = ControlFacts(ControlState.IMPLEMENTED, Party.DEPLOYER, "Train the ward")
USERS = ControlFacts(ControlState.PROPOSED, Party.USER)
GONE = ControlFacts(ControlState.WITHDRAWN, Party.MANUFACTURER)
GONE_THERE = ControlFacts(ControlState.WITHDRAWN, Party.DEPLOYER, "Train the ward")

MANUFACTURER = "A control of the manufacturer is not verified yet."
UNINSTRUCTED = "A control of the deploying organisation has no instruction."
NOTHING_LEFT = "No control of a deploying organisation is left to transfer."
NOT_DONE = "A control of the deploying organisation is not implemented yet."


@pytest.mark.parametrize(
    ("controls", "transferred", "closed"),
    [
        ([], [NOTHING_LEFT], []),
        ([VERIFIED], [NOTHING_LEFT], []),
        ([UNFINISHED], [MANUFACTURER, NOTHING_LEFT], [MANUFACTURER]),
        ([NOBODYS], [MANUFACTURER, NOTHING_LEFT], [MANUFACTURER]),
        ([USERS], [NOTHING_LEFT], []),
        ([GONE], [NOTHING_LEFT], []),
        ([GONE_THERE], [NOTHING_LEFT], []),
        ([VERIFIED, TOLD], [], [NOT_DONE]),
        ([VERIFIED, UNTOLD], [UNINSTRUCTED], [UNINSTRUCTED, NOT_DONE]),
        ([VERIFIED, DONE_THERE], [], []),
        ([VERIFIED, TOLD, DONE_THERE], [], [NOT_DONE]),
        ([UNFINISHED, TOLD], [MANUFACTURER], [MANUFACTURER, NOT_DONE]),
        (
            [UNFINISHED, UNTOLD],
            [MANUFACTURER, UNINSTRUCTED],
            [MANUFACTURER, UNINSTRUCTED, NOT_DONE],
        ),
        ([VERIFIED, USERS, GONE, GONE_THERE, TOLD], [], [NOT_DONE]),
    ],
    ids=str,
)
def test_what_keeps_a_hazard_from_a_status(
    controls: list[ControlFacts], transferred: list[str], closed: list[str]
) -> None:
    facts = hazard(*controls)
    assert why_not_status(facts, HazardStatus.OPEN) == []
    assert why_not_status(facts, HazardStatus.TRANSFERRED) == transferred
    assert why_not_status(facts, HazardStatus.CLOSED) == closed


@pytest.mark.parametrize("status", [HazardStatus.TRANSFERRED, HazardStatus.CLOSED])
@pytest.mark.parametrize("has_additional", [True, False])
@pytest.mark.parametrize("residual", [None, *Acceptability])
@pytest.mark.parametrize("initial", [None, *Acceptability])
def test_a_status_needs_the_estimates_that_are_asked_for(
    initial: Acceptability | None,
    residual: Acceptability | None,
    has_additional: bool,
    status: HazardStatus,
) -> None:
    facts = hazard(
        DONE_THERE, initial=initial, residual=residual, has_additional_controls=has_additional
    )
    if initial is None:
        expected = ["Its initial risk is not estimated."]
    elif residual is None and (initial is not Acceptability.ACCEPTABLE or has_additional):
        expected = ["Its residual risk is not estimated."]
    else:
        expected = []
    assert why_not_status(facts, status) == expected


@given(st.lists(st.sampled_from(CONTROLS), max_size=4), st.booleans())
def test_what_may_be_closed_has_nothing_left_to_do(
    controls: list[ControlFacts], has_additional: bool
) -> None:
    facts = hazard(*controls, has_additional_controls=has_additional)
    if why_not_status(facts, HazardStatus.CLOSED) == []:
        assert residual_is_confirmed(controls)
        assert all(
            control.state in ("implemented", "verified")
            for control in controls
            if control.party == Party.DEPLOYER and control.state != "withdrawn"
        )


def test_what_is_less_acceptable_is_worse_whatever_its_class_in_another_matrix() -> None:
    of_three = EstimateFacts(1, 7, 3, 3, 3, Acceptability.UNACCEPTABLE)
    of_five = EstimateFacts(2, 8, 4, 4, 4, Acceptability.IF_JUSTIFIED)
    assert worst([of_five, of_three]) == of_three
