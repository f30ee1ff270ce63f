"""What is to be said in a tracker: written down with the act that says it, sent by the worker.

A message is a row of the same transaction as what it tells of: it is said once that is stored, or
not at all. ``products.trackers.sending`` brings it there.
"""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils import timezone

from audit.acts import current_act
from audit.errors import NotPossible
from products.choices import TrackerKind, TrackerMessageKind, TrackerMessageState
from products.models import Product, TrackerConnection, TrackerItem, TrackerMessage

#: GitHub takes 256 characters of a title and 65,536 of a text; the mark of a message needs some.
TITLE_LIMIT = 256
BODY_LIMIT = 60_000


def trackers_to_write_to(product: Product) -> QuerySet[TrackerConnection]:
    """The trackers of a product in which something can be said: connected, with a credential."""
    return (
        TrackerConnection.objects.filter(product=product, is_active=True, kind=TrackerKind.GITHUB)
        .exclude(secret__isnull=True)
        .exclude(secret__api_token="")
    )


def comment_on(items: Iterable[TrackerItem], body: str, *, about_kind: str, about_id: str) -> int:
    """Say something under each of these tickets; returns under how many it will stand.

    Tickets of a tracker that cannot be written to (it only sends, or was disconnected) are passed
    over, and so is one that waits for the same comment already. ``about_kind`` and ``about_id``
    name what is spoken of. Called inside an act; raises ``NoAct`` outside of one.
    """
    current_act()
    wanted = {item.pk: item for item in items}
    if not wanted:
        return 0
    body = _cut(body, BODY_LIMIT)
    about = {"about_kind": about_kind, "about_id": about_id}
    waiting = set(
        TrackerMessage.objects.filter(
            item__in=list(wanted), state=TrackerMessageState.WAITING, body=body, **about
        ).values_list("item_id", flat=True)
    )
    reached = TrackerItem.objects.filter(
        pk__in=list(wanted),
        connection__is_active=True,
        connection__kind=TrackerKind.GITHUB,
        connection__secret__isnull=False,
    ).exclude(connection__secret__api_token="")
    found = list(reached.select_related("connection").order_by("pk"))
    for item in found:
        if item.pk not in waiting:
            TrackerMessage.objects.create(
                connection=item.connection,
                kind=TrackerMessageKind.COMMENT,
                item=item,
                body=body,
                next_try=timezone.now(),
                **about,
            )
    return len(found)


def new_ticket(
    connection: TrackerConnection, title: str, body: str, *, about_kind: str, about_id: str
) -> TrackerMessage:
    """Ask for a new ticket; ``products.hooks.on_ticket_made`` tells when it is there.

    A ticket about the same thing that is being made there already is the answer. Called inside an
    act; raises ``NoAct`` outside of one, ``NotPossible`` where nothing can be written.
    """
    current_act()
    if not trackers_to_write_to(connection.product).filter(pk=connection.pk).exists():
        raise NotPossible(
            f"No ticket can be made in {connection.name}: it is disconnected, or there is no "
            "credential for it. Nothing was saved. Connect it again under Team, Trackers."
        )
    waiting = TrackerMessage.objects.filter(
        connection=connection,
        kind=TrackerMessageKind.TICKET,
        state=TrackerMessageState.WAITING,
        about_kind=about_kind,
        about_id=about_id,
    ).first()
    return waiting or TrackerMessage.objects.create(
        connection=connection,
        kind=TrackerMessageKind.TICKET,
        title=_cut(" ".join(title.split()), TITLE_LIMIT),
        body=_cut(body, BODY_LIMIT),
        about_kind=about_kind,
        about_id=about_id,
        next_try=timezone.now(),
    )


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[: limit - 1]}…"
