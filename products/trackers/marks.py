"""The mark of a message: a hidden line in what we write, by which we find it there again.

A tracker may take a message and its answer be lost. Before a message is sent once more, the mark
is looked for; and a ticket that comes back by the webhook is known by it as one of ours.
"""

import hashlib
import re

from products.models import TrackerMessage

_MARK = re.compile(r"<!-- safety-case (\d{1,18}-[0-9a-f]{32}) -->")


def mark_of(message: TrackerMessage) -> str:
    """The mark of a message: its number, and what nobody guesses who has not seen it.

    ``message.connection`` is read.
    """
    of = f"{message.connection.public_id}:{message.pk}:{message.written.isoformat()}"
    return f"{message.pk}-{hashlib.sha256(of.encode()).hexdigest()[:32]}"


def marked(body: str, mark: str) -> str:
    """A text with its mark at the end, which trackers do not show."""
    return f"{body.rstrip()}\n\n<!-- safety-case {mark} -->"


def mark_in(body: object) -> str:
    """The last mark that a text holds, or ''."""
    found = _MARK.findall(body) if isinstance(body, str) else []
    return found[-1] if found else ""


def number_in(mark: str) -> int:
    """The number of the message that a mark names."""
    return int(mark.partition("-")[0])
