"""What the columns beside those of the template say, in sentences."""

from collections.abc import Iterable

from hazards.choices import Acceptability, EvidenceState, HazardState, Party
from hazards.importing.vocabulary import EACH_CAUSE
from safetycase.log_files.safe_text import one_line
from safetycase.log_files.title import day_in_words
from safetycase.snapshot.shape import (
    ControlShape,
    EstimateShape,
    EvidenceShape,
    HazardShape,
    RiskShape,
)
from safetycase.snapshot.version_shapes import AcceptanceShape

#: Nothing is recorded; the importer reads it as empty.
NOTHING = "–"
#: Something is needed and still to come; the importer reports it as that.
TO_COME = "TBC"
#: Nothing is asked for.
NOT_NEEDED = "n/a"


def control_details(control: ControlShape, *, with_titles: bool) -> str:
    """What stands beside a control: its reference, whose it is, how far, what shows it.

    ``with_titles`` names its evidence, where no column of tests does.
    """
    party = control["party_words"] or "Nobody has said whose"
    lines = [f"{control['reference']} · {party} · {control['state_words']}{_where(control)}"]
    if not control["is_delivered"]:
        lines.append("Does not count for this release")
    if control["instruction"]:
        lines.append(f"Instruction: {control['instruction']}")
    elif control["party"] == Party.DEPLOYER:
        lines.append("No instruction for the deploying organisation yet")
    if control["harms"]:
        lines.append(f"Acts on {_numbered('impact', control['harms'])}")
    if control["implementation_reference"]:
        lines.append(f"Implemented in {control['implementation_reference']}")
    lines += [_evidence_of_control(each, with_titles) for each in control["evidence"]]
    if not control["evidence"]:
        lines.append("No evidence is recorded")
    return "\n".join(lines)


def test_details(evidence: EvidenceShape, controls: Iterable[str]) -> str:
    """What stands beside a test: what came out, when, where it is kept, of which controls."""
    parts = [_outcome(evidence), _occasion(evidence), f"of {', '.join(controls)}"]
    return " · ".join(part for part in (*parts, _place(evidence)) if part)


def basis(estimate: EstimateShape, hazard: HazardShape) -> str:
    """An estimate's acceptability, what it is of, why, on which assumption, by whom."""
    about = "Of the whole hazard" if estimate["cause"] is None else f"Of cause {estimate['cause']}"
    if estimate["harm"] is not None and len(hazard["harms"]) > 1:
        about += f", impact {estimate['harm']}"
    lines = [estimate["acceptability_words"], about]
    patients = f" ({estimate['patients'].lower()})" if estimate["patients"] else ""
    if estimate["why_severity"] or patients:
        lines.append(f"Severity{patients}: {estimate['why_severity'] or 'no reason is recorded'}")
    if estimate["why_likelihood"]:
        lines.append(f"Likelihood: {estimate['why_likelihood']}")
    if estimate["assumption"]:
        lines.append(f"Assumes: {estimate['assumption']}")
    by = f"{estimate['by']}, {day_in_words(estimate['at'])}".removeprefix(", ")
    lines.append(f"{by}, matrix {estimate['matrix_number']}")
    if estimate["needs_acceptance"]:
        lines.append(_acceptance(estimate["acceptance"]))
    return "\n".join(lines)


def standing(hazard: HazardShape) -> str:
    """Whether the residual risk is provisional or confirmed, and why."""
    risk = hazard["residual"]
    if risk["shown"] is None:
        return _why_missing(hazard)
    if not risk["is_provisional"]:
        lines = ["Confirmed"]
    else:
        lines = ["Provisional:", *risk["why_provisional"]]
    return "\n".join([*lines, *(_lapsed(each) for each in risk["lapsed"])])


def missing_level(hazard: HazardShape, risk: RiskShape) -> str:
    """What stands where the words of an estimate would."""
    is_to_come = risk["is_needed"] or hazard["initial"]["shown"] is None
    return TO_COME if is_to_come else NOT_NEEDED


