"""The rules of decisions, case by case."""

import datetime
import itertools

import pytest

from hazards.choices import Acceptability
from products.choices import Side
from reviews.choices import DecisionState
from reviews.decisions.rules import (
    BOTH,
    CellFacts,
    DecisionFacts,
    Effect,
    Limit,
    OptionFacts,
    PlacedRisk,
    effect_of,
    opposed,
    turn_of,
    why_above,
    why_not_this_cell,
    why_to_review,
)

LIMIT = Limit(plan=2, matrix=1, accepted=frozenset({3}))


def risk(
    number: int = 3,
    severity: int = 4,
    likelihood: int = 2,
    *,
    acceptability: Acceptability = Acceptability.IF_JUSTIFIED,
    matrix: int = 1,
) -> PlacedRisk:
    return PlacedRisk(
        matrix, number, acceptability.value, "Severity", severity, "Likelihood", likelihood
    )


# --- What an option does --------------------------------------------------------------------------


def test_nobody_said_or_it_is_not_touched() -> None:
    assert effect_of(risk(), None, is_said=False, is_new=False) is Effect.UNSAID
    assert effect_of(risk(), None, is_said=True, is_new=False) is Effect.UNTOUCHED
    assert effect_of(None, None, is_said=True, is_new=True) is Effect.UNTOUCHED


def test_new_hazards_and_those_without_a_risk_today() -> None:
    assert effect_of(None, risk(), is_said=True, is_new=True) is Effect.NEW
    assert effect_of(None, risk(), is_said=True, is_new=False) is Effect.FIRST


def test_risks_of_two_matrices_are_not_compared() -> None:
    assert effect_of(risk(), risk(matrix=2), is_said=True, is_new=False) is Effect.ELSEWHERE


PLACES = list(itertools.product((1, 2, 3), repeat=3))


def test_better_and_worse_are_by_class_then_by_the_places() -> None:
    for today, then in itertools.product(PLACES, PLACES):
        found = effect_of(risk(*today), risk(*then), is_said=True, is_new=False)
        wanted = Effect.SAME if today == then else Effect.WORSE if then > today else Effect.BETTER
        assert found is wanted, (today, then)


def test_no_product_of_numbers_decides() -> None:
    """4 × 1 and 2 × 2 are the same product, and not the same risk."""
    severe, likely = risk(2, 4, 1), risk(2, 2, 2)
    assert effect_of(likely, severe, is_said=True, is_new=False) is Effect.WORSE


# --- The limit ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("then", "limit", "said"),
    [
        (risk(1, acceptability=Acceptability.ACCEPTABLE), LIMIT, ""),
        (risk(3), LIMIT, ""),
        (risk(3), Limit(2, 1, frozenset()), "version 2 of the plan lets nobody accept class 3"),
        (risk(4, acceptability=Acceptability.UNACCEPTABLE), LIMIT, "class 4 is unacceptable"),
        # What is acceptable to nobody is so without a plan as well.
        (
            risk(4, acceptability=Acceptability.UNACCEPTABLE),
            Limit(None, None, frozenset()),
            "class 4 is unacceptable",
        ),
        (risk(3), Limit(None, None, frozenset()), ""),
        (risk(3, matrix=7), LIMIT, "estimated with version 7 of the risk matrix"),
    ],
)
def test_what_is_above_the_limit(then: PlacedRisk, limit: Limit, said: str) -> None:
    found = why_above(then, limit)
    assert (said in found) if said else found == ""


def cell(**more: object) -> CellFacts:
    values: dict[str, object] = {
        "hazard": "HAZ-006",
        "is_asked": True,
        "is_said": True,
        "is_new": False,
        "today": risk(),
        "then": risk(),
    }
    return CellFacts(**(values | more))  # type: ignore[arg-type]


UNACCEPTABLE = risk(4, acceptability=Acceptability.UNACCEPTABLE)


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (cell(), ""),
        (cell(then=UNACCEPTABLE), "HAZ-006: class 4 is unacceptable"),
        (cell(is_said=False, then=None), "HAZ-006: nobody has said yet"),
        # A hazard that nobody spoke of would be lost with the choice.
        (cell(is_asked=False, is_said=False, then=None), "HAZ-006: nobody has said yet"),
        # It is said that no option touches it.
        (cell(is_asked=False, then=None, today=UNACCEPTABLE), ""),
        # It was said with another class than the matrix has now.
        (cell(moved="class 4 now"), "HAZ-006: class 4 now: estimate it again"),
        # What the option itself brings cannot be untouched by it: it would be lost with the choice.
        (cell(is_brought=True, is_asked=False, then=None, is_new=True), "this option brings it"),
        (cell(is_brought=True, today=None, is_new=True), ""),
        # Not touched: it stays as it is, which is held to the same limit.
        (cell(then=None), ""),
        (cell(then=None, today=UNACCEPTABLE), "it stays as it is today, and class 4"),
        (cell(then=None, today=None), "its risk today is not estimated"),
        # What another option would bring, and this one does not.
        (cell(then=None, today=None, is_new=True), ""),
        (cell(then=UNACCEPTABLE, today=None, is_new=True), "class 4 is unacceptable"),
        (cell(is_said=False, then=None, today=None, is_new=True), "nobody has said yet"),
    ],
)
def test_which_cell_keeps_an_option_from_being_chosen(facts: CellFacts, said: str) -> None:
    found = why_not_this_cell(facts, LIMIT)
    assert (said in found) if said else found == ""


