"""Controls: proposed, linked, moved along, and what new hazards they bring."""

import datetime
from collections.abc import Iterable
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.errors import BadText, ChangedMeanwhile, Conflict, NotPossible
from hazards import locks
from hazards.actions.causes import withdraw_cause
from hazards.actions.controls import (
    EDITABLE,
    edit_control,
    link_control,
    set_control_state,
    set_new_hazards,
    unlink_control,
)
from hazards.actions.evidence import edit_evidence, withdraw_evidence
from hazards.actions.hazards import withdraw_hazard
from hazards.actions.merging import merge_hazards
from hazards.choices import ControlState, EvidenceOf
from hazards.models import Cause, Control, ControlLink, Harm, Hazard, NewHazardLink
from products.models import Product
from tests.audit.record import contents, entries_about
from tests.factories import make_release
from tests.hazards.factories import (
    a_cause,
    a_control,
    a_harm,
    a_hazard,
    bring_to,
    passed_evidence,
    some_evidence,
)


@pytest.fixture
def hazard(product: Product, cso: User) -> Hazard:
    return a_hazard(product, cso)


def links(control: Control, hazard: Hazard) -> set[tuple[int | None, int | None]]:
    active = ControlLink.objects.filter(control=control, hazard=hazard, is_active=True)
    return set(active.values_list("cause_id", "harm_id"))


# --- Proposing ------------------------------------------------------------------------------------


def test_a_control_is_proposed_for_the_whole_hazard(hazard: Hazard, engineer: User) -> None:
    control = a_control(hazard, engineer, " Block the dose ", type="design", strength="eliminate")
    control.refresh_from_db()
    assert (control.reference, control.number, control.text) == ("CTL-001", 1, "Block the dose")
    assert (control.state, control.kind) == (ControlState.PROPOSED, "additional")
    assert links(control, hazard) == {(None, None)}
    assert entries_about(control)[0].reason == "Added a control"
    assert a_control(hazard, engineer).reference == "CTL-002"


def test_a_control_is_numbered_in_its_product(
    hazard: Hazard, cso: User, other_product: Product, stranger: User
) -> None:
    a_control(hazard, cso)
    assert a_control(a_hazard(other_product, stranger), stranger).reference == "CTL-001"


