"""The history of one thing, a page at a time, for ``components/timeline.html``."""

from django.db.models import Q

from audit.models import Entry
from audit.timeline import Objects, TimelineAct, timeline_of

MOST = 100  # ledger entries on a page


def history_page(
    objects: Objects, before: int | None = None
) -> tuple[list[TimelineAct], int | None]:
    """The acts of a page, newest first, and where the earlier page begins (None at the end).

    An act is never cut in two by the end of a page: it moves to the earlier page as a whole.
    """
    acts = timeline_of(objects, most=MOST, before=before)
    about = Q(pk__in=[])
    for model, keys in objects.items():
        about |= Q(model=model._meta.label_lower, object_id__in=list(keys))
    entries = Entry.objects.filter(about)
    if before is not None:
        entries = entries.filter(pk__lt=before)
    shown = list(entries.order_by("-pk").values_list("pk", "act")[: MOST + 1])
    if len(shown) <= MOST:
        return acts, None
    last, beyond = shown[MOST - 1], shown[MOST]
    first_of_last = max(pk for pk, act in shown[:MOST] if act == last[1])
    if last[1] != beyond[1] or first_of_last == shown[0][0]:
        return acts, last[0]
    return [act for act in acts if act.id != str(last[1])], first_of_last + 1


def page_start(text: str | None) -> int | None:
    """The ``before`` of a page's address; anything but a number means the newest."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
