"""What GitHub tells by its webhook: ``issues`` and ``pull_request``, each with the whole ticket.

Names of fields are those of GitHub's webhook payloads. Events arrive in any order, so what counts
is the state that each one carries and when it was (``updated_at``), not what it is called.
"""

from typing import Any

from products.trackers.marks import mark_in
from products.trackers.strangers_text import (
    first_paragraph,
    labels_among,
    one_line,
    references_in,
    web_address,
)
from products.trackers.ticket import Ticket
from products.trackers.told import NotUnderstood, Told, json_object, moment, part, some, title_of

WHAT_LIMIT = 2_000  # characters of the first paragraph

#: What an event is called in our sentences; others keep GitHub's word.
_IN_WORDS = {
    "opened": "was opened",
    "edited": "was edited",
    "closed": "was closed",
    "reopened": "was reopened",
    "labeled": "was given a label",
    "unlabeled": "lost a label",
    "deleted": "was deleted",
    "transferred": "was moved to another repository",
    "synchronize": "has new commits",
    "ready_for_review": "is ready for review",
    "converted_to_draft": "is a draft again",
}


def read_event(event: str, body: bytes, *, repository: str) -> Told:
    """What an event says of a connection to this repository (``owner/name``).

    Raises ``NotUnderstood`` for a body that is none of GitHub's.
    """
    payload = json_object(body)
    if event == "ping":
        return Told("GitHub is connected")
    if event not in ("issues", "pull_request"):
        return Told(f"“{one_line(event, 50)}” is of no interest here")
    theirs = one_line(part(payload, "repository").get("full_name"), 200)
    if theirs.lower() != repository.lower():
        raise NotUnderstood(f"It is about {theirs or 'no repository'}, not about {repository}.")
    action = one_line(payload.get("action"), 50)
    if not action:
        raise NotUnderstood("“action” is missing.")
    is_pull = event == "pull_request"
    ticket = _ticket(part(payload, "pull_request" if is_pull else "issue"), payload, action)
    name = "Pull request" if is_pull else "Ticket"
    done = _IN_WORDS.get(action, f"changed ({action})")
    return Told(f"{name} {ticket.external_id} {done}{_by(payload)}", ticket)


def _ticket(found: dict[str, Any], payload: dict[str, Any], action: str) -> Ticket:
    number = found.get("number")
    # True is a number to Python.
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**12:
        raise NotUnderstood("The ticket has no number.")
    is_pull = payload.get("pull_request") is found
    title, body = title_of(found.get("title")), found.get("body")
    changes = payload.get("changes")
    return Ticket(
        external_id=str(number),
        title=title,
        what=first_paragraph(body, WHAT_LIMIT),
        url=web_address(found.get("html_url")),
        is_open=found.get("state") == "open" and action not in ("deleted", "transferred"),
        is_gone=action in ("deleted", "transferred"),
        labels=labels_among(
            each.get("name") for each in some(found, "labels") if isinstance(each, dict)
        ),
        changed_there=moment(found.get("updated_at")),
        is_pull_request=is_pull,
        is_draft=is_pull and found.get("draft") is True,
        is_given_up=found.get("merged") is not True
        if is_pull
        else found.get("state_reason") in ("not_planned", "duplicate"),
        is_edited=action == "edited" and isinstance(changes, dict) and bool(changes),
        names=references_in(title, body),
        mark=mark_in(body),
    )


def _by(payload: dict[str, Any]) -> str:
    sender = payload.get("sender")
    login = one_line(sender.get("login"), 60) if isinstance(sender, dict) else ""
    return f" by {login}" if login else ""
