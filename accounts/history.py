"""The history of one thing, a page at a time, for ``components/timeline.html``."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from audit.models import AccessEvent, Entry
from audit.timeline import Objects, TimelineAct, acts_of

MOST = 100  # ledger entries on a page


def history_view(
    request: HttpRequest,
    objects: Objects,
    *,
    heading: str,
    trail: Sequence[tuple[str, str]],
    and_also: Q | None = None,
) -> HttpResponse:
    """The page that shows nothing but a history. ``trail`` ends before it."""
    context = {
        "heading": heading,
        "trail": [*trail, ("History", "")],
        **history_asked(request, objects, and_also=and_also),
    }
    return render(request, "accounts/history.html", context)


def history_asked(
    request: HttpRequest, objects: Objects, *, and_also: Q | None = None
) -> dict[str, Any]:
    """What ``components/timeline.html`` shows of the page that the address asks for."""
    acts, earlier = history_page(objects, page_start(request.GET.get("before")), and_also=and_also)
    return {"acts": acts, "more_url": f"?before={earlier}" if earlier else ""}


def history_page(
    objects: Objects, before: int | None = None, *, and_also: Q | None = None
) -> tuple[list[TimelineAct], int | None]:
    """The acts of a page, newest first, and where the earlier page begins (None at the end).

    ``and_also`` names further entries. An act is never cut in two by the end of a page: it moves
    to the earlier page as a whole.
    """
    about = Q(pk__in=[]) if and_also is None else and_also
    for model, keys in objects.items():
        about |= Q(model=model._meta.label_lower, object_id__in=list(keys))
    return page_of(Entry.objects.filter(about), before)


def page_of(
    entries: QuerySet[Entry], before: int | None = None
) -> tuple[list[TimelineAct], int | None]:
    """The same for any choice of entries."""
    if before is not None:
        entries = entries.filter(pk__lt=before)
    found = list(entries.order_by("-pk").values_list("pk", "act")[: MOST + 1])
    shown, earlier = _whole_acts(found)
    return acts_of(Entry.objects.filter(pk__in=shown).order_by("-pk")), earlier


def _whole_acts(found: Sequence[tuple[int, UUID]]) -> tuple[list[int], int | None]:
    keys = [key for key, _ in found[:MOST]]
    if len(found) <= MOST:
        return keys, None
    last, beyond = found[MOST - 1], found[MOST]
    first_of_last = max(key for key, act in found[:MOST] if act == last[1])
    if last[1] != beyond[1] or first_of_last == keys[0]:
        return keys, last[0]
    return [key for key, act in found[:MOST] if act != last[1]], first_of_last + 1


def sign_ins_of(person: User) -> Q:
    """The entries of a person's sign-ins and sign-outs; what they took away is on each product."""
    return Q(person=person, model=AccessEvent._meta.label_lower, scope="")


def page_start(text: str | None) -> int | None:
    """The ``before`` of a page's address; anything but a number means the newest."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
