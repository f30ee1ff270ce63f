"""What any other tracker tells by the signed webhook: one ticket as it stands now.

The text is a JSON object of our own shape, told in docs/continuous-integration.md.
"""

from typing import Any

from products.trackers.github_events import WHAT_LIMIT
from products.trackers.strangers_text import (
    first_paragraph,
    labels_among,
    one_line,
    references_in,
    web_address,
)
from products.trackers.ticket import Ticket
from products.trackers.told import NotUnderstood, Told, json_object, moment, part, some, title_of

_FLAGS = ("open", "deleted", "given_up", "edited", "pull_request", "draft")


def read_delivery(body: bytes) -> Told:
    """The ticket that a delivery tells of. Raises ``NotUnderstood``."""
    payload = json_object(body)
    if payload.get("ping") is True:
        return Told("The tracker is connected")
    found = part(payload, "ticket")
    for flag in _FLAGS:
        if not isinstance(found.get(flag, False), bool):
            raise NotUnderstood(f"“{flag}” is true or false.")
    ticket = _ticket(found)
    name = "Pull request" if ticket.is_pull_request else "Ticket"
    by = one_line(payload.get("by"), 60)
    done = "is deleted" if ticket.is_gone else "is open" if ticket.is_open else "is closed"
    return Told(f"{name} {ticket.external_id} {done}{f', told by {by}' if by else ''}", ticket)


def _ticket(found: dict[str, Any]) -> Ticket:
    identity = found.get("id")
    external_id = one_line(str(identity) if type(identity) is int else identity, 200)
    if not external_id or (isinstance(identity, str) and len(identity) > 200):
        raise NotUnderstood("The ticket needs an “id”, at most 200 characters long.")
    changed = moment(found.get("changed"))
    if changed is None:
        raise NotUnderstood(
            "“changed” is when the ticket changed last, like 2026-05-03T10:42:00Z, by a clock that "
            "is right."
        )
    is_gone = found.get("deleted", False)
    title, text = title_of(found.get("title")), found.get("text")
    return Ticket(
        external_id=external_id,
        title=title,
        what=first_paragraph(text, WHAT_LIMIT),
        url=web_address(found.get("url")),
        is_open=found.get("open", True) and not is_gone,
        is_gone=is_gone,
        labels=labels_among(some(found, "labels")),
        changed_there=changed,
        is_pull_request=found.get("pull_request", False),
        is_draft=found.get("draft", False),
        is_given_up=found.get("given_up", False),
        is_edited=found.get("edited", False),
        names=references_in(title, text),
    )