def owner(hazard: HazardShape) -> str:
    """Who owns the hazard: a person, or a role in words."""
    return hazard["owner"] or hazard["owner_role"] or NOTHING


def on_each_cause(hazard: HazardShape) -> str:
    """Which controls beside all causes act on each of them, and not on the hazard as a whole.

    Both stand beside all causes, so nothing else tells them apart; a hazard where nothing is said
    has only the second.
    """
    beside_all = [
        each for each in hazard["controls"] if len(each["causes"]) in (0, len(hazard["causes"]))
    ]
    # By their words: what is brought in again is numbered anew, one kind of control after another.
    each_cause = sorted(one_line(each["text"]) for each in beside_all if each["causes"])
    if len(each_cause) == len(beside_all):
        return EACH_CAUSE if each_cause else ""
    return "\n".join(f"{EACH_CAUSE}: {text}" for text in each_cause)


def record(hazard: HazardShape) -> str:
    """The state of the record, and from which release on it belongs here."""
    scope = hazard["scope_from"]
    state = hazard["state_words"]
    if hazard["state"] == HazardState.DRAFT:
        state = "Draft: not live yet"
    return f"{state}\n{f'In scope from {scope}' if scope else 'Not yet placed in a release'}"


def assumptions(hazard: HazardShape) -> list[str]:
    """What must stay true for this hazard."""
    return [
        f"Assumption ({each['state_words'].lower()}"
        f"{', held by ' + each['held_by'] if each['held_by'] else ''}): {each['text']}"
        for each in hazard["assumptions"]
    ]


def _acceptance(acceptance: AcceptanceShape | None) -> str:
    if acceptance is None:
        return "Not accepted yet"
    who = ", ".join(part for part in (acceptance["by"], acceptance["registration"]) if part)
    return (
        f"Accepted by {who}, as {acceptance['authority_words']} under plan {acceptance['plan']}, "
        f"{day_in_words(acceptance['at'])}: {acceptance['why']}"
    )


def _lapsed(acceptance: AcceptanceShape) -> str:
    return (
        f"The acceptance by {acceptance['by']} of {day_in_words(acceptance['at'])} has lapsed: "
        f"{'; '.join(acceptance['why_not'])}"
    )


def _why_missing(hazard: HazardShape) -> str:
    first = hazard["initial"]["shown"]
    if hazard["residual"]["is_needed"]:
        return "Not estimated yet"
    if first is None:
        return "Not estimated yet, and neither is the initial risk"
    if first["acceptability"] == Acceptability.ACCEPTABLE:
        return "No estimate is needed: the initial risk is acceptable"
    return "No estimate is needed"


def _where(control: ControlShape) -> str:
    return f" · release {control['delivered_in']}" if control["delivered_in"] else ""


def _evidence_of_control(evidence: EvidenceShape, with_title: bool) -> str:
    kind = evidence["of_words"] or "Evidence"
    told = f"{kind}: {_outcome(evidence).lower()}"
    if when := _occasion(evidence):
        told += f", {when}"
    if not with_title:
        return told
    place = f" ({_place(evidence)})" if _place(evidence) else ""
    return f"{told}: {one_line(evidence['title'])}{place}"


def _outcome(evidence: EvidenceShape) -> str:
    if evidence["state"] == EvidenceState.PLANNED:
        return evidence["state_words"]
    return evidence["result_words"] or evidence["state_words"]


def _occasion(evidence: EvidenceShape) -> str:
    release = f"release {evidence['release']}" if evidence["release"] else ""
    until = day_in_words(evidence["valid_until"])
    parts = [
        day_in_words(evidence["dated_on"]),
        release,
        evidence["verifier"],
        f"valid until {until}" if until else "",
    ]
    return ", ".join(part for part in parts if part)


def _place(evidence: EvidenceShape) -> str:
    return ", ".join(part for part in (evidence["file"], evidence["link"]) if part)


def _numbered(what: str, numbers: list[int]) -> str:
    return f"{what}{'s' if len(numbers) > 1 else ''} {', '.join(str(each) for each in numbers)}"
