"""The shortest way to green: what a person does once, the quickest first. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from safetycase.gate.effort import UNKNOWN, Effort, kind_key, kind_of, place_of
from safetycase.gate.findings import GateFinding

#: So many things are named in a sentence; of more it says how many.
NAMED = 6
#: Stands for the things in a sentence, until they are put there or linked.
NAMES = "\0"


class Move(NamedTuple):
    """A finding with whose move it is and what is to be put right.

    ``thing`` is what the sentence names (a control, a hazard, a feature); ``who`` a person's name,
    or the words of a role where ``is_role``; ``feature`` the one that its hazard belongs to.
    """

    finding: GateFinding
    thing: str
    url: str
    who: str
    is_role: bool = False
    feature: str = ""


@dataclass
class Step:
    """Something that a person does once. ``links`` lead to the very places, each named.

    The sentence is ``before`` the things it names, the things, and what comes ``after``.
    """

    sentence: str
    before: str
    after: str
    who: str
    is_role: bool
    effort: Effort
    why: str
    url: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    findings: list[GateFinding] = field(default_factory=list)

    @property
    def is_one_place(self) -> bool:
        """Whether all of it is done in one place."""
        return len({url for _, url in self.links}) < 2

    @property
    def more(self) -> int:
        """How many places are not named."""
        return max(0, len(self.links) - NAMED)

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The places that are named."""
        return self.links[:NAMED]

    @property
    def rules(self) -> list[str]:
        """The rules that ask for it."""
        return sorted({each.rule for each in self.findings})


def steps_of(moves: Iterable[Move]) -> list[Step]:
    """Group moves into steps, ordered by effort, then by what has to come first, then by how many
    findings each puts right."""
    groups: dict[tuple[str, ...], list[Move]] = {}
    features: dict[tuple[str, str], str] = {}  # a control of two features is verified once
    for move in moves:
        feature = features.setdefault((kind_key(move.finding), move.thing), move.feature)
        groups.setdefault(_group(move, feature), []).append(move)
    steps = [_step(group) for group in groups.values()]
    return sorted(steps, key=_order)


def _order(step: Step) -> tuple[int, int, int, str]:
    return (step.effort, place_of(step.findings[0]), -len(step.findings), step.sentence)


def _group(move: Move, feature: str) -> tuple[str, ...]:
    key, kind = kind_key(move.finding), kind_of(move.finding)
    if key == "version":
        return (key,)
    if kind is UNKNOWN:
        return (move.finding.rule, move.thing, move.who, move.finding.message)
    return (key, move.who, feature if kind.by_feature else "")


def _step(moves: Sequence[Move]) -> Step:
    first, kind = moves[0], kind_of(moves[0].finding)
    links = list(dict.fromkeys((move.thing, move.url) for move in moves if move.thing))
    by_thing = dict(reversed(links))  # one control on two hazards is one thing
    things = list(dict.fromkeys(thing for thing, _ in links))
    before, named, after = _sentence(moves, things).partition(NAMES)
    return Step(
        sentence=f"{before}{listed(things) if named else ''}{after}",
        before=before,
        after=after,
        who=first.who,
        is_role=first.is_role,
        effort=kind.effort,
        why=kind.why,
        url=first.url,
        links=[(thing, by_thing[thing]) for thing in things],
        findings=[move.finding for move in moves],
    )


def _sentence(moves: Sequence[Move], things: Sequence[str]) -> str:
    """The sentence, with a mark where it names its things."""
    first, kind = moves[0], kind_of(moves[0].finding)
    if kind is UNKNOWN:
        on = f"{first.thing}: " if first.thing else ""
        return f"{on}{first.finding.message}".rstrip(".")
    words = kind.many if len(things) > 1 and kind.many else kind.one
    return words.format(
        things=NAMES,
        count=len(things),
        of=f" of {first.feature}" if first.feature and kind.by_feature else "",
    )


def listed(things: Sequence[str]) -> str:
    """Things in a sentence: ``A, B and C``; of many the first few and how many more."""
    if len(things) > NAMED:
        return f"{', '.join(things[:NAMED])} and {len(things) - NAMED} more"
    if len(things) < 2:
        return "".join(things)
    return f"{', '.join(things[:-1])} and {things[-1]}"
