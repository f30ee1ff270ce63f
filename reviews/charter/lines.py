"""The three kinds of line that a charter is made of, and what people write in each."""

from enum import Enum

from reviews.charter.reading import Line
from reviews.models import CharterOutcome, CharterTradeOff, DecisionRight


class LineKind(Enum):
    """A kind of line, by its part of an address."""

    OUTCOME = "outcomes"
    TRADE_OFF = "trade-offs"
    RIGHT = "rights"

    @property
    def model(self) -> type[Line]:
        """Where lines of it are kept."""
        return _MODELS[self]

    @property
    def fields(self) -> frozenset[str]:
        """What people write in a line of it."""
        return frozenset(_FIELDS[self])

    @property
    def groups_by(self) -> str:
        """The field by which lines stand together; a line moves among its own. '' for none."""
        return _GROUPS[self]

    @property
    def noun(self) -> str:
        """What a line of it is called within a sentence."""
        return _NOUNS[self]


def kind_of(line: Line) -> LineKind:
    """The kind of a line."""
    return next(kind for kind, model in _MODELS.items() if isinstance(line, model))


_MODELS: dict[LineKind, type[Line]] = {
    LineKind.OUTCOME: CharterOutcome,
    LineKind.TRADE_OFF: CharterTradeOff,
    LineKind.RIGHT: DecisionRight,
}
_FIELDS = {
    LineKind.OUTCOME: ("side", "outcome", "measure", "target"),
    LineKind.TRADE_OFF: ("kind", "text"),
    LineKind.RIGHT: ("what", "decides", "consulted"),
}
_GROUPS = {LineKind.OUTCOME: "side", LineKind.TRADE_OFF: "kind", LineKind.RIGHT: ""}
_NOUNS = {
    LineKind.OUTCOME: "outcome",
    LineKind.TRADE_OFF: "trade-off",
    LineKind.RIGHT: "decision",
}