# --- Apart ----------------------------------------------------------------------------------------


def option(key: int, worse: set[int], side: str = "", *, is_third: bool = False) -> OptionFacts:
    return OptionFacts(key, side, frozenset(worse), is_third)


@pytest.mark.parametrize(
    ("options", "pair"),
    [
        ([], None),
        ([option(1, {6})], None),
        ([option(1, {6, 7}), option(2, {1})], (1, 2)),
        # One of them makes nothing worse that the other does not.
        ([option(1, {6, 7}), option(2, {6})], None),
        ([option(1, set()), option(2, {6})], None),
        ([option(1, {6, 1}), option(2, {6, 2})], (1, 2)),
        # Two of one side are no two views.
        ([option(1, {6}, "clinical"), option(2, {1}, "clinical")], None),
        ([option(1, {6}, "clinical"), option(2, {1}, "product")], (1, 2)),
        ([option(1, {6}, "clinical"), option(2, {1})], (1, 2)),
        # What was made of the answers is no view.
        ([option(1, {6}), option(2, {1}, is_third=True)], None),
        # Those of both sides are shown before those that nobody gave a side.
        ([option(1, {6}), option(2, {1}, "clinical"), option(3, {7}, "product")], (2, 3)),
    ],
)
def test_where_the_views_stand_against_each_other(
    options: list[OptionFacts], pair: tuple[int, int] | None
) -> None:
    assert opposed(options) == pair


# --- Whose move -----------------------------------------------------------------------------------


def facts(**more: object) -> DecisionFacts:
    values: dict[str, object] = {
        "state": DecisionState.OPEN,
        "has_clinical_view": True,
        "has_product_view": True,
        "options": 2,
        "hazards": 1,
        "gaps": 0,
        "is_apart": False,
        "has_third": False,
        "has_choice": True,
        "why_not_chosen": False,
        "signed_clinical": False,
        "signed_product": False,
        "is_rejected": False,
        "to_review": False,
    }
    return DecisionFacts(**(values | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "sides", "what"),
    [
        ({"has_product_view": False}, (Side.PRODUCT,), "write the view"),
        ({"has_clinical_view": False}, (Side.CLINICAL,), "write the view"),
        ({"has_clinical_view": False, "has_product_view": False}, BOTH, "write the view"),
        ({"options": 1}, BOTH, "add options"),
        ({"hazards": 0}, BOTH, "say which hazards the options touch"),
        ({"gaps": 1}, (Side.CLINICAL,), "estimate the options"),
        ({"is_apart": True}, BOTH, "find a third option"),
        ({"is_apart": True, "has_third": True}, BOTH, "sign"),
        ({"has_choice": False}, BOTH, "choose an option"),
        ({"why_not_chosen": True}, BOTH, "choose an option"),
        ({"is_rejected": True}, BOTH, "answer the rejection"),
        ({}, BOTH, "sign"),
        ({"signed_clinical": True}, (Side.PRODUCT,), "sign"),
        ({"signed_product": True}, (Side.CLINICAL,), "sign"),
        ({"state": DecisionState.AGREED}, (), ""),
        ({"state": DecisionState.AGREED, "to_review": True}, BOTH, "review it"),
        ({"state": DecisionState.SUPERSEDED, "to_review": True}, (), ""),
        ({"state": DecisionState.DROPPED}, (), ""),
    ],
)
def test_whose_move_it_is(given: dict[str, object], sides: tuple[Side, ...], what: str) -> None:
    turn = turn_of(facts(**given))
    assert (turn.sides, turn.what) == (sides, what)


def test_whose_move_in_words() -> None:
    assert turn_of(facts()).who == "both sides"
    assert turn_of(facts(signed_clinical=True)).who == "the product side"
    assert turn_of(facts(state=DecisionState.DROPPED)).who == ""


DAY = datetime.date(2026, 11, 23)


def test_what_brings_a_decision_back() -> None:
    nothing = why_to_review(review_on=None, today=DAY, fired=[], withdrawn_by=[])
    assert nothing == []
    later = DAY + datetime.timedelta(days=1)
    assert why_to_review(review_on=later, today=DAY, fired=[], withdrawn_by=[]) == []
    assert why_to_review(
        review_on=DAY, today=DAY, fired=["somebody is harmed"], withdrawn_by=["Clara"]
    ) == [
        "Its trigger fired: somebody is harmed",
        "Its review was due on 23 November 2026.",
        "Clara withdrew their signature.",
    ]
