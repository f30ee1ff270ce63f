"""What a log of objects tells of each test and piece of evidence: what came out, what it shows."""

from collections.abc import Mapping
from typing import Any

from hazards.choices import EvidenceOf, EvidenceResult, EvidenceState
from hazards.importing.cells import folded, is_placeholder, says_nothing
from hazards.importing.control_details import ITS_TEXT, Details, is_of_controls
from hazards.importing.findings import Findings, Level
from hazards.importing.packed import items_of
from hazards.importing.vocabulary import plain_heading

CONTROLS_OF = "controls"  # of evidence told within controls: their folded texts, each on a line
_RESULT, _OF = "result", "of"
_KEYS = {
    **dict.fromkeys(("result", "test result", "outcome", "evidence result"), _RESULT),
    **dict.fromkeys(("of", "shows", "evidence of"), _OF),
}
_RESULTS = {
    **{each.value: each for each in EvidenceResult},
    **dict.fromkeys(("passed", "success", "successful"), EvidenceResult.PASS),
    **dict.fromkeys(("failed", "failure"), EvidenceResult.FAIL),
}
_PLANNED = frozenset({"planned", "not run", "not yet run", "to do", "pending", "open"})
_DIFFERENT = "\n"  # between two results of what is told under the same words


def is_list_of_evidence(heading: str) -> bool:
    """Whether a list within a control is one of its evidence."""
    words = plain_heading(heading)
    return words in ("evidence", "tests", "verification") or (
        words.endswith(" evidence") and not is_of_controls(heading)
    )


def is_of_evidence(key: str, value: Any) -> bool:
    """Whether what stands under a key of a test, or of evidence, is told of it."""
    return plain_heading(key) in _KEYS and isinstance(value, str)


def is_test(item: Mapping[str, Any]) -> bool:
    """Whether an item among the controls is a test."""
    kind = item.get("kind") or item.get("type") or ""
    return plain_heading(str(kind)) in ("test", "tests", "testing")


def keep_evidence(found: Details, item: Mapping[str, Any], control: str = "") -> None:
    """Add what is told of a test, or of evidence of a control, to what is told of the others."""
    texts = {plain_heading(key): value for key, value in item.items() if isinstance(value, str)}
    own = {_KEYS[key]: folded(text) for key, text in texts.items() if key in _KEYS}
    text = next((texts[key] for key in ITS_TEXT if texts.get(key)), "")
    for title in items_of(text):
        before = found.get(folded(title))
        both = {CONTROLS_OF: _joined(before, control)}
        for name in (_RESULT, _OF):
            told = own.get(name, "")
            other = before.get(name, "") if before is not None else told
            both[name] = told if told == other else f"{other}{_DIFFERENT}{told}"
        found[folded(title)] = both


def _joined(before: Mapping[str, str] | None, control: str) -> str:
    others = before[CONTROLS_OF].split(_DIFFERENT) if before and before[CONTROLS_OF] else []
    own = [folded(each) for each in items_of(control)]
    return _DIFFERENT.join(dict.fromkeys([*others, *own]))


def read_evidence_details(
    told: Mapping[str, str], cell: str, findings: Findings, reference: str
) -> tuple[tuple[str, str], ...]:
    """What is told, as it is kept; a word that is none of the known is reported, and not taken."""
    kept: dict[str, str] = {}
    for name, words in ((name, told.get(name, "")) for name in (_RESULT, _OF)):
        if says_nothing(words) or is_placeholder(words):
            continue
        value = _value(name, words)
        if value is not None:
            kept |= {name: value} if value else {}
            continue
        findings.add(
            Level.PROBLEM,
            cell,
            found=words.replace(_DIFFERENT, ", "),
            done=_TOLD_TWICE if _DIFFERENT in words else _NO_WORD[name],
            todo="Set it on the evidence, or give each piece its own words in the file.",
            reference=reference,
        )
    return tuple(kept.items())


_TOLD_TWICE = (
    "Evidence with the same words is told of several times in this hazard, and not alike, so none "
    "of these was taken."
)
_NO_WORD = {
    _RESULT: "This is not a word for the result of evidence, so it came in as planned. The words "
    "are: pass, fail, inconclusive, planned.",
    _OF: "This is not a word for what evidence shows, so none was taken. The words are: "
    "implementation, effectiveness.",
}


def _value(name: str, words: str) -> str | None:
    if _DIFFERENT in words:
        return None
    said = plain_heading(words)
    if name == _OF:
        return said if said in EvidenceOf.values else None
    return "" if said in _PLANNED else _RESULTS.get(said)


def evidence_values(details: Mapping[str, str]) -> dict[str, str]:
    """The fields of a piece of evidence: obtained where it has a result, else planned."""
    result = details.get(_RESULT, "")
    state = EvidenceState.OBTAINED if result else EvidenceState.PLANNED
    return {"state": state, _RESULT: result, _OF: details.get(_OF, "")}
