"""A ticket as a tracker told of it, whatever tracker it was: plain values, already cleaned."""

import datetime
from dataclasses import dataclass


@dataclass(frozen=True)
class Ticket:
    """A ticket or pull request as it stands in the tracker.

    Every text is a stranger's: cut to what its column holds, without control characters, and
    never markup. ``changed_there`` is UTC; None where the tracker does not say.
    """

    external_id: str  # as people name it there: the number on GitHub
    title: str
    what: str = ""  # the first paragraph of its text
    url: str = ""
    is_open: bool = True
    is_gone: bool = False  # deleted there, or moved elsewhere
    labels: frozenset[str] = frozenset()  # in small letters
    changed_there: datetime.datetime | None = None
    is_pull_request: bool = False
    is_draft: bool = False  # a pull request alone
    is_given_up: bool = False  # closed without being made
    is_edited: bool = False  # its title or text was changed by what was told just now
    names: tuple[str, ...] = ()  # references of features that its title or text names
    mark: str = ""  # of the message that made it, where it was one of ours

    @property
    def is_dropped(self) -> bool:
        """Whether it ended without being made: given up, deleted or moved."""
        return not self.is_open and (self.is_given_up or self.is_gone)

    def has_label(self, label: str) -> bool:
        """Whether it carries a label, however that is written there. No ticket has the label ''."""
        return bool(label) and label.strip().lower() in self.labels
