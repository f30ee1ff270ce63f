"""Sessions, checkpoints and the actions that come of them."""

import datetime
from typing import Any

from products.choices import Role
from reviews.actions import action_items, checkpoints, session_entries, sessions
from reviews.choices import EntryOutcome, Prompt, WorkshopKind
from reviews.models import (
    ActionItem,
    Attendance,
    Checkpoint,
    Workshop,
    WorkshopEntry,
    WorkshopStep,
)
from tests.laws.every_action import World, call
from tests.laws.every_address import (
    Address,
    button,
    form,
    may,
    on_product,
    page,
)

NEXT_WEEK = datetime.timedelta(days=7)


def a_session(world: World) -> Workshop:
    """An open session with one step and somebody in it."""
    session = sessions.open_session(
        product=world.product,
        by=world.cso,
        title="The yearly prescription",
        held_on=world.today,
        steps=["A check-in is due"],
    )
    sessions.note_attendance(
        session=session, by=world.cso, person=world.cso, role=Role.CLINICAL_SAFETY_OFFICER
    )
    return session


def a_step(world: World) -> WorkshopStep:
    return a_session(world).steps.get()


def an_attendance(world: World) -> Attendance:
    return a_session(world).attendances.get()


def an_entry(world: World) -> WorkshopEntry:
    step = a_step(world)
    return session_entries.add_entry(
        session=step.workshop,
        by=world.cso,
        text="Nobody answers",
        step=step,
        prompt=Prompt.NO,
    )


def a_settled_entry(world: World) -> WorkshopEntry:
    entry = an_entry(world)
    return session_entries.note_none(entry=entry, by=world.cso, none_because="It is a call task")


def a_checkpoint(world: World) -> Checkpoint:
    """An open checkpoint with a hazard on its agenda."""
    assert world.hazard.pk
    return checkpoints.open_checkpoint(product=world.product, by=world.cso, held_on=world.today)


def an_action(world: World) -> ActionItem:
    return action_items.add_action(
        product=world.product,
        by=world.cso,
        text="Ask the laboratory",
        owner=world.cso,
        due_on=world.today + NEXT_WEEK,
    )


def a_done_action(world: World) -> ActionItem:
    return action_items.finish_action(item=an_action(world), by=world.cso, outcome="Asked")


READY = {
    "reviews.sessions.open_session": lambda w: call(
        sessions.open_session,
        product=w.product,
        title="Kick-off",
        kind=WorkshopKind.KICK_OFF,
        held_on=w.today,
        steps=["First", "Second"],
        features=[w.feature],
    ),
    "reviews.sessions.edit_session": lambda w: call(
        sessions.edit_session, session=a_session(w), changes={"title": "Another title"}
    ),
    "reviews.sessions.choose_features": lambda w: call(
        sessions.choose_features, session=a_session(w), features=[w.feature]
    ),
    "reviews.sessions.add_step": lambda w: call(
        sessions.add_step, session=a_session(w), text="The parcel is sent"
    ),
    "reviews.sessions.edit_step": lambda w: call(
        sessions.edit_step, step=a_step(w), text="The check-in is sent"
    ),
    "reviews.sessions.withdraw_step": lambda w: call(sessions.withdraw_step, step=a_step(w)),
    "reviews.sessions.note_attendance": lambda w: call(
        sessions.note_attendance, session=a_session(w), name="A patient", role=Role.CONTRIBUTOR
    ),
    "reviews.sessions.withdraw_attendance": lambda w: call(
        sessions.withdraw_attendance, attendance=an_attendance(w)
    ),
    "reviews.sessions.close_session": lambda w: call(
        sessions.close_session, session=a_session(w), summary="Nothing was found"
    ),
    "reviews.session_entries.add_entry": lambda w: call(
        session_entries.add_entry, session=a_session(w), text="Too late"
    ),
    "reviews.session_entries.edit_entry": lambda w: call(
        session_entries.edit_entry, entry=an_entry(w), changes={"text": "Nobody asks"}
    ),
    "reviews.session_entries.settle_entry": lambda w: call(
        session_entries.settle_entry,
        entry=an_entry(w),
        outcome=EntryOutcome.NONE,
        changes={"text": "Nobody asks"},
        none_because="It is a call task",
    ),
    "reviews.session_entries.raise_from_entry": lambda w: call(
        session_entries.raise_from_entry, entry=an_entry(w), name="Silence is read as well"
    ),
    "reviews.session_entries.link_entry": lambda w: call(
        session_entries.link_entry, entry=an_entry(w), hazard=w.hazard
    ),
    "reviews.session_entries.note_none": lambda w: call(
        session_entries.note_none, entry=an_entry(w), none_because="It is a call task"
    ),
    "reviews.session_entries.unsettle_entry": lambda w: call(
        session_entries.unsettle_entry, entry=a_settled_entry(w)
    ),
    "reviews.session_entries.withdraw_entry": lambda w: call(
        session_entries.withdraw_entry, entry=an_entry(w)
    ),
    "reviews.checkpoints.set_rhythm": lambda w: call(
        checkpoints.set_rhythm,
        product=w.product,
        changes={"weeks": 2, "first_on": w.today, "is_active": True},
    ),
    "reviews.checkpoints.open_checkpoint": lambda w: call(
        checkpoints.open_checkpoint, product=w.product, held_on=w.today
    ),
    "reviews.checkpoints.edit_checkpoint": lambda w: call(
        checkpoints.edit_checkpoint, checkpoint=a_checkpoint(w), changes={"notes": "Read"}
    ),
    "reviews.checkpoints.add_note": lambda w: call(
        checkpoints.add_note, checkpoint=a_checkpoint(w), text="Read", about="HAZ-001"
    ),
    "reviews.checkpoints.close_checkpoint": lambda w: call(
        checkpoints.close_checkpoint, checkpoint=a_checkpoint(w)
    ),
    "reviews.action_items.add_action": lambda w: call(
        action_items.add_action,
        product=w.product,
        text="Ask the laboratory",
        owner=w.cso,
        due_on=w.today + NEXT_WEEK,
    ),
    "reviews.action_items.edit_action": lambda w: call(
        action_items.edit_action, item=an_action(w), changes={"text": "Ask both laboratories"}
    ),
    "reviews.action_items.finish_action": lambda w: call(
        action_items.finish_action, item=an_action(w), outcome="Asked"
    ),
    "reviews.action_items.drop_action": lambda w: call(
        action_items.drop_action, item=an_action(w), outcome="They told us by themselves"
    ),
    "reviews.action_items.reopen_action": lambda w: call(
        action_items.reopen_action, item=a_done_action(w)
    ),
}

