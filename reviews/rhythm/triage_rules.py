"""Triage as pure rules: the questions at kick-off, and which outcomes they leave."""

from collections.abc import Collection
from dataclasses import dataclass

from reviews.choices import TriageOutcome


@dataclass(frozen=True)
class TriageQuestion:
    """One of the questions: does it touch …? ``key`` is stored and never changes."""

    key: str
    label: str
    example: str = ""


#: What is asked of every feature and change at kick-off.
QUESTIONS = (
    TriageQuestion("identity", "Patient identity", "who is searched for, matched, merged or shown"),
    TriageQuestion(
        "medicines", "Medicines, allergies or doses", "what is prescribed, held, packed or stopped"
    ),
    TriageQuestion("results", "Results or alerts", "what arrives, who is told, how soon"),
    TriageQuestion(
        "calculation", "A calculation, score, threshold or AI", "a tier, a limit, a suggestion"
    ),
    TriageQuestion("delivery", "Delivery of a message or task", "to whom it goes, and whether"),
    TriageQuestion("access", "Who can see or do what", "roles, rights, signing in"),
    TriageQuestion(
        "interfaces", "Migration, interfaces, units or codes", "what another system sends or reads"
    ),
    TriageQuestion(
        "wording", "Wording that somebody acts on", "what a patient or clinician reads and does"
    ),
    TriageQuestion("availability", "Availability or fallback", "what happens when it is down"),
    TriageQuestion("scale", "User group, setting or scale", "new people, new places, many more"),
    TriageQuestion(
        "purpose",
        "The intended use",
        "also what it decides or advises about one person (device status)",
    ),
    TriageQuestion("third_party", "A third-party part or its version", "a library, a data service"),
    TriageQuestion(
        "control",
        "A control that a hazard relies on",
        "also the removal of a feature that was one",
    ),
)
BY_KEY = {question.key: question for question in QUESTIONS}

#: From the lightest to the gravest.
_GRAVITY = (
    TriageOutcome.NO_EFFECT,
    TriageOutcome.COVERED,
    TriageOutcome.NEEDS_CSO,
    TriageOutcome.STOP,
)


def stored(touches: Collection[str]) -> str:
    """The keys as they are stored: in the order of the questions, a space between.

    Raises ``KeyError`` for one that is no question.
    """
    for key in touches:
        BY_KEY[key]
    return " ".join(question.key for question in QUESTIONS if question.key in touches)


def questions_in(touches: str) -> list[TriageQuestion]:
    """The questions whose keys are stored."""
    return [BY_KEY[key] for key in touches.split() if key in BY_KEY]


def outcomes_left(touches: Collection[str]) -> tuple[TriageOutcome, ...]:
    """What may come of a triage: any yes means at least that the officer looks."""
    least = TriageOutcome.NEEDS_CSO if touches else TriageOutcome.NO_EFFECT
    return _GRAVITY[_GRAVITY.index(least) :]


def why_not_outcome(
    touches: Collection[str], outcome: TriageOutcome, *, covers: int, note: str
) -> str | None:
    """The sentence that refuses what a team makes of a triage; None when it may stand."""
    unknown = sorted(set(touches) - BY_KEY.keys())
    if unknown:
        return f"“{unknown[0][:40]}” is no question of triage. Nothing was saved."
    if outcome not in outcomes_left(touches):
        named = ", ".join(BY_KEY[key].label.lower() for key in stored(touches).split())
        return (
            f"It touches {named}. Any yes means at least “needs the clinical safety officer”. "
            "Nothing was saved; what you ticked stands here."
        )
    if outcome is TriageOutcome.COVERED and not covers:
        return (
            "Say what covers it: tick a hazard or a control, or name one. Nothing was saved; what "
            "you ticked stands here."
        )
    if outcome is TriageOutcome.STOP and not note.strip():
        return "Say in a sentence why it stops. Nothing was saved; what you ticked stands here."
    return None


def why_not_anew(reference: str, outcome: TriageOutcome, *, is_officers: bool) -> str | None:
    """The sentence that refuses a new triage that would take from the officer what waits for them,
    or what they stopped; None when it may stand."""
    if not is_officers or outcome in (TriageOutcome.NEEDS_CSO, TriageOutcome.STOP):
        return None
    return (
        f"{reference} is with the clinical safety officer: it waits for their answer, or they "
        "stopped it. A new triage asks them again, or stops. Nothing was saved; what you ticked "
        "stands here."
    )


def why_not_answer(
    outcome: TriageOutcome, *, covers: int, note: str, none_because: str
) -> str | None:
    """The sentence that refuses an answer of the clinical side; None when it may stand."""
    if outcome is TriageOutcome.NEEDS_CSO:
        return "It waits for your answer: covered, a new hazard, no hazard, or stop."
    if outcome is TriageOutcome.COVERED and not covers:
        return "Say what covers it: tick a hazard or a control, or name one. Nothing was saved."
    if outcome is TriageOutcome.NO_EFFECT and not none_because.strip():
        return (
            "Say why no hazard comes of it: it is what an assessor reads later. Nothing was saved."
        )
    if outcome is TriageOutcome.STOP and not note.strip():
        return "Tell the team why it stops, and what would change that. Nothing was saved."
    return None
