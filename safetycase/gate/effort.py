"""What it takes to put a finding right: one table for all rules, with the reason for each guess.

It orders the shortest way to green and names the step that a person takes once. A rule that is not
in it counts as ``UNKNOWN``: whoever adds a blocking rule adds its line here.
"""

from dataclasses import dataclass
from enum import IntEnum

from safetycase.gate.findings import GateFinding


class Effort(IntEnum):
    """How long a step takes, roughly; the order is that of the way."""

    MINUTES = 1
    AN_HOUR = 2
    A_DAY = 3
    DAYS = 4
    WEEKS = 5
    AT_THE_END = 6

    @property
    def words(self) -> str:
        """How long, in words."""
        return _WORDS[self]


_WORDS = {
    Effort.MINUTES: "minutes",
    Effort.AN_HOUR: "an hour or so",
    Effort.A_DAY: "a day or so",
    Effort.DAYS: "some days",
    Effort.WEEKS: "weeks",
    Effort.AT_THE_END: "when all else is done",
}


class Whose(IntEnum):
    """Who makes the move, where the record does not name a person."""

    HAZARD_OWNER = 1
    IMPLEMENTER = 2
    ACCEPTORS = 3  # whom the plan lets accept such a risk
    OFFICER = 4
    EXECUTIVE = 5
    PRODUCT = 6
    WRITERS = 7  # of the report


@dataclass(frozen=True)
class Kind:
    """A kind of step. ``one`` and ``many`` are sentences with {things}, {count} and {of}.

    ``by_feature`` groups what is found by the feature of its hazard. ``page`` is the name of an
    address that shows all of a step at once.
    """

    effort: Effort
    why: str
    one: str
    many: str = ""
    whose: Whose = Whose.HAZARD_OWNER
    by_feature: bool = False
    page: str = ""


_ESTIMATE_WHY = "A square of the matrix, and a sentence why for each of its words."

