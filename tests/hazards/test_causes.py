"""Causes and harms: added, edited, withdrawn, with what hangs on them."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from audit.errors import BadText, Conflict, NotPossible
from hazards.actions.causes import (
    add_cause,
    add_harm,
    edit_cause,
    edit_harm,
    withdraw_cause,
    withdraw_harm,
)
from hazards.actions.controls import link_control
from hazards.actions.hazards import withdraw_hazard
from hazards.choices import Stage
from hazards.models import Cause, Control, ControlLink, Harm, Hazard
from hazards.queries import controls_of
from products.models import Product
from tests.audit.record import contents, entries_about
from tests.hazards.factories import a_cause, a_control, a_harm, a_hazard, an_estimate


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


def links(control: Control, hazard: Hazard) -> set[tuple[int | None, int | None]]:
    active = ControlLink.objects.filter(control=control, hazard=hazard, is_active=True)
    return set(active.values_list("cause_id", "harm_id"))


def test_a_cause_is_added_with_its_circumstances(hazard: Hazard, engineer: User) -> None:
    cause = add_cause(
        hazard=hazard, by=engineer, text=" The server is down ", kind="fault", accepted_because=""
    )
    cause.refresh_from_db()
    assert (cause.text, cause.kind, cause.position, cause.is_active) == (
        "The server is down", "fault", 1, True,
    )  # fmt: skip
    assert add_cause(hazard=hazard, by=engineer, text="Another").position == 2
    assert entries_about(cause)[0].reason == "Added a cause"


def test_a_harm_is_added(hazard: Hazard, engineer: User) -> None:
    harm = add_harm(hazard=hazard, by=engineer, text="The patient bleeds", reason="Seen on a ward")
    assert (harm.text, harm.position) == ("The patient bleeds", 1)
    assert entries_about(harm)[0].reason == "Seen on a ward"


def test_a_place_is_not_given_twice(hazard: Hazard, cso: User) -> None:
    first = a_cause(hazard, cso)
    withdraw_cause(cause=first, by=cso, reason="Wrong")
    assert a_cause(hazard, cso).position == 2


Add = Callable[..., Any]
Edit = Callable[..., Any]
Withdraw = Callable[..., Any]

PARTS = pytest.mark.parametrize(
    ("add", "edit", "withdraw", "word"),
    [
        (a_cause, edit_cause, withdraw_cause, "cause"),
        (a_harm, edit_harm, withdraw_harm, "harm"),
    ],
    ids=["cause", "harm"],
)


@PARTS
def test_its_words_are_edited(
    hazard: Hazard, cso: User, engineer: User, add: Add, edit: Edit, withdraw: Withdraw, word: str
) -> None:
    part = add(hazard, cso)
    edit(**{word: part, "by": engineer, "changes": {"text": "theirs"}, "base_version": 1})
    with pytest.raises(Conflict):
        edit(**{word: part, "by": cso, "changes": {"text": "mine"}, "base_version": 1})
    part.refresh_from_db()
    assert part.text == "theirs"
    assert Hazard.objects.get(pk=hazard.pk).content_version == 3


@PARTS
@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_it_cannot_be_empty(
    hazard: Hazard, cso: User, add: Add, edit: Edit, withdraw: Withdraw, word: str, text: str
) -> None:
    part = add(hazard, cso)
    before = contents()
    with pytest.raises(NotPossible, match=f"Write the {word}"):
        add(hazard, cso, text=text)
    with pytest.raises(NotPossible, match="cannot be empty"):
        edit(**{word: part, "by": cso, "changes": {"text": text}})
    assert contents() == before


@PARTS
def test_it_cannot_hold_what_cannot_be_stored(
    hazard: Hazard, cso: User, add: Add, edit: Edit, withdraw: Withdraw, word: str
) -> None:
    part = add(hazard, cso)
    before = contents()
    for text in ("x" * 5_001, "a\x00b", "\udfff"):
        with pytest.raises(BadText, match="Nothing was saved"):
            add(hazard, cso, text=text)
        with pytest.raises(BadText, match="Nothing was saved"):
            edit(**{word: part, "by": cso, "changes": {"text": text}})
    assert contents() == before


@PARTS
def test_only_its_own_fields_are_edited(
    hazard: Hazard, cso: User, add: Add, edit: Edit, withdraw: Withdraw, word: str
) -> None:
    part = add(hazard, cso)
    for name in ("hazard_id", "position", "is_active", "version", "nonsense"):
        with pytest.raises(TypeError):
            edit(**{word: part, "by": cso, "changes": {name: 1}})


@PARTS
def test_it_is_withdrawn_once_with_a_reason(
    hazard: Hazard, cso: User, add: Add, edit: Edit, withdraw: Withdraw, word: str
) -> None:
    part = add(hazard, cso)
    with pytest.raises(NotPossible, match="Say why"):
        withdraw(**{word: part, "by": cso, "reason": " "})
    withdraw(**{word: part, "by": cso, "reason": "It cannot happen"})
    part.refresh_from_db()
    assert not part.is_active
    assert entries_about(part)[-1].reason == "It cannot happen"
    before = contents()
    with pytest.raises(NotPossible, match="out of the log already"):
        withdraw(**{word: part, "by": cso, "reason": "Again"})
    assert contents() == before


@PARTS
def test_nothing_of_a_withdrawn_hazard_is_changed(
    hazard: Hazard, cso: User, add: Add, edit: Edit, withdraw: Withdraw, word: str
) -> None:
    part = add(hazard, cso)
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    before = contents()
    changes: list[Callable[[], Any]] = [
        lambda: add(hazard, cso),
        lambda: edit(**{word: part, "by": cso, "changes": {"text": "new"}}),
        lambda: withdraw(**{word: part, "by": cso, "reason": "So it is"}),
    ]
    for change in changes:
        with pytest.raises(NotPossible, match="no longer in the log"):
            change()
    assert contents() == before


def test_a_kind_is_one_of_the_three(hazard: Hazard, cso: User) -> None:
    cause = a_cause(hazard, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Arises in"):
        a_cause(hazard, cso, kind="sabotage")
    with pytest.raises(NotPossible, match="Arises in"):
        edit_cause(cause=cause, by=cso, changes={"kind": "sabotage"})
    assert contents() == before


# --- What hangs on it -----------------------------------------------------------------------------


def test_withdrawing_a_cause_keeps_its_control_on_the_hazard(hazard: Hazard, cso: User) -> None:
    cause = a_cause(hazard, cso)
    control = a_control(hazard, cso, causes=[cause])
    assert links(control, hazard) == {(cause.pk, None)}
    withdraw_cause(cause=cause, by=cso, reason="It cannot happen")
    assert links(control, hazard) == {(None, None)}
    assert list(controls_of([hazard])) == [control]


def test_a_control_with_another_cause_stays_there_only(hazard: Hazard, cso: User) -> None:
    gone, stays, harm = a_cause(hazard, cso), a_cause(hazard, cso, "Another"), a_harm(hazard, cso)
    control = a_control(hazard, cso, causes=[gone, stays], harms=[harm])
    withdraw_cause(cause=gone, by=cso, reason="It cannot happen")
    assert links(control, hazard) == {(stays.pk, None), (None, harm.pk)}
    withdraw_cause(cause=stays, by=cso, reason="Nor can this")
    assert links(control, hazard) == {(None, harm.pk)}
    withdraw_harm(harm=harm, by=cso, reason="Nor this")
    assert links(control, hazard) == {(None, None)}


def test_a_link_to_the_whole_that_stood_before_is_used_again(hazard: Hazard, cso: User) -> None:
    cause = a_cause(hazard, cso)
    control = a_control(hazard, cso)  # on the whole hazard first
    link_control(control=control, hazard=hazard, by=cso, causes=[cause])
    withdraw_cause(cause=cause, by=cso, reason="It cannot happen")
    assert links(control, hazard) == {(None, None)}
    assert ControlLink.objects.filter(control=control, hazard=hazard, cause=None).count() == 1


def test_another_hazard_that_shares_the_control_is_left_alone(
    product: Product, hazard: Hazard, cso: User
) -> None:
    other = a_hazard(product, cso, "Other")
    cause, theirs = a_cause(hazard, cso), a_cause(other, cso)
    control = a_control(hazard, cso, causes=[cause])
    link_control(control=control, hazard=other, by=cso, causes=[theirs])
    version = Hazard.objects.get(pk=other.pk).content_version
    withdraw_cause(cause=cause, by=cso, reason="It cannot happen")
    assert links(control, other) == {(theirs.pk, None)}
    assert Hazard.objects.get(pk=other.pk).content_version == version


def test_estimates_of_a_withdrawn_cause_no_longer_count(hazard: Hazard, cso: User) -> None:
    worse, better = a_cause(hazard, cso, "Worse"), a_cause(hazard, cso, "Better")
    bad = an_estimate(hazard, cso, "Catastrophic", "High", cause=worse)
    good = an_estimate(hazard, cso, "Minor", "Low", cause=better)
    residual = an_estimate(hazard, cso, "Major", "Low", Stage.RESIDUAL, cause=worse)
    hazard.refresh_from_db()
    assert (hazard.worst_initial, hazard.worst_residual) == (bad, residual)
    withdraw_cause(cause=worse, by=cso, reason="It cannot happen")
    hazard.refresh_from_db()
    assert (hazard.worst_initial, hazard.worst_residual) == (good, None)
    withdraw_cause(cause=better, by=cso, reason="Nor can this")
    hazard.refresh_from_db()
    assert hazard.worst_initial is None


def test_a_new_cause_is_spoken_for_by_the_estimate_of_the_whole(hazard: Hazard, cso: User) -> None:
    cause = a_cause(hazard, cso)
    whole = an_estimate(hazard, cso, "Catastrophic", "High")
    own = an_estimate(hazard, cso, "Minor", "Low", cause=cause)
    hazard.refresh_from_db()
    assert hazard.worst_initial == own
    a_cause(hazard, cso, "Another")
    hazard.refresh_from_db()
    assert hazard.worst_initial == whole


def test_a_cause_and_a_harm_are_counted_apart(hazard: Hazard, cso: User) -> None:
    a_cause(hazard, cso)
    a_cause(hazard, cso)
    assert a_harm(hazard, cso).position == 1
    assert (Cause.objects.count(), Harm.objects.count()) == (2, 1)
