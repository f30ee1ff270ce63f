"""The kinds of values that a record may hold: each checks a value and says itself as JSON Schema.

One declaration of the format (``definition``) reads files, makes the schema that is shipped, and
holds the documentation to the truth.
"""

import datetime
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from audit.errors import BadText
from audit.text import check_text

Schema = dict[str, Any]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?Z")


@dataclass
class Problems:
    """What is wrong with a file: the first few, each with its place, and how many there are."""

    most: int = 5
    named: list[str] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, what: str) -> None:
        """Note something that is wrong at a place such as ``hazards[3].name``."""
        self.count += 1
        if len(self.named) < self.most:
            self.named.append(f"{place or 'The file'}: {what}")


class Kind(Protocol):
    """A kind of value."""

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Note whatever is wrong with a value."""

    def schema(self) -> Schema:
        """The same as JSON Schema (draft 2020-12)."""


@dataclass(frozen=True)
class Text:
    """A text of ``longest`` characters at most; one that ``is_needed`` is not empty."""

    longest: int | None = None
    is_needed: bool = False

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Refuse what is no text, cannot be stored, is too long, or empty where it may not be."""
        if not isinstance(value, str):
            problems.add(place, "is not a text.")
            return
        if self.is_needed and not value.strip():
            problems.add(place, "is empty.")
        try:
            check_text("It", value, limit=self.longest)
        except BadText as refusal:
            problems.add(place, refusal.sentence.split(" Nothing was saved")[0])

    def schema(self) -> Schema:
        """A string."""
        told: Schema = {"type": "string"}
        if self.longest is not None:
            told["maxLength"] = self.longest
        if self.is_needed:
            told["minLength"] = 1
        return told


@dataclass(frozen=True)
class Choice:
    """One of a list of words."""

    words: tuple[str, ...]

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Refuse another word."""
        if not isinstance(value, str) or value not in self.words:
            known = ", ".join(word or "“”" for word in self.words)
            problems.add(place, f"is none of these: {known}.")

    def schema(self) -> Schema:
        """An enumeration."""
        return {"enum": list(self.words)}


@dataclass(frozen=True)
class Number:
    """A whole number from ``least`` on."""

    least: int = 1
    most: int = 2_000_000_000

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Refuse what is no whole number, or too small or large."""
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if not is_whole or not self.least <= value <= self.most:
            problems.add(place, f"is not a whole number from {self.least} on.")

    def schema(self) -> Schema:
        """An integer."""
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True)
class Flag:
    """True or false."""

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Refuse anything else."""
        if not isinstance(value, bool):
            problems.add(place, "is neither true nor false.")

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True)
class Pattern:
    """A text of one form, such as a day."""

    called: str
    form: str
    fits: Callable[[str], bool]

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Refuse another form."""
        if not isinstance(value, str) or not self.fits(value):
            problems.add(place, f"is not {self.called}.")

    def schema(self) -> Schema:
        """A string with a pattern."""
        return {"type": "string", "pattern": self.form}


def _is_day(value: str) -> bool:
    try:
        return datetime.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


DAY = Pattern("a day such as 2026-05-03", r"^\d{4}-\d{2}-\d{2}$", _is_day)


def _is_moment(value: str) -> bool:
    try:
        return _MOMENT.fullmatch(value) is not None and bool(datetime.datetime.fromisoformat(value))
    except ValueError:
        return False


MOMENT = Pattern(
    "a moment in UTC such as 2026-05-03T09:42:00.000000Z", f"^{_MOMENT.pattern}$", _is_moment
)
SHA256 = Pattern(
    "a SHA-256 in hexadecimal digits",
    "^[0-9a-f]{64}$",
    lambda value: _SHA256.fullmatch(value) is not None,
)


@dataclass(frozen=True)
class OrNull:
    """Something, or null where there is none."""

    kind: Kind

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Check what is there."""
        if value is not None:
            self.kind.check(value, place, problems)

    def schema(self) -> Schema:
        """Either."""
        return {"anyOf": [self.kind.schema(), {"type": "null"}]}


@dataclass(frozen=True)
class Each:
    """A list of one kind."""

    kind: Kind

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Check each."""
        if not isinstance(value, list):
            problems.add(place, "is not a list.")
            return
        for number, each in enumerate(value):
            self.kind.check(each, f"{place}[{number}]", problems)

    def schema(self) -> Schema:
        """An array."""
        return {"type": "array", "items": self.kind.schema()}


@dataclass(frozen=True)
class Thing:
    """An object with these fields, all of them and no others.

    Those that ``may_be_missing`` came later: a file from before them is read too.
    """

    name: str
    about: str
    fields: Mapping[str, tuple[Kind, str]]
    may_be_missing: frozenset[str] = frozenset()

    def check(self, value: Any, place: str, problems: Problems) -> None:
        """Check each field; a missing or an unknown one is a problem: nothing is passed over."""
        if not isinstance(value, dict):
            problems.add(place, "is not an object with fields.")
            return
        for name, (kind, _) in self.fields.items():
            inner = f"{place}.{name}" if place else name
            if name in value:
                kind.check(value[name], inner, problems)
            elif name not in self.may_be_missing:
                problems.add(inner, "is missing.")
        for name in _others(value, self.fields):
            problems.add(f"{place}.{name[:40]}" if place else name[:40], "is not of this format.")

    def schema(self) -> Schema:
        """A reference to its definition, which ``definitions`` gives."""
        return {"$ref": f"#/$defs/{self.name}"}

    def definition(self) -> Schema:
        """The object itself."""
        return {
            "type": "object",
            "description": self.about,
            "properties": {
                name: {**kind.schema(), "description": about}
                for name, (kind, about) in self.fields.items()
            },
            "required": [name for name in self.fields if name not in self.may_be_missing],
            "additionalProperties": False,
        }

    def things(self) -> Iterator["Thing"]:
        """Itself and the things in it, each once."""
        found: dict[str, Thing] = {}
        _gather(self, found)
        yield from found.values()


def _gather(kind: Kind, found: dict[str, Thing]) -> None:
    if isinstance(kind, Thing):
        if kind.name not in found:
            found[kind.name] = kind
            for inner, _ in kind.fields.values():
                _gather(inner, found)
    elif isinstance(kind, Each | OrNull):
        _gather(kind.kind, found)


def _others(value: Mapping[Any, Any], known: Collection[str]) -> list[str]:
    return [str(name) for name in value if name not in known]
