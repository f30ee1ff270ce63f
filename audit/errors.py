"""Everything that the application refuses to do, each with a sentence that a person can read."""

from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """The application did not do what was asked; the message is a sentence for the person.

    Nothing of the act was saved: every write is one transaction.
    """

    @property
    def sentence(self) -> str:
        """What happened and what to do, in plain words."""
        return str(self)


class NotAllowed(Refusal):
    """This person may not do this (a permission said no)."""


class NotPossible(Refusal):
    """Nobody may do this now (a rule of the domain said no)."""


class ReasonNeeded(NotPossible):
    """What would change was approved once, so the person says why in their own words."""


class ChangedMeanwhile(NotPossible):
    """Somebody else changed the same choice first, and the two do not go together."""


class BadText(Refusal):
    """A text holds characters that cannot be stored, or is longer than its place."""


@dataclass(frozen=True)
class FieldConflict:
    """One field that two people changed at the same time."""

    name: str
    label: str
    base: Any
    theirs: Any
    yours: Any


class Conflict(Refusal):
    """Somebody else saved the same fields first. Both versions are here; nothing is lost."""

    def __init__(self, fields: list[FieldConflict], current_version: int) -> None:
        names = ", ".join(field.label for field in fields)
        super().__init__(
            f"Somebody else changed {names} while you were writing. Nothing of yours is lost: "
            "both versions stand below. Choose or combine, then save again."
        )
        self.fields = fields
        self.current_version = current_version


class SideDoor(Exception):
    """A programming error: a write that would have gone round the record."""


class NoAct(SideDoor):
    """A programming error: a write outside ``audit.acts.act``, so nobody would have done it."""