#: By rule, or by rule and what it is about where that differs. Of two that take as long the one
#: that stands first comes first: a risk is estimated before it is accepted, a control built before
#: it is verified.
KINDS: dict[str, Kind] = {
    "SC02:initial": Kind(
        Effort.MINUTES, _ESTIMATE_WHY, "Estimate the initial risk of {things}", whose=Whose.OFFICER
    ),
    "SC02:residual": Kind(
        Effort.MINUTES, _ESTIMATE_WHY, "Estimate the residual risk of {things}", whose=Whose.OFFICER
    ),
    "SC01": Kind(
        Effort.MINUTES,
        "The matrix has another class for what was meant: estimate it again.",
        "Estimate {things} again with the matrix in use",
        whose=Whose.OFFICER,
    ),
    "SC07": Kind(
        Effort.MINUTES,
        "One page and one signature, by somebody who did not estimate it.",
        "Accept the residual risk of {things}",
        whose=Whose.ACCEPTORS,
        page="acceptances",
    ),
    "SC07:unacceptable": Kind(
        Effort.WEEKS,
        "It needs more control or a changed scope; no signature helps.",
        "Reduce the residual risk of {things}",
        whose=Whose.HAZARD_OWNER,
    ),
    "SC10": Kind(
        Effort.MINUTES,
        "A sentence, or the right square.",
        "Say why the residual risk of {things} is above the initial one",
        whose=Whose.OFFICER,
    ),
    "CE06": Kind(
        Effort.DAYS,
        "The story is still being built.",
        "Finish the story behind {things}",
        "Finish the stories behind {count} controls{of}: {things}",
        whose=Whose.IMPLEMENTER,
        by_feature=True,
    ),
    "SC03": Kind(
        Effort.DAYS,
        "It has to be built where it is not, tested, and the result recorded.",
        "Verify {things}{of}",
        "Verify {count} controls{of}: {things}",
        whose=Whose.IMPLEMENTER,
        by_feature=True,
    ),
    "CE02": Kind(
        Effort.MINUTES,
        "The reference stands in the team's tracker.",
        "Say where {things} is implemented",
        "Say where {count} controls{of} are implemented: {things}",
        whose=Whose.IMPLEMENTER,
        by_feature=True,
    ),
    "CE03": Kind(
        Effort.AN_HOUR,
        "The evidence exists: what it showed, when, in which release and who looked is to be told.",
        "Complete the evidence of {things}",
        "Complete the evidence of {count} controls{of}: {things}",
        whose=Whose.IMPLEMENTER,
        by_feature=True,
    ),
    "CE03:failed": Kind(
        Effort.DAYS,
        "A verification that failed is put right in the product, and tested again.",
        "Put {things} right, whose verification failed",
        whose=Whose.IMPLEMENTER,
    ),
    "CE07": Kind(
        Effort.MINUTES,
        "A look at what the control could do to a patient, and a sentence.",
        "Say which new hazards {things} brings, or why none",
        "Say which new hazards {count} controls{of} bring, or why none: {things}",
        by_feature=True,
    ),
    "CE08": Kind(
        Effort.DAYS,
        "The control is delivered earlier, or the risk is estimated without it.",
        "Bring {things} into this release, or estimate without it",
        "Bring {count} controls{of} into this release, or estimate without them: {things}",
        whose=Whose.IMPLEMENTER,
        by_feature=True,
    ),
    "TR01": Kind(
        Effort.AN_HOUR,
        "What the deploying organisation does, by when, and how it shows it.",
        "Write the instruction for {things}",
        "Write the instructions for {count} controls{of}: {things}",
        by_feature=True,
    ),
    "HZ03": Kind(Effort.MINUTES, "A sentence.", "Say which harm {things} can do"),
    "HZ06": Kind(Effort.MINUTES, "A sentence each.", "Replace the placeholders in {things}"),
    "ST01": Kind(
        Effort.MINUTES,
        "One choice by an officer.",
        "Give {things} the status that fits",
        whose=Whose.OFFICER,
    ),
    "LC01": Kind(Effort.AN_HOUR, "Somebody reads it and records a review.", "Review {things}"),
    "LC02": Kind(
        Effort.MINUTES,
        "The questions of triage take a minute; what was stopped is taken out or changed.",
        "Settle the triage of {things}",
        whose=Whose.PRODUCT,
        page="triage_list",
    ),
    "LC02:open-controls": Kind(
        Effort.MINUTES,
        "It is opened again, or what is open is finished.",
        "Open {things} again, or finish its controls",
        whose=Whose.OFFICER,
    ),
    "LC03": Kind(
        Effort.AN_HOUR,
        "The incident says what is likely; the estimate has to follow.",
        "Estimate {things} anew after the incident",
        whose=Whose.OFFICER,
    ),
    "PE01": Kind(
        Effort.AN_HOUR,
        "The executive signs an appointment; an administrator looks the registration up.",
        "Make a clinical safety officer current",
        whose=Whose.EXECUTIVE,
        page="team",
    ),
    "PE06": Kind(
        Effort.AN_HOUR,
        "Somebody reads what a machine drafted and makes it theirs, or not.",
        "Accept or rewrite what a machine drafted in {things}",
    ),
    "DO01:plan": Kind(
        Effort.A_DAY,
        "An officer approves it and the executive authorises it.",
        "Have the clinical risk management plan approved",
        whose=Whose.OFFICER,
        page="plan",
    ),
    "version": Kind(
        Effort.AT_THE_END,
        "It freezes what is true on that day, so it comes last.",
        "Freeze the report and its hazard log, have them reviewed and approved",
        whose=Whose.WRITERS,
        page="safety_case",
    ),
    "DO01:authorisation": Kind(
        Effort.AT_THE_END,
        "The plan asks for it: the executive reads what the officer approved, and signs.",
        "Authorise the version of the release",
        whose=Whose.EXECUTIVE,
        page="safety_case",
    ),
}

UNKNOWN = Kind(Effort.A_DAY, "How long it takes is not known.", "")


def kind_key(found: GateFinding) -> str:
    """The line of the table that a finding belongs to, or '' for a rule that is not in it."""
    if found.waits_for_version and found.field != "authorisation":
        return "version"
    about = found.subject.partition(":")[0]
    for key in (f"{found.rule}:{about}", f"{found.rule}:{found.field}", found.rule):
        if key in KINDS:
            return key
    return ""


def place_of(found: GateFinding) -> int:
    """The place of a finding's kind in the table; a rule that is not in it comes after all."""
    key = kind_key(found)
    return list(KINDS).index(key) if key else len(KINDS)


def kind_of(found: GateFinding) -> Kind:
    """The kind of step that puts a finding right."""
    return KINDS.get(kind_key(found), UNKNOWN)
