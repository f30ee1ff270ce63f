"""Safeguards from the four answers: each line of an answer becomes one, for the person to edit."""

import re
from dataclasses import dataclass

from hazards.choices import ControlFunction, ControlType, Strength
from reviews.choices import FourQuestions, SafeguardKind

#: Intervals as people write them, with the months between.
_INTERVALS = (
    (re.compile(r"\bevery (\d{1,2}) months?\b", re.IGNORECASE), None),
    (re.compile(r"\b(?:monthly|every month|once a month|each month)\b", re.IGNORECASE), 1),
    (re.compile(r"\b(?:quarterly|every quarter|once a quarter|each quarter)\b", re.IGNORECASE), 3),
    (
        re.compile(r"\b(?:half-yearly|every six months|twice a year|every half year)\b", re.I),
        6,
    ),
    (
        re.compile(r"\b(?:yearly|annual|annually|every year|once a year|each year)\b", re.I),
        12,
    ),
)
_THRESHOLD = re.compile(
    r"\b(?:(?:more|fewer|less|higher|lower) than|above|below|over|under|at least|at most)\s+"
    r"[^,;.]*\d[^,;.]*",
    re.IGNORECASE,
)
_MEASURED = re.compile(r"\b(?:rate|share|number|count|percentage|proportion|median)\b|%", re.I)
_BRINGS = re.compile(r"^(?:new hazard|brings|but then)\s*:\s*", re.IGNORECASE)
_FOR_WHOM = re.compile(r"^([^:]{2,80}):\s+(.+)$", re.DOTALL)

LONGEST_TIER = 200  # characters, as a safeguard stores them


@dataclass(frozen=True)
class SafeguardDraft:
    """What a line of an answer becomes at first."""

    answers: FourQuestions
    kind: SafeguardKind
    text: str
    tier: str = ""
    months: int | None = None
    threshold: str = ""
    type: ControlType = ControlType.DESIGN
    strength: Strength | None = None
    function: ControlFunction | None = None


def drafts_from(question: FourQuestions, answer: str) -> list[SafeguardDraft]:
    """One safeguard for each line that says something."""
    lines = [line.strip().lstrip("-*•").strip() for line in answer.splitlines()]
    return [_draft(question, line) for line in lines if line]


def _draft(question: FourQuestions, line: str) -> SafeguardDraft:
    brought = _BRINGS.match(line)
    if brought:
        text = line[brought.end() :].strip() or line
        return SafeguardDraft(question, SafeguardKind.NEW_HAZARD, text)
    months = interval_in(line)
    if months is not None and question in (FourQuestions.BASELINE, FourQuestions.STRATIFY):
        return _cadence(question, line, months)
    if question is FourQuestions.MONITOR and (_THRESHOLD.search(line) or _MEASURED.search(line)):
        return _indicator(line)
    return _control(question, line)


def interval_in(line: str) -> int | None:
    """The months between two times of what a line says, 1 to 12; None where it says none."""
    for pattern, months in _INTERVALS:
        found = pattern.search(line)
        if found is None:
            continue
        said = months if months is not None else int(found.group(1))
        return said if 1 <= said <= 12 else None
    return None


def _cadence(question: FourQuestions, line: str, months: int) -> SafeguardDraft:
    named = _FOR_WHOM.match(line)
    tier, text = (named.group(1).strip(), named.group(2).strip()) if named else ("", line)
    if not tier and question is FourQuestions.BASELINE:
        tier = "everybody"
    return SafeguardDraft(question, SafeguardKind.CADENCE, text, tier[:LONGEST_TIER], months)


def _indicator(line: str) -> SafeguardDraft:
    found = _THRESHOLD.search(line)
    threshold = found.group(0).strip()[:LONGEST_TIER] if found else ""
    return SafeguardDraft(FourQuestions.MONITOR, SafeguardKind.INDICATOR, line, threshold=threshold)


_CONTROLS = {
    FourQuestions.BASELINE: (
        ControlType.DESIGN,
        Strength.ENGINEERED_BLOCK,
        ControlFunction.PREVENT,
    ),
    FourQuestions.STRATIFY: (
        ControlType.DESIGN,
        Strength.ENGINEERED_WARN,
        ControlFunction.DETECT,
    ),
    FourQuestions.MONITOR: (
        ControlType.DESIGN,
        Strength.ENGINEERED_WARN,
        ControlFunction.DETECT,
    ),
    FourQuestions.FALLBACK: (
        ControlType.BUSINESS_PROCESS,
        Strength.PROCEDURE,
        ControlFunction.RECOVER,
    ),
}


def _control(question: FourQuestions, line: str) -> SafeguardDraft:
    kind, strength, function = _CONTROLS[question]
    return SafeguardDraft(
        question,
        SafeguardKind.CONTROL,
        line,
        type=kind,
        strength=strength,
        function=function,
    )
