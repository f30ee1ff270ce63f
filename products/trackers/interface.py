"""What a tracker has to be able to do. GitHub is one; another is a class like that one."""

from dataclasses import dataclass
from typing import Protocol

from products.trackers.ticket import Ticket


@dataclass(frozen=True)
class Written:
    """What stands in the tracker now: its address there, and the ticket where it is one."""

    url: str
    ticket: Ticket | None = None


class NotWritten(Exception):
    """The tracker did not take it; the sentence is for the page of the connection."""


class TryLater(NotWritten):
    """It may take it later: after ``seconds``, where it said so."""

    def __init__(self, sentence: str, seconds: int | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class Refused(NotWritten):
    """It will not take it, however often it is asked."""


class Tracker(Protocol):
    """A tracker that can be written to. Every call raises ``TryLater`` or ``Refused``."""

    def find_comment(self, ticket: str, mark: str, since: str) -> Written | None:
        """The comment with this mark under a ticket, written since a moment (ISO 8601, UTC)."""

    def comment(self, ticket: str, body: str) -> Written:
        """Write a comment under a ticket."""

    def find_ticket(self, mark: str, since: str) -> Written | None:
        """The ticket with this mark, made since a moment (ISO 8601, UTC)."""

    def make_ticket(self, title: str, body: str, labels: list[str]) -> Written:
        """Make a ticket."""
