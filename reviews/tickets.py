"""What follows up here when a tracker tells of a ticket: stories, and hazards to look at again."""

from accounts.models import User
from accounts.validation import check_row
from products.models import TrackerItem
from products.trackers.strangers_text import one_line
from products.trackers.ticket import Ticket
from reviews.actions.looks import ask_for_looks
from reviews.models import Story

_TITLE_LIMIT = 300


def ticket_has_changed(item: TrackerItem, ticket: Ticket, by: User) -> None:
    """Keep the story of a ticket as it is there, and have the hazards of a feature looked at whose
    ticket says something else now. Inside the act that takes what the tracker told.
    """
    story = Story.objects.select_for_update().filter(item=item).first()
    if story is None and item.feature_id is None and item.change_id is None:
        story = _new_story(item, ticket)
    if story is not None:
        _keep(story, item, ticket)
    feature = item.feature or (item.change.feature if item.change is not None else None)
    if ticket.is_edited and feature is not None:
        why = f"{item} of {item.connection.name} was edited there: “{ticket.title[:200]}”."
        ask_for_looks(feature=feature, by=by, why=why)


def _new_story(item: TrackerItem, ticket: Ticket) -> Story | None:
    """A story that nobody has said the clinical reason of yet: no control, until somebody does."""
    connection = item.connection
    if ticket.is_pull_request or not ticket.has_label(connection.story_label):
        return None
    return Story(product=connection.product, item=item, criteria=ticket.what)


def _keep(story: Story, item: TrackerItem, ticket: Ticket) -> None:
    story.title = one_line(ticket.title, _TITLE_LIMIT)
    story.url = item.url
    story.is_open = ticket.is_open
    check_row(story)
    story.save()
