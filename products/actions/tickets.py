"""What a tracker tells, taken into the record: features, changes and how far they are built.

The system acts, and the reason names the tracker and who did it there. A tracker moves things
forward and never takes back what a person said here: a title is taken when it changed *there*, a
state when the ticket was closed, reopened or labelled.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from audit.acts import act
from audit.errors import NotAllowed
from products.actions.changes import create_change, edit_change, restore_change, withdraw_change
from products.actions.features import create_feature, edit_feature, set_build_state
from products.choices import BuildState, TrackerMessageKind, TrackerMessageState
from products.going_out import is_to_come
from products.hooks import ticket_changed, ticket_made
from products.models import (
    Change,
    Feature,
    Product,
    TrackerConnection,
    TrackerItem,
    TrackerMessage,
)
from products.queries import newest_unreleased
from products.trackers.marks import mark_of, number_in
from products.trackers.strangers_text import one_line
from products.trackers.ticket import Ticket
from products.trackers.ticket_rules import (
    is_late,
    next_state_of_change,
    next_state_of_feature,
    state_when_new,
)
from products.trackers.told import Told

_TITLE_LIMIT = 200  # of a feature and of a change


def take_ticket(*, connection: TrackerConnection, by: User, told: Told, reason: str = "") -> str:
    """Take what a delivery says; returns what came of it, in a sentence.

    Raises ``NotAllowed`` for anybody but the system, and what the actions raise that it calls.
    """
    _check_system(by)
    ticket = told.ticket
    if ticket is None:
        return f"{told.what}."
    product = connection.product
    with act(by=by, reason=reason or _why(connection, told.what), scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        item = TrackerItem.objects.filter(
            connection=connection, external_id=ticket.external_id
        ).first()
        if item is not None:
            item.connection = connection
            came = _update(item, ticket, by)
        else:
            came = _first_time(connection, ticket, by)
    return f"{told.what}. {came}"


def note_ticket_made(
    *, message: TrackerMessage, by: User, ticket: Ticket, reason: str = ""
) -> TrackerItem:
    """Note that the ticket which a message asked for is there; once, however often it is told.

    Raises ``NotAllowed`` for anybody but the system.
    """
    _check_system(by)
    connection = message.connection
    product = connection.product
    what = f"Ticket {ticket.external_id} was made for us"
    with act(by=by, reason=reason or _why(connection, what), scope=product.scope):
        Product.objects.select_for_update().get(pk=product.pk)
        item = TrackerItem.objects.filter(
            connection=connection, external_id=ticket.external_id
        ).first()
        if item is None:
            item = _kept(TrackerItem(connection=connection), ticket)
        sent = TrackerMessage.objects.filter(pk=message.pk).exclude(state=TrackerMessageState.SENT)
        if sent.update(
            state=TrackerMessageState.SENT,
            item=item,
            sent_url=ticket.url,
            problem="",
            ended=timezone.now(),
        ):
            message.refresh_from_db()
            ticket_made(message, item)
    return item


def _check_system(by: User) -> None:
    if not by.is_system:
        raise NotAllowed("What a tracker tells is taken by the system alone. Nothing was changed.")


def _why(connection: TrackerConnection, what: str) -> str:
    return f"{connection.name}: {what}"


def _kept(item: TrackerItem, ticket: Ticket) -> TrackerItem:
    item.external_id = ticket.external_id
    item.title = ticket.title
    item.url = ticket.url or item.url
    item.is_open = ticket.is_open
    item.changed_there = ticket.changed_there or item.changed_there
    item.save()
    return item


# --- A ticket for the first time ------------------------------------------------------------------


def _first_time(connection: TrackerConnection, ticket: Ticket, by: User) -> str:
    ours = _message_behind(connection, ticket)
    if ours is not None:
        note_ticket_made(message=ours, by=by, ticket=ticket)
        return "It is the ticket that was asked for here."
    if ticket.is_gone:
        return "It was not known here, so nothing was changed."
    if ticket.is_pull_request:
        return _first_pull(connection, ticket, by)
    if ticket.has_label(connection.story_label):
        if ticket.is_dropped:
            return "It was closed without being made, so nothing was changed."
        item = _kept(TrackerItem(connection=connection), ticket)
        ticket_changed(item, ticket, by)
        return "It is kept as a safety story."
    if ticket.has_label(connection.feature_label):
        return _bring_feature(TrackerItem(connection=connection), ticket, by)
    return "It has no label that brings it here, so nothing was changed."


def _message_behind(connection: TrackerConnection, ticket: Ticket) -> TrackerMessage | None:
    """The message that asked for this ticket, where it is not noted yet."""
    if not ticket.mark:
        return None
    message = (
        TrackerMessage.objects.filter(
            pk=number_in(ticket.mark), connection=connection, kind=TrackerMessageKind.TICKET
        )
        .exclude(state=TrackerMessageState.SENT)
        .select_related("connection__product")
        .first()
    )
    return message if message is not None and mark_of(message) == ticket.mark else None


def _bring_feature(item: TrackerItem, ticket: Ticket, by: User) -> str:
    if ticket.is_given_up and not ticket.is_open:
        return "It was closed without being made, so nothing was changed."
    product = item.connection.product
    feature = _feature_with_link(item.connection, ticket)
    is_new = feature is None
    if feature is None:
        feature = create_feature(
            product=product,
            by=by,
            title=one_line(ticket.title, _TITLE_LIMIT),
            for_product=ticket.what,
            tracker_url=ticket.url,
        )
    item.feature = feature
    _kept(item, ticket)
    _move(feature, state_when_new(ticket, BuildState(feature.state)), ticket, by)
    ticket_changed(item, ticket, by)
    return (
        f"It is {feature.reference} now." if is_new else f"{feature.reference} already links to it."
    )


def _feature_with_link(connection: TrackerConnection, ticket: Ticket) -> Feature | None:
    """The feature whose link to the tracker somebody typed before it was connected."""
    if not ticket.url:
        return None
    return (
        Feature.objects.filter(
            product=connection.product, tracker_url__iexact=ticket.url, is_active=True
        )
        .order_by("number")
        .first()
    )


def _first_pull(connection: TrackerConnection, ticket: Ticket, by: User) -> str:
    named = list(_named_by(connection, ticket))
    if not named:
        return "It names no feature of this product, so nothing was changed."
    if ticket.is_given_up and not ticket.is_open:
        return "It was closed without being merged, so nothing was changed."
    item = TrackerItem(connection=connection)
    built = next((each for each in named if each.state == BuildState.BUILT), None)
    if built is not None:
        change = create_change(
            product=connection.product,
            by=by,
            title=one_line(ticket.title, _TITLE_LIMIT),
            what=ticket.what,
            feature=built,
            release=newest_unreleased(connection.product),
            tracker_url=ticket.url,
        )
        item.change = change
        came = f"{built.reference} is built, so it is {change.reference} now."
    else:
        item.feature = named[0]
        came = f"It builds {', '.join(each.reference for each in named)}."
    _kept(item, ticket)
    _begin(named, ticket, by)
    if item.change is not None:
        _move(item.change, next_state_of_change(ticket, BuildState.PLANNED), ticket, by)
    ticket_changed(item, ticket, by)
    return came


def _named_by(connection: TrackerConnection, ticket: Ticket) -> QuerySet[Feature]:
    """The features of the product that a ticket names."""
    return Feature.objects.filter(
        product=connection.product, is_active=True, reference__in=ticket.names
    ).order_by("number")


def _begin(named: Iterable[Feature], ticket: Ticket, by: User) -> list[Feature]:
    """Say of planned features that their pull request builds them; returns those that moved.

    A draft begins nothing, and neither does what was closed without being merged.
    """
    if ticket.is_draft or ticket.is_dropped:
        return []
    planned = [each for each in named if each.state == BuildState.PLANNED]
    for feature in planned:
        _move(feature, BuildState.IN_BUILD, ticket, by)
    return planned


# --- A ticket that is known -----------------------------------------------------------------------


def _update(item: TrackerItem, ticket: Ticket, by: User) -> str:
    if is_late(item.changed_there, ticket.changed_there):
        return "Something newer is known of it, so nothing was changed."
    connection = item.connection
    was_open, is_renamed = item.is_open, item.title != ticket.title
    ticket = replace(ticket, is_edited=ticket.is_edited or is_renamed)
    wants_feature = ticket.has_label(connection.feature_label) and not (
        ticket.has_label(connection.story_label) or ticket.is_pull_request or ticket.is_gone
    )
    if item.feature is None and item.change is None and wants_feature:
        return _bring_feature(item, ticket, by)
    _kept(item, ticket)
    came = "It is known here."
    if ticket.is_dropped and not ticket.is_pull_request:
        came = "What stands here of it stays; withdraw it if it is not coming."
    if item.change is not None:
        came = _update_change(item.change, ticket, by, is_renamed=is_renamed)
    elif item.feature is not None and not ticket.is_pull_request:
        came = _update_feature(item.feature, ticket, by, is_renamed, was_open)
    if ticket.is_pull_request:
        begun = _begin(_named_by(connection, ticket), ticket, by)
        came += f" It builds {', '.join(each.reference for each in begun)}." if begun else ""
    ticket_changed(item, ticket, by)
    return came


def _update_feature(
    feature: Feature, ticket: Ticket, by: User, is_renamed: bool, was_open: bool
) -> str:
    if not feature.is_active:
        return f"{feature.reference} is withdrawn here, so nothing was changed."
    if ticket.is_gone:
        return f"{feature.reference} stays; withdraw it if it is not coming."
    before = feature.version
    if is_renamed:
        title = one_line(ticket.title, _TITLE_LIMIT)
        feature = edit_feature(feature=feature, by=by, changes={"title": title})
    state = next_state_of_feature(BuildState(feature.state), ticket, was_open=was_open)
    _move(feature, state, ticket, by)
    feature.refresh_from_db()
    if ticket.is_given_up and was_open and not ticket.is_open:
        return f"It was closed without being made; withdraw {feature.reference} if it is so."
    if feature.version == before:
        return f"Nothing of {feature.reference} changed."
    return f"{feature.reference} is up to date ({feature.get_state_display().lower()})."


def _update_change(change: Change, ticket: Ticket, by: User, *, is_renamed: bool) -> str:
    name = change.reference
    if ticket.is_dropped and change.is_active:
        why = f"Pull request {ticket.external_id} was closed without being merged"
        withdraw_change(change=change, by=by, reason=why)
        return f"{name} is withdrawn: it was closed without being merged."
    if ticket.is_open and not change.is_active:
        change = restore_change(
            change=change, by=by, reason=f"Pull request {ticket.external_id} is open again"
        )
    if is_renamed:
        title = one_line(ticket.title, _TITLE_LIMIT)
        change = edit_change(change=change, by=by, changes={"title": title})
    change = _still_to_come(change, by)
    _move(change, next_state_of_change(ticket, BuildState(change.state)), ticket, by)
    return f"{name} is up to date."


def _still_to_come(change: Change, by: User) -> Change:
    """Put what was not built when its release went out on one whose gate is still to be asked."""
    if change.release is None or is_to_come(change.release) or change.state == BuildState.BUILT:
        return change
    release = newest_unreleased(change.product)
    return edit_change(
        change=change, by=by, changes={"release_id": release.pk if release else None}
    )


def _move(row: Feature | Change, to: BuildState, ticket: Ticket, by: User) -> None:
    """Say how far it is, as of the day on which the ticket changed."""
    if row.state == to:
        return
    today = timezone.localdate()
    on = None
    if row.build_began_on is None and to != BuildState.PLANNED:
        there = ticket.changed_there
        on = min(today, timezone.localdate(there)) if there is not None else today
    if isinstance(row, Feature):
        set_build_state(feature=row, by=by, state=to, on=on)
    else:
        set_build_state(change=row, by=by, state=to, on=on)
