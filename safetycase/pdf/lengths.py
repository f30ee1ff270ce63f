"""About how long a hazard is on paper, told from its texts before anything is laid out.

A hazard that fits on a page is never torn apart. One that does not fit on any page has to be, and
then it may as well begin where the one before it ends: pushed to a new page it would leave most of
the page before it empty. One that is about as long as a page is set a little tighter, so that its
last line does not stand alone on the next. How long a hazard is can be told to within a twelfth,
which saves laying the whole report out twice.
"""

import math
from collections.abc import Iterable

from safetycase.snapshot.shape import ControlShape, EstimateShape, EvidenceShape, HazardShape

#: Millimetres between the margins of a page (``report.css``).
PAGE = 253.0
#: Longer than this by the estimate, a hazard may be a little too long for a page.
ABOUT_A_PAGE = PAGE * 0.99
#: Longer than this, it certainly is longer than a page, tighter or not.
CERTAINLY_LONG = PAGE * 1.12

# Measured on laid out hazards, in millimetres, and letters of running text in a line.
_LINE = 3.99
_ROW = 2.1
_FACT_LINE = 4.05
_FACT_ROW = 1.95
_TABLE = 13.6  # the space above it, its caption, its head
_HEADING_LINE = 5.3
_MARKS = 6.5
_IN_HEADING, _IN_FACT, _IN_CAUSE, _IN_CONTROL, _IN_ESTIMATE, _IN_NOTE = 72, 95, 86, 83, 74, 112


def is_longer_than_a_page(hazard: HazardShape) -> bool:
    """Whether a hazard cannot stand on one page, however it is placed."""
    return length_of(hazard) > CERTAINLY_LONG


def is_about_a_page(hazard: HazardShape) -> bool:
    """Whether a hazard fits on one page only if it is set tighter, or hardly."""
    return ABOUT_A_PAGE < length_of(hazard) <= CERTAINLY_LONG


def length_of(hazard: HazardShape) -> float:
    """About how many millimetres of a page a hazard takes, its margin above not counted."""
    return (
        _lines(f"{hazard['reference']} {hazard['name']}", _IN_HEADING) * _HEADING_LINE
        + _MARKS
        + _facts(hazard)
        + _table(_cause_rows(hazard))
        + _table([_control_row(each) for each in hazard["controls"]])
        + _table(
            [
                _estimate_row(each)
                for stage in (hazard["initial"], hazard["residual"])
                for each in stage["current"]
            ]
        )
        + _notes(hazard)
    )


def _facts(hazard: HazardShape) -> float:
    own = (
        hazard["description"],
        hazard["effect"],
        hazard.get("for_patients", ""),
        hazard.get("for_product", ""),
        hazard["actions"],
        hazard["justification"],
        *(f"{each['text']} {each['held_by']} (holds)" for each in hazard["assumptions"]),
    )
    features = "; ".join(f"{each['reference']} {each['title']}" for each in hazard["features"])
    told = [text for text in own if text] + [f"{features} (in scope from release 1.0.0)", "Owner"]
    rows = [_lines(text, _IN_FACT) for text in told]
    rows.append(sum(_lines(each["text"], _IN_FACT) for each in hazard["harms"]) or 1)
    return sum(_FACT_ROW + lines * _FACT_LINE for lines in rows) + 2


def _table(rows: list[float]) -> float:
    return _TABLE + sum(rows) if rows else 0.0


def _cause_rows(hazard: HazardShape) -> list[float]:
    return [
        _ROW
        + _LINE
        * (
            _lines(each["text"], _IN_CAUSE)
            + (_lines(each["accepted_because"], _IN_CAUSE - 35) if each["accepted_because"] else 0)
        )
        for each in hazard["causes"]
    ]


def _control_row(control: ControlShape) -> float:
    details = [f"{control['strength_words']} {'of what it is and acts on':>40}"]
    if control["instruction"]:
        details.append(f"Instruction: {control['instruction']}")
    if control["implementation_reference"]:
        details.append(f"Implementation: {control['implementation_reference']}")
    details += [_evidence(each) for each in control["evidence"]]
    details.append(f"No new hazards: {control['none_because']}")
    lines = _lines(control["text"], _IN_CONTROL) + _sum(details, _IN_CONTROL)
    return _ROW + _LINE * lines + 0.5 * len(details)


def _evidence(evidence: EvidenceShape) -> str:
    said = (evidence["title"], evidence["verifier"], evidence["file"], evidence["link"])
    return f"Evidence of implementation, pass: {' '.join(said)} (15 October 2026, release 1.0.0)"


def _estimate_row(estimate: EstimateShape) -> float:
    text = (
        f"Severity: {estimate['why_severity']} (one patient). Likelihood: "
        f"{estimate['why_likelihood']}. {estimate['assumption']} {estimate['by']}, 22 November 2026"
    )
    lines = _lines(text, _IN_ESTIMATE)
    accepted = estimate["acceptance"]
    if accepted is not None:
        told = f"{accepted['by']} {accepted['registration']} {accepted['authority_words']}"
        lines += _lines(f"Accepted by {told} as under plan 1, {accepted['why']}", _IN_ESTIMATE)
    return _ROW + _LINE * max(lines, 2)


def _notes(hazard: HazardShape) -> float:
    residual = hazard["residual"]
    waits = f"Provisional because {'; '.join(residual['why_provisional'])}"
    told = [waits] if residual["why_provisional"] else []
    told += [
        f"Acceptance lapsed: that of class 3 by {each['by']} {' '.join(each['why_not'])}"
        for each in residual["lapsed"]
    ]
    return sum(1.5 + 4.2 * _lines(text, _IN_NOTE) for text in told)


def _sum(texts: Iterable[str], letters: int) -> int:
    return sum(_lines(text, letters) for text in texts)


def _lines(text: str, letters: int) -> int:
    """How many lines a text takes; breaking between words wastes a little of each."""
    return sum(max(math.ceil(len(line) * 1.03 / letters), 1) for line in text.split("\n"))
