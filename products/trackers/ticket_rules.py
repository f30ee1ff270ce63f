"""How far something is, by its ticket: pure rules. A tracker moves things forward alone."""

import datetime

from products.choices import BuildState
from products.trackers.ticket import Ticket

#: Labels by which teams say that work has begun, in small letters.
IN_PROGRESS = frozenset(
    {
        "in progress",
        "in-progress",
        "in_progress",
        "status: in progress",
        "in build",
        "in development",
        "doing",
        "wip",
    }
)


def is_late(known: datetime.datetime | None, told: datetime.datetime | None) -> bool:
    """Whether something newer than what is told is known. What changed in the same second is not
    late: trackers tell whole seconds, and several things of one.
    """
    return known is not None and told is not None and told < known


def is_begun(ticket: Ticket) -> bool:
    """Whether a label says that somebody works on it."""
    return bool(ticket.labels & IN_PROGRESS)


def state_when_new(ticket: Ticket, state: BuildState) -> BuildState:
    """The state of a feature when its ticket is first seen; never back from what it is."""
    if not ticket.is_open:
        return BuildState.BUILT
    return BuildState.IN_BUILD if state == BuildState.PLANNED and is_begun(ticket) else state


def next_state_of_feature(state: BuildState, ticket: Ticket, *, was_open: bool) -> BuildState:
    """The state of a feature after its ticket changed.

    Closing it as made says built, opening it again takes that back, and a label says that building
    began. Everything else leaves what people said.
    """
    if was_open and not ticket.is_open:
        return state if ticket.is_given_up or ticket.is_gone else BuildState.BUILT
    if ticket.is_open and not was_open and state == BuildState.BUILT:
        return BuildState.IN_BUILD
    if ticket.is_open and state == BuildState.PLANNED and is_begun(ticket):
        return BuildState.IN_BUILD
    return state


def work_is_open(was_open: bool, ticket: Ticket) -> bool:
    """Whether the work of a ticket is to be done yet. Closing it as made alone says that it is not:
    what is given up was not done, and what is gone says nothing.
    """
    return was_open if ticket.is_gone else ticket.is_open or ticket.is_given_up


def next_state_of_change(ticket: Ticket, state: BuildState) -> BuildState:
    """The state of a change by its pull request: open it is built, merged it is there."""
    if ticket.is_open:
        return state if ticket.is_draft and state == BuildState.PLANNED else BuildState.IN_BUILD
    return state if ticket.is_given_up else BuildState.BUILT
