"""What follows when the ticket of a story is made."""

from products.models import TrackerItem, TrackerMessage
from reviews.models import Story
from reviews.stories.reading import ABOUT


def story_has_a_ticket(message: TrackerMessage, item: TrackerItem) -> None:
    """Link a story with the ticket that was asked for. Inside the act that notes it as made.

    Where the tracker told of the ticket before it said which message it answers, a story without a
    reason stands for it already: that one goes, since it is this one.
    """
    if message.about_kind != ABOUT:
        return
    story = Story.objects.select_for_update().filter(public_id=message.about_id).first()
    if story is None or not story.is_active:
        return
    twin = Story.objects.select_for_update().filter(item=item).exclude(pk=story.pk).first()
    if twin is not None:
        twin.item = None
        twin.is_active = False
        twin.save()
    story.item = item
    story.url = item.url
    story.is_open = item.is_open
    story.save()
