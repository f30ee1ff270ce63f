"""What follows up here when a tracker tells of a ticket: stories, and hazards to look at again."""

from accounts.actions import system_person
from accounts.models import User
from products.models import TrackerItem, TrackerMessage
from products.trackers.ticket import Ticket
from reviews.actions.looks import ask_for_looks
from reviews.actions.story_tickets import follow_ticket, give_ticket
from reviews.models import Story
from reviews.stories.reading import ABOUT


def story_has_a_ticket(message: TrackerMessage, item: TrackerItem) -> None:
    """Link a story with the ticket that was asked for. Inside the act that notes it as made."""
    if message.about_kind != ABOUT:
        return
    story = Story.objects.filter(public_id=message.about_id, is_active=True).first()
    if story is not None:
        give_ticket(story=story, item=item, by=system_person())


def ticket_has_changed(item: TrackerItem, ticket: Ticket, by: User) -> None:
    """Keep the story of a ticket as it is there, and have the hazards of a feature looked at whose
    ticket says something else now; what is withdrawn here is left alone. Inside the act that takes
    what the tracker told.
    """
    follow_ticket(item=item, ticket=ticket, by=by)
    feature = item.feature or (item.change.feature if item.change is not None else None)
    if ticket.is_edited and feature is not None and feature.is_active:
        why = f"{item} of {item.connection.name} was edited there: “{ticket.title[:200]}”."
        ask_for_looks(feature=feature, by=by, why=why)
