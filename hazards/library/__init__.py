"""The starter library of hazards, as it is shipped: families, entries, prompts and no score.

The words stand in ``library.toml`` beside this file. Their keys are what a draft remembers and what
a family that is not applicable is marked by, so keys never change; words may.
"""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from hazards.choices import ControlFunction, Strength

_FILE = Path(__file__).with_name("library.toml")


@dataclass(frozen=True)
class CandidateControl:
    """A control that an entry proposes."""

    text: str
    strength: Strength
    function: ControlFunction


@dataclass(frozen=True)
class LibraryEntry:
    """A hazard as a full sentence, with what typically leads to it and helps against it."""

    key: str
    hazard: str
    causes: tuple[str, ...]
    effects: tuple[str, ...]
    controls: tuple[CandidateControl, ...]


@dataclass(frozen=True)
class LibraryFamily:
    """A family of entries."""

    key: str
    name: str
    entries: tuple[LibraryEntry, ...]


@lru_cache(maxsize=1)
def library() -> tuple[LibraryFamily, ...]:
    """The families in their order. Raises ``ValueError`` where the shipped file is at fault."""
    with _FILE.open("rb") as file:
        read = tomllib.load(file)
    return tuple(
        LibraryFamily(
            key=family["key"],
            name=family["name"],
            entries=tuple(
                LibraryEntry(
                    key=entry["key"],
                    hazard=entry["hazard"],
                    causes=tuple(entry["causes"]),
                    effects=tuple(entry["effects"]),
                    controls=tuple(
                        CandidateControl(text, Strength(strength), ControlFunction(function))
                        for strength, function, text in entry["controls"]
                    ),
                )
                for entry in family["entries"]
            ),
        )
        for family in read["families"]
    )


def family_of(key: str) -> LibraryFamily | None:
    """A family by its key, None when the library has none."""
    return next((family for family in library() if family.key == key), None)


def entry_of(key: str) -> tuple[LibraryFamily, LibraryEntry] | None:
    """An entry by its key with its family, None when the library has none."""
    return next(
        ((family, entry) for family in library() for entry in family.entries if entry.key == key),
        None,
    )