def test_a_control_is_proposed_for_causes_and_harms(hazard: Hazard, cso: User) -> None:
    causes, harm = [a_cause(hazard, cso), a_cause(hazard, cso)], a_harm(hazard, cso)
    # A generator can be read once only: it must be neither forgotten nor left unchecked.
    control = a_control(hazard, cso, causes=(each for each in causes), harms=iter([harm]))
    assert links(control, hazard) == {
        (causes[0].pk, None), (causes[1].pk, None), (None, harm.pk),
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_control_says_what_is_done(hazard: Hazard, cso: User, text: str) -> None:
    control = a_control(hazard, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Write the control"):
        a_control(hazard, cso, text)
    with pytest.raises(NotPossible, match="cannot be empty"):
        edit_control(control=control, by=cso, changes={"text": text})
    assert contents() == before


def parts_of_elsewhere(hazard: Hazard, by: User) -> list[dict[str, Any]]:
    """Causes and harms that this hazard does not have."""
    other = a_hazard(hazard.product, by, "Other")
    cause = a_cause(hazard, by)
    stale = Cause.objects.get(pk=cause.pk)
    withdraw_cause(cause=cause, by=by, reason="Wrong")
    return [
        {"causes": [a_cause(other, by)]},
        {"harms": [a_harm(other, by)]},
        {"causes": [stale]},
        {"causes": [Cause(pk=987_654, hazard=hazard)]},
        {"harms": [a_harm(hazard, by), Harm(pk=987_654, hazard=hazard)]},
    ]


def test_a_control_acts_on_parts_of_its_own_hazard_only(hazard: Hazard, cso: User) -> None:
    control = a_control(hazard, cso)
    wrong = parts_of_elsewhere(hazard, cso)
    before = contents()
    for parts in wrong:
        with pytest.raises(NotPossible, match="not in this hazard"):
            a_control(hazard, cso, **parts)
        with pytest.raises(NotPossible, match="not in this hazard"):
            link_control(control=control, hazard=hazard, by=cso, **parts)
        once = {name: iter(rows) for name, rows in parts.items()}
        with pytest.raises(NotPossible, match="not in this hazard"):
            link_control(control=control, hazard=hazard, by=cso, **once)
    assert contents() == before


# --- Editing --------------------------------------------------------------------------------------


def test_every_field_is_edited(hazard: Hazard, engineer: User) -> None:
    release = make_release(hazard.product)
    control = a_control(hazard, engineer)
    changes = {
        "text": "Another text",
        "kind": "existing",
        "type": "business_process",
        "strength": "engineered_block",
        "function": "detect",
        "party": "deployer",
        "instruction": "Train the ward by May",
        "delivered_in_id": release.pk,
        "implementation_reference": "https://tracker.example/7",
        "implementer_id": engineer.pk,
        "due_on": datetime.date(2027, 5, 3),
        "none_because": "It only shows a number",
    }
    assert changes.keys() == EDITABLE
    edit_control(control=control, by=engineer, changes=changes)
    stored = Control.objects.get(pk=control.pk)
    assert {name: getattr(stored, name) for name in changes} == changes


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "test"},
        {"type": "test"},
        {"strength": "strong"},
        {"function": "mitigate"},
        {"party": "supplier"},
        {"due_on": "soon"},
    ],
    ids=str,
)
def test_a_value_is_one_of_its_choices(hazard: Hazard, cso: User, changes: dict[str, Any]) -> None:
    control = a_control(hazard, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Nothing was saved"):
        edit_control(control=control, by=cso, changes=changes)
    with pytest.raises(NotPossible, match="Nothing was saved"):
        a_control(hazard, cso, **changes)
    assert contents() == before


@pytest.mark.parametrize("name", ["state", "product_id", "number", "reference", "version", "x"])
def test_what_only_other_actions_write_is_no_edit(hazard: Hazard, cso: User, name: str) -> None:
    value: dict[str, Any] = {name: 1}
    with pytest.raises(TypeError):
        edit_control(control=a_control(hazard, cso), by=cso, changes=value)
    with pytest.raises(TypeError):
        a_control(hazard, cso, **value)


def test_what_a_control_names_is_of_its_product(
    hazard: Hazard, cso: User, other_product: Product, stranger: User
) -> None:
    control, theirs = a_control(hazard, cso), make_release(other_product)
    before = contents()
    wrong: list[dict[str, Any]] = [
        {"delivered_in_id": theirs.pk},
        {"delivered_in_id": 987_654},
        {"implementer_id": stranger.pk},
    ]
    for changes in wrong:
        with pytest.raises(NotPossible, match="Nothing was saved"):
            edit_control(control=control, by=cso, changes=changes)
        with pytest.raises(NotPossible, match="Nothing was saved"):
            a_control(hazard, cso, **changes)
    assert contents() == before


def test_text_that_cannot_be_stored_is_refused(hazard: Hazard, cso: User) -> None:
    control = a_control(hazard, cso)
    before = contents()
    for name, text in (("text", "x" * 5_001), ("instruction", "\x00"), ("none_because", "\ud800")):
        with pytest.raises(BadText):
            edit_control(control=control, by=cso, changes={name: text})
    assert contents() == before


def test_two_people_edit_a_control(hazard: Hazard, cso: User, engineer: User) -> None:
    control = a_control(hazard, cso)
    edit_control(control=control, by=engineer, changes={"strength": "training"}, base_version=1)
    edit_control(control=control, by=cso, changes={"function": "detect"}, base_version=1)
    with pytest.raises(Conflict):
        edit_control(control=control, by=cso, changes={"strength": "procedure"}, base_version=1)
    stored = Control.objects.get(pk=control.pk)
    assert (stored.strength, stored.function) == ("training", "detect")


# --- Linking --------------------------------------------------------------------------------------


def test_linking_again_replaces_what_it_acted_on(hazard: Hazard, cso: User) -> None:
    cause, harm = a_cause(hazard, cso), a_harm(hazard, cso)
    control = a_control(hazard, cso, causes=[cause])
    link_control(control=control, hazard=hazard, by=cso, harms=[harm])
    assert links(control, hazard) == {(None, harm.pk)}
    link_control(control=control, hazard=hazard, by=cso)
    assert links(control, hazard) == {(None, None)}
    link_control(control=control, hazard=hazard, by=cso, causes=[cause], harms=[harm])
    assert links(control, hazard) == {(cause.pk, None), (None, harm.pk)}
    assert ControlLink.objects.filter(control=control).count() == 3, "each row is used again"


def test_linking_as_it_is_writes_nothing(hazard: Hazard, cso: User) -> None:
    cause = a_cause(hazard, cso)
    control = a_control(hazard, cso, causes=[cause])
    before = contents()
    link_control(control=control, hazard=hazard, by=cso, causes=[cause])
    assert contents() == before


def test_a_control_protects_several_hazards(product: Product, hazard: Hazard, cso: User) -> None:
    other = a_hazard(product, cso, "Other")
    control = a_control(hazard, cso)
    link_control(control=control, hazard=other, by=cso)
    assert links(control, hazard) == links(control, other) == {(None, None)}
    before = Hazard.objects.get(pk=hazard.pk).content_version
    unlink_control(control=control, hazard=other, by=cso, reason="Not here")
    assert links(control, other) == set()
    assert links(control, hazard) == {(None, None)}
    assert Hazard.objects.get(pk=hazard.pk).content_version == before
    with pytest.raises(NotPossible, match="does not act on this hazard"):
        unlink_control(control=control, hazard=other, by=cso, reason="Again")


def test_a_control_is_unlinked_with_a_reason(hazard: Hazard, cso: User) -> None:
    control = a_control(hazard, cso)
    with pytest.raises(NotPossible, match="Say why"):
        unlink_control(control=control, hazard=hazard, by=cso, reason=" ")
    assert links(control, hazard) == {(None, None)}


def test_a_control_of_another_product_is_refused(
    hazard: Hazard, cso: User, other_product: Product, stranger: User
) -> None:
    theirs = a_control(a_hazard(other_product, stranger), stranger)
    before = contents()
    with pytest.raises(NotPossible, match="of another product"):
        link_control(control=theirs, hazard=hazard, by=cso)
    assert contents() == before


def test_a_withdrawn_control_protects_nothing_more(
    product: Product, hazard: Hazard, cso: User
) -> None:
    control, other = a_control(hazard, cso), a_hazard(product, cso, "Other")
    stale = Control.objects.get(pk=control.pk)
    bring_to(control, cso, ControlState.WITHDRAWN)
    before = contents()
    with pytest.raises(NotPossible, match="CTL-001 is withdrawn"):
        link_control(control=stale, hazard=other, by=cso)
    assert contents() == before


def test_a_withdrawn_hazard_gets_no_controls(hazard: Hazard, cso: User) -> None:
    control = a_control(hazard, cso)
    withdraw_hazard(hazard=hazard, by=cso, reason="Raised twice")
    before = contents()
    with pytest.raises(NotPossible, match="no longer in the log"):
        a_control(hazard, cso)
    with pytest.raises(NotPossible, match="no longer in the log"):
        link_control(control=control, hazard=hazard, by=cso)
    with pytest.raises(NotPossible, match="no longer in the log"):
        unlink_control(control=control, hazard=hazard, by=cso, reason="Not here")
    assert contents() == before


def test_a_control_that_a_withdrawn_hazard_shares_can_still_be_changed(
    product: Product, hazard: Hazard, cso: User
) -> None:
    other = a_hazard(product, cso, "Other")
    control = a_control(hazard, cso)
    link_control(control=control, hazard=other, by=cso)
    withdraw_hazard(hazard=other, by=cso, reason="Raised twice")
    edit_control(control=control, by=cso, changes={"strength": "training"})
    assert Control.objects.get(pk=control.pk).strength == "training"


# --- Moving along ---------------------------------------------------------------------------------

ALLOWED = {
    "proposed agreed", "proposed withdrawn", "agreed proposed", "agreed implemented",
    "agreed withdrawn", "implemented agreed", "implemented verified", "implemented withdrawn",
    "verified implemented", "verified withdrawn", "withdrawn proposed",
}  # fmt: skip


@pytest.mark.parametrize("then", ControlState)
@pytest.mark.parametrize("now", ControlState)
def test_every_state_with_every_next_one(
    hazard: Hazard, cso: User, now: ControlState, then: ControlState
) -> None:
    control, release = a_control(hazard, cso), make_release(hazard.product)
    for of in EvidenceOf:
        passed_evidence(control, cso, release, of)
    control = Control.objects.get(pk=control.pk)
    control.state = now
    with act(by=cso, reason="Brought into a state for a test"):
        control.save()
    if f"{now} {then}" in ALLOWED:
        set_control_state(control=control, by=cso, state=then, reason="So it is")
        assert Control.objects.get(pk=control.pk).state == then
        return
    before = contents()
    with pytest.raises(NotPossible, match="in one step"):
        set_control_state(control=control, by=cso, state=then, reason="So it is")
    assert contents() == before


def test_the_state_that_counts_is_the_one_in_the_database(hazard: Hazard, cso: User) -> None:
    stale = a_control(hazard, cso)
    bring_to(Control.objects.get(pk=stale.pk), cso, ControlState.AGREED)
    with pytest.raises(NotPossible, match="that is agreed cannot become agreed"):
        set_control_state(control=stale, by=cso, state=ControlState.AGREED)


def test_a_control_is_verified_by_evidence_of_both_kinds(hazard: Hazard, cso: User) -> None:
    control, release = a_control(hazard, cso), make_release(hazard.product)
    bring_to(control, cso, ControlState.IMPLEMENTED)
    implementation = passed_evidence(control, cso, release, EvidenceOf.IMPLEMENTATION)
    before = contents()
    with pytest.raises(NotPossible, match="no passed evidence of its effectiveness"):
        set_control_state(control=control, by=cso, state=ControlState.VERIFIED)
    assert contents() == before
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    passed_evidence(control, cso, release, EvidenceOf.EFFECTIVENESS, valid_until=yesterday)
    with pytest.raises(NotPossible, match="effectiveness"):
        set_control_state(control=control, by=cso, state=ControlState.VERIFIED)
    passed_evidence(control, cso, release, EvidenceOf.EFFECTIVENESS)
    withdraw_evidence(evidence=implementation, by=cso, reason="The wrong build")
    with pytest.raises(NotPossible, match="no passed evidence of its implementation"):
        set_control_state(control=control, by=cso, state=ControlState.VERIFIED)
    passed_evidence(control, cso, release, EvidenceOf.IMPLEMENTATION)
    set_control_state(control=control, by=cso, state=ControlState.VERIFIED)


def test_a_neighbours_evidence_verifies_nothing(hazard: Hazard, cso: User) -> None:
    control, neighbour = a_control(hazard, cso), a_control(hazard, cso)
    release = make_release(hazard.product)
    for of in EvidenceOf:
        passed_evidence(neighbour, cso, release, of)
    bring_to(control, cso, ControlState.IMPLEMENTED)
    with pytest.raises(NotPossible, match="cannot be called verified"):
        set_control_state(control=control, by=cso, state=ControlState.VERIFIED)


@pytest.mark.parametrize("reason", ["", " "])
def test_a_control_is_withdrawn_with_a_reason(hazard: Hazard, cso: User, reason: str) -> None:
    control = a_control(hazard, cso)
    before = contents()
    with pytest.raises(NotPossible, match="Say why"):
        set_control_state(control=control, by=cso, state=ControlState.WITHDRAWN, reason=reason)
    assert contents() == before


# --- New hazards (clause 6.1.2) -------------------------------------------------------------------


def brought(control: Control) -> set[int]:
    active = NewHazardLink.objects.filter(control=control, is_active=True)
    return set(active.values_list("hazard_id", flat=True))


def test_a_control_names_the_hazards_that_it_brings(
    product: Product, hazard: Hazard, cso: User
) -> None:
    control = a_control(hazard, cso)
    one, other = a_hazard(product, cso, "One"), a_hazard(product, cso, "Other")
    set_new_hazards(control=control, by=cso, hazards=iter([one, other, one]))
    assert brought(control) == {one.pk, other.pk}
    set_new_hazards(control=control, by=cso, hazards=[other])
    assert brought(control) == {other.pk}
    set_new_hazards(control=control, by=cso, none_because=" It only shows a number ")
    assert brought(control) == set()
    assert Control.objects.get(pk=control.pk).none_because == "It only shows a number"
    set_new_hazards(control=control, by=cso, hazards=[one])
    assert brought(control) == {one.pk}
    assert Control.objects.get(pk=control.pk).none_because == ""


def test_it_is_one_of_the_two(product: Product, hazard: Hazard, cso: User) -> None:
    control, new = a_control(hazard, cso), a_hazard(product, cso, "New")
    set_new_hazards(control=control, by=cso, hazards=[new])
    before = contents()
    both_or_neither: list[dict[str, Any]] = [
        {},
        {"none_because": "  "},
        {"hazards": [new], "none_because": "None"},
    ]
    for values in both_or_neither:
        with pytest.raises(NotPossible, match="one of the two"):
            set_new_hazards(control=control, by=cso, **values)
    with pytest.raises(NotPossible, match="cannot be none"):
        edit_control(control=control, by=cso, changes={"none_because": "There are none"})
    assert contents() == before


def test_a_new_hazard_is_of_the_same_product(
    hazard: Hazard, cso: User, other_product: Product, stranger: User
) -> None:
    control, theirs = a_control(hazard, cso), a_hazard(other_product, stranger)
    before = contents()
    with pytest.raises(NotPossible, match="same product"):
        set_new_hazards(control=control, by=cso, hazards=[theirs])
    assert contents() == before


def test_saying_the_same_again_writes_nothing(product: Product, hazard: Hazard, cso: User) -> None:
    control, new = a_control(hazard, cso), a_hazard(product, cso, "New")
    set_new_hazards(control=control, by=cso, hazards=[new])
    before = contents()
    set_new_hazards(control=control, by=cso, hazards=[new])
    assert contents() == before


# --- What comes to it while it is changed ---------------------------------------------------------


def test_a_hazard_that_came_to_a_control_while_others_were_waited_for_changes_with_it(
    product: Product, cso: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    hazard, other = a_hazard(product, cso), a_hazard(product, cso, "Another")
    control = a_control(hazard, cso)
    shows = some_evidence(control, cso)
    lock = locks.lock_hazards

    def lock_late(hazards: Iterable[Hazard]) -> list[Hazard]:
        locked = lock(hazards)
        link, _ = ControlLink.objects.get_or_create(control=control, hazard=other)
        assert link.pk
        return locked

    monkeypatch.setattr(locks, "lock_hazards", lock_late)
    edit_control(control=control, by=cso, changes={"text": "Other words"})
    assert Hazard.objects.get(pk=other.pk).content_version == 2
    monkeypatch.undo()
    with act(by=cso, reason="As if it were not there yet"):
        link = ControlLink.objects.get(hazard=other)
        link.is_active = False
        link.save()
    later = locks.lock_hazards

    def link_late(hazards: Iterable[Hazard]) -> list[Hazard]:
        locked = later(hazards)
        link.is_active = True
        link.save()
        return locked

    monkeypatch.setattr(locks, "lock_hazards", link_late)
    edit_evidence(evidence=shows, by=cso, changes={"title": "Other words"})
    assert Hazard.objects.get(pk=other.pk).content_version == 3


def test_a_step_from_where_it_was_is_not_taken_unseen(product: Product, cso: User) -> None:
    control = a_control(a_hazard(product, cso), cso)
    bring_to(control, cso, ControlState.IMPLEMENTED)
    gone, why = ControlState.WITHDRAWN, "Not needed"
    with pytest.raises(ChangedMeanwhile, match="became implemented meanwhile"):
        set_control_state(control=control, by=cso, state=gone, seen="proposed", reason=why)
    moved = set_control_state(control=control, by=cso, state=gone, seen="implemented", reason=why)
    assert moved.state == ControlState.WITHDRAWN


def test_a_hazard_that_left_the_log_is_brought_by_nothing_new(product: Product, cso: User) -> None:
    control, gone = a_control(a_hazard(product, cso), cso), a_hazard(product, cso, "Gone")
    merge_hazards(survivor=a_hazard(product, cso, "Stays"), merged=gone, by=cso, reason="Twice")
    with pytest.raises(NotPossible, match="Name HAZ-003 instead"):
        set_new_hazards(control=control, by=cso, hazards=[gone])
