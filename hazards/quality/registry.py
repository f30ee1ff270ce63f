"""Rules and knowledge that packages above add; they register in ``AppConfig.ready()``.

What this package cannot know (who is a current officer, who accepted a risk, what was signed) is
asked from those who do; it never imports them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from hazards.models import LegacyList
from hazards.quality.facts import Circumstances
from hazards.quality.rule import Found, Rule, register
from hazards.reading import HazardReading
from products.models import Product, Release


class FoundBy(NamedTuple):
    """What a rule found, with the rule's id."""

    rule: str
    found: Found


class Asked(NamedTuple):
    """What a source is asked about: a product, the release in hand, the day and thresholds."""

    product: Product
    release: Release | None
    at: Circumstances


#: Given hazards that were read whole: what is found on each, by the hazard's key.
HazardSource = Callable[[Asked, Sequence[HazardReading]], Mapping[int, Sequence[FoundBy]]]
#: What is found on the product.
LogSource = Callable[[Asked], Iterable[FoundBy]]
#: The keys of the lists that a clinical safety officer has signed.
SignedLists = Callable[[Sequence[LegacyList]], set[int]]

#: Given hazards on which a rule of this package found something: what is to be said of each
#: instead, by the hazard's key; None where nothing is. Those left out keep what was found.
Answer = Callable[[Asked, Sequence[HazardReading]], Mapping[int, Found | None]]

_of_hazards: list[HazardSource] = []
_answers: dict[tuple[str, str], Answer] = {}
_of_logs: list[LogSource] = []
_signed: list[SignedLists] = []


def register_hazard_source(source: HazardSource, *rules: Rule) -> None:
    """Look at each hazard in this way too; ``rules`` are those it adds to the catalogue."""
    for rule in rules:
        register(rule)
    if source not in _of_hazards:
        _of_hazards.append(source)


def register_answer(rule: str, subject: str, answer: Answer) -> None:
    """Let this answer what a rule finds about a subject: lift it, or say it in other words.

    For what this package knows half of: that a risk is unacceptable, and not what was concluded
    about it. Raises ``ValueError`` where somebody else answers it already.
    """
    if _answers.setdefault((rule, subject), answer) is not answer:
        raise ValueError(f"There are two answers to {rule} about {subject}.")


def register_log_source(source: LogSource, *rules: Rule) -> None:
    """Look at each log in this way too."""
    for rule in rules:
        register(rule)
    if source not in _of_logs:
        _of_logs.append(source)


def register_signed_lists(signed: SignedLists) -> None:
    """Say which legacy lists are signed."""
    if signed not in _signed:
        _signed.append(signed)


def found_above_on_hazards(
    asked: Asked, readings: Sequence[HazardReading]
) -> dict[int, list[FoundBy]]:
    """What packages above find on each of these hazards."""
    found: dict[int, list[FoundBy]] = {}
    for source in _of_hazards:
        for key, those in source(asked, readings).items():
            found.setdefault(key, []).extend(those)
    return found


def answered_above(
    asked: Asked, found: Mapping[tuple[str, str], Sequence[HazardReading]]
) -> dict[tuple[str, str], Mapping[int, Found | None]]:
    """What packages above answer to what was found, by rule and subject, on these hazards."""
    return {key: _answers[key](asked, readings) for key, readings in found.items() if readings}


def is_answered_above(rule: str, subject: str) -> bool:
    """Whether a package above has the last word on what a rule finds about a subject."""
    return (rule, subject) in _answers


def found_above_on_log(asked: Asked) -> list[FoundBy]:
    """What packages above find on a product."""
    return [each for source in _of_logs for each in source(asked)]


def signed_lists(lists: Sequence[LegacyList]) -> set[int]:
    """The keys of those of these lists that are signed."""
    return {key for signed in _signed for key in signed(lists)} if lists else set()
