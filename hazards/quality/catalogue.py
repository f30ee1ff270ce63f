"""Every quality rule that is in force, in the order of their ids, and those that wait."""

from collections.abc import Iterable
from dataclasses import replace

from hazards.quality import controls, keeping, scoring, whole_log, writing
from hazards.quality.rule import FAMILIES, RULES, Rule

#: The modules whose import fills the table.
MODULES = (writing, scoring, controls, keeping, whole_log)

# Assumptions belong to a hazard or to the product: one rule looks at both.
RULES["TR04"] = replace(RULES["TR04"], look_at_log=keeping.assumption_of_product_does_not_hold)

#: Rules, or parts of them, whose subject the application does not know yet, and what they wait for.
WAITING = {
    "SC07": "the part on a concluded risk–benefit analysis (clause 6.2)",
    "TR03": "the part on third-party products that changed",
    "TR02": "packs that a deploying organisation acknowledges",
    "LC03": "incidents",
    "PE06": "text that a machine drafts",
}


def every_rule() -> list[Rule]:
    """The rules in force, in the order of the families and their numbers."""
    families = list(FAMILIES)
    return sorted(RULES.values(), key=lambda rule: (families.index(rule.id[:2]), rule.id))


def rule_of(rule_id: str) -> Rule:
    """A rule by its id; raises ``KeyError`` for one that is not in force."""
    return RULES[rule_id]


def known(rule_ids: Iterable[str]) -> list[str]:
    """Those of these ids that are rules in force."""
    return [each for each in rule_ids if each in RULES]
