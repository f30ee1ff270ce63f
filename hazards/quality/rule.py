"""What a quality rule is, and what it finds."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from hazards.choices import FindingLevel
from hazards.quality.facts import Circumstances, HazardInQuestion, LogInQuestion

BLOCKS, WARNS, INFORMS = FindingLevel.BLOCKS, FindingLevel.WARNS, FindingLevel.INFORMS

#: The families of rules by the letters of their ids.
FAMILIES = {
    "HZ": "Writing",
    "SC": "Scoring",
    "CE": "Controls and evidence",
    "TR": "Transfer and scope",
    "ST": "Life cycle and people",
    "LC": "Life cycle and people",
    "PE": "Life cycle and people",
    "DO": "Documents",
    "FE": "Documents",
}


class Found(NamedTuple):
    """Something that a rule found. ``message`` is one sentence that says what to do.

    ``field`` is the place at fault (``FIELDS``); ``subject`` what it is about, as ``kind:id`` or a
    word, so that two findings of one rule on one hazard stay apart. ``level`` is None for the
    rule's own.
    """

    message: str
    field: str = ""
    subject: str = ""
    level: FindingLevel | None = None


OnHazard = Callable[[HazardInQuestion, Circumstances], Iterable[Found]]
OnLog = Callable[[LogInQuestion, Circumstances], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """A rule: its id, its usual level, and what a person needs to understand it.

    ``question`` is what a customer's safety officer asks; ``{hazard}`` stands for the hazard.
    ``never_waived`` are the subjects (a kind before a colon, or a whole word; ``*`` for all) of
    findings that nobody may waive.
    """

    id: str
    level: FindingLevel
    title: str
    why: str
    good: str
    bad: str
    question: str
    look: OnHazard | None = None  # None for rules of whole logs and of packages above
    look_at_log: OnLog | None = None
    never_waived: frozenset[str] = frozenset()

    @property
    def family(self) -> str:
        """The family of rules that it belongs to, in words."""
        return FAMILIES[self.id[:2]]

    def may_be_waived(self, subject: str) -> bool:
        """Whether a finding of it about this subject may be waived at all."""
        return not self.never_waived & {"*", subject, subject.partition(":")[0]}

    def question_about(self, hazard: str) -> str:
        """The question about one hazard, by its reference."""
        return self.question.replace("{hazard}", hazard)


RULES: dict[str, Rule] = {}


def register(rule: Rule) -> Rule:
    """Add a rule to the catalogue. Raises ``ValueError`` where the id is taken by another."""
    if rule.id in RULES and RULES[rule.id].title != rule.title:
        raise ValueError(f"There are two quality rules {rule.id}.")
    return RULES.setdefault(rule.id, rule)


def hazard_rule(
    rule_id: str, level: FindingLevel, title: str, **words: Any
) -> Callable[[OnHazard], OnHazard]:
    """Register a function that looks at one hazard as a rule."""

    def add(look: OnHazard) -> OnHazard:
        register(Rule(rule_id, level, title, look=look, **words))
        return look

    return add


def log_rule(
    rule_id: str, level: FindingLevel, title: str, **words: Any
) -> Callable[[OnLog], OnLog]:
    """Register a function that looks at a whole log as a rule."""

    def add(look: OnLog) -> OnLog:
        register(Rule(rule_id, level, title, look_at_log=look, **words))
        return look

    return add
