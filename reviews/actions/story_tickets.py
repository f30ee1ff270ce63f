"""Stories that follow their tickets: what the system writes when a tracker tells of one."""

from accounts.models import User
from accounts.validation import check_row
from audit.acts import act
from audit.errors import NotAllowed
from products.models import TrackerItem
from products.trackers.strangers_text import one_line
from products.trackers.ticket import Ticket
from products.trackers.ticket_rules import work_is_open
from reviews.models import Story

_TITLE_LIMIT = 300


def give_ticket(*, story: Story, item: TrackerItem, by: User, reason: str = "") -> Story:
    """Link a story that is kept with the ticket that was made of it.

    Where the tracker told of the ticket before it said which message it answers, a story without a
    reason stands for it already: that one goes, since it is this one. Raises ``NotAllowed`` for
    anybody but the system.
    """
    _check_system(by)
    default = f"Ticket {item.external_id} was made of the story"
    with act(by=by, reason=reason or default, scope=story.product.scope):
        twin = Story.objects.select_for_update().filter(item=item).exclude(pk=story.pk).first()
        if twin is not None:
            twin.item = None
            twin.is_active = False
            twin.save()
        current = Story.objects.select_for_update().get(pk=story.pk)
        current.item = item
        current.url = item.url
        # Why a ticket was closed stands on no row: what was told of it then holds, or what stands.
        current.is_open = twin.is_open if twin is not None else item.is_open or current.is_open
        current.save()
    return current


def follow_ticket(*, item: TrackerItem, ticket: Ticket, by: User, reason: str = "") -> Story | None:
    """Keep the story of a ticket as it is there; make one of a ticket that is labelled as one and
    is nothing else here, without a clinical reason until somebody gives it.

    A story is done when its ticket was closed as made; of one that was given up or is gone it stays
    open until a person withdraws it.

    Returns the story; None where the ticket is none. Raises ``NotAllowed`` for anybody but the
    system, and ``BadText``.
    """
    _check_system(by)
    default = f"Ticket {item.external_id} changed in the tracker"
    with act(by=by, reason=reason or default, scope=item.connection.product.scope):
        story = Story.objects.select_for_update().filter(item=item).first()
        if story is None:
            story = _new_story(item, ticket)
        if story is None:
            return None
        story.title = one_line(ticket.title, _TITLE_LIMIT)
        story.url = item.url
        story.is_open = work_is_open(story.is_open, ticket)
        check_row(story)
        story.save()
    return story


def _check_system(by: User) -> None:
    if not by.is_system:
        raise NotAllowed("Stories follow their tickets by the system alone. Nothing was changed.")


def _new_story(item: TrackerItem, ticket: Ticket) -> Story | None:
    connection = item.connection
    if item.feature_id is not None or item.change_id is not None or ticket.is_pull_request:
        return None
    if not ticket.has_label(connection.story_label) or ticket.is_dropped:
        return None
    return Story(product=connection.product, item=item, criteria=ticket.what)
