"""Facts for tests of the quality rules: everything in order, unless a test says otherwise."""

import datetime
from typing import Any

from hazards.choices import Acceptability, ControlState
from hazards.quality.catalogue import rule_of
from hazards.quality.facts import (
    CauseInQuestion,
    Circumstances,
    ControlInQuestion,
    EstimateInQuestion,
    EvidenceInQuestion,
    HarmInQuestion,
    HazardInQuestion,
    LogInQuestion,
)
from hazards.quality.rule import Found

TODAY = datetime.date(2026, 5, 3)
AT = Circumstances(today=TODAY, release=2, release_label="1.1.0")

MAJOR_LOW = EstimateInQuestion()
MAJOR_VERY_LOW = EstimateInQuestion(
    id="estimate-2",
    likelihood=1,
    class_number=2,
    class_in_matrix=2,
    acceptability=Acceptability.ACCEPTABLE,
)
MAJOR_MEDIUM = EstimateInQuestion(id="estimate-3", likelihood=3)
MAJOR_HIGH = EstimateInQuestion(
    id="estimate-4",
    likelihood=4,
    class_number=4,
    class_in_matrix=4,
    acceptability=Acceptability.UNACCEPTABLE,
)
MINOR_LOW = EstimateInQuestion(
    id="estimate-5",
    severity=1,
    class_number=1,
    class_in_matrix=1,
    acceptability=Acceptability.ACCEPTABLE,
    is_lowest_class=True,
)


def verified(**more: Any) -> ControlInQuestion:
    """A control with everything that it needs."""
    complete: dict[str, Any] = {
        "state": ControlState.VERIFIED,
        "delivered": 1,
        "implementation_reference": "PHARM-214",
        "implementer": "Ed",
        "evidence": (EvidenceInQuestion(),),
    }
    return ControlInQuestion(**(complete | more))


def hazard(**more: Any) -> HazardInQuestion:
    """A hazard with which no rule finds anything wrong."""
    fine: dict[str, Any] = {
        "causes": (CauseInQuestion(),),
        "harms": (HarmInQuestion(),),
        "controls": (verified(),),
        "initial": (MAJOR_LOW,),
        "residual": (MAJOR_VERY_LOW,),
        "residual_is_needed": True,
        "justification": "Monthly review for everybody was assessed and brings missed supply",
    }
    return HazardInQuestion(**(fine | more))


def log(**more: Any) -> LogInQuestion:
    """A log with which no rule finds anything wrong."""
    fine: dict[str, Any] = {
        "intended_use": {
            "purpose": "Repeat prescriptions",
            "exclusions": "Controlled drugs",
            "device_statement": "Not a device: it shows what others decided",
            "patient_groups": "Adults; people without digital access",
        },
        "phases": "before_first_deployment",
        "hazards": 12,
    }
    return LogInQuestion(**(fine | more))


def found(rule_id: str, about: HazardInQuestion | LogInQuestion, **at: Any) -> list[Found]:
    """What a rule finds."""
    rule, circumstances = rule_of(rule_id), AT._replace(**at)
    if isinstance(about, LogInQuestion):
        assert rule.look_at_log is not None
        return list(rule.look_at_log(about, circumstances))
    assert rule.look is not None
    return list(rule.look(about, circumstances))