#: What is said in a meeting touches no words of a hazard.
NOT_ON_A_HAZARD = set(READY)

ASKS = dict.fromkeys(READY, "MEET")


def on_session(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": a_session(world).number}


def on_step(world: World) -> dict[str, Any]:
    step = a_step(world)
    return on_product(world) | {"number": step.workshop.number, "public_id": step.public_id}


def on_attendance(world: World) -> dict[str, Any]:
    found = an_attendance(world)
    return on_product(world) | {"number": found.workshop.number, "public_id": found.public_id}


def on_said(world: World) -> dict[str, Any]:
    entry = an_entry(world)
    return on_product(world) | {"number": entry.workshop.number, "public_id": entry.public_id}


def on_settled(world: World) -> dict[str, Any]:
    entry = a_settled_entry(world)
    return on_product(world) | {"number": entry.workshop.number, "public_id": entry.public_id}


def on_checkpoint(world: World) -> dict[str, Any]:
    return on_product(world) | {"number": a_checkpoint(world).number}


def on_hazard_of_agenda(world: World) -> dict[str, Any]:
    return on_checkpoint(world) | {"reference": world.hazard.reference}


def on_action(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": an_action(world).public_id}


def on_done_action(world: World) -> dict[str, Any]:
    return on_product(world) | {"public_id": a_done_action(world).public_id}


ADDRESSES = {
    "workshop_list": page(),
    "workshop_new": form(on_product, "MEET"),
    "workshop": page(on_session),
    "workshop_edit": form(on_session, "MEET"),
    "workshop_features": form(on_session, "MEET"),
    "workshop_close": form(on_session, "MEET"),
    "workshop_grid": page(on_session),
    "workshop_capture": form(on_session, "MEET"),
    "workshop_step_add": form(on_session, "MEET"),
    "workshop_step": form(on_step, "MEET"),
    "workshop_step_withdraw": button(on_step, "MEET"),
    "attendance_add": form(on_session, "MEET"),
    "attendance_withdraw": button(on_attendance, "MEET"),
    "workshop_entry": form(on_said, "MEET"),
    "workshop_entry_unsettle": button(on_settled, "MEET"),
    "workshop_entry_withdraw": button(on_said, "MEET"),
    "checkpoint_list": page(),
    "checkpoint_rhythm": form(on_product, "MEET"),
    "checkpoint_new": form(on_product, "MEET"),
    "checkpoint": page(on_checkpoint),
    "checkpoint_notes": form(on_checkpoint, "MEET"),
    "checkpoint_close": form(on_checkpoint, "MEET", empty=302),
    "meeting": Address(on_checkpoint, may("READ", 302), page().post),
    "meeting_hazard": page(on_hazard_of_agenda),
    "meeting_note": form(on_hazard_of_agenda, "MEET"),
    "meeting_action": form(on_hazard_of_agenda, "MEET"),
    "action_list": page(),
    "action_new": form(on_product, "MEET"),
    "action_edit": form(on_action, "MEET"),
    "action_done": form(on_action, "MEET"),
    "action_drop": form(on_action, "MEET"),
    "action_reopen": form(on_done_action, "MEET"),
}
