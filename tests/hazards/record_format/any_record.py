"""Any hazard log at all, as a record: for tests that hold of every one of them."""

from typing import Any

from hypothesis import strategies as st

from hazards.choices import (
    AssumptionState,
    CauseKind,
    ControlFunction,
    ControlKind,
    ControlState,
    ControlType,
    EvidenceOf,
    EvidenceResult,
    EvidenceState,
    HazardStatus,
    Party,
    Patients,
    Stage,
    Strength,
)
from hazards.record_format.matrices import acceptability_of, class_in
from hazards.record_format.values import MatrixValue, RecordValue

#: Whatever can be stored.
ANYTHING = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
SOMETHING = ANYTHING.filter(lambda text: text.strip() != "")
DAYS = st.none() | st.dates().map(lambda day: day.isoformat())
PEOPLE = st.fixed_dictionaries(
    {
        "name": st.text("AaÉ <>().-’", min_size=1, max_size=8).filter(str.strip),
        "email": st.sampled_from(["", "a@example.org", "c@example.org"]),
    }
)
#: Somebody who has, or had, an account: only such people own hazards.
OWNERS = st.fixed_dictionaries(
    {"name": st.sampled_from(["Åsa Öberg", "Bob"]), "email": st.just("b@example.org")}
)


def one_of(choices: Any, *, or_none: bool = False) -> st.SearchStrategy[str]:
    """A stored value of a choice."""
    return st.sampled_from([*([""] if or_none else []), *choices.values])


@st.composite
def records(draw: st.DrawFn, empty: RecordValue) -> RecordValue:
    """A record in the matrix of ``empty``, the record of a product without a log."""
    hazards: list[Any] = [_hazard(draw, number) for number in range(1, draw(st.integers(0, 4)) + 1)]
    references = [hazard["reference"] for hazard in hazards]
    for place, hazard in enumerate(hazards):
        others = references[:place]
        if draw(st.booleans()) and others:
            hazard["split_from"] = draw(st.sampled_from(others))
        if draw(st.booleans()) and others:
            hazard |= {"state": "merged", "merged_into": draw(st.sampled_from(others))}
    assumptions = draw(st.lists(_assumptions(references), max_size=2))
    for hazard in hazards:
        hazard["estimates"] = [
            _estimate(draw, hazard, len(assumptions), empty["matrices"][0])
            for _ in range(draw(st.integers(0, 3)))
        ]
    controls = [_control(draw, number, hazards) for number in range(1, draw(st.integers(0, 3)) + 1)]
    named = [control["reference"] for control in controls]
    evidence = [_evidence(draw, named) for _ in range(draw(st.integers(0, 2)))]
    whole: Any = {
        **empty,
        "hazards": hazards,
        "assumptions": assumptions,
        "controls": controls,
        "evidence": evidence,
    }
    record: RecordValue = whole
    return record


def _hazard(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "number": number * 3,
        "reference": f"HAZ-{number * 3:03d}",
        "imported_reference": draw(st.sampled_from(["", f"Haz/{number}.1"])),
        "name": draw(SOMETHING),
        "description": draw(ANYTHING),
        "effect": draw(ANYTHING),
        "for_patients": draw(ANYTHING),
        "for_product": draw(ANYTHING),
        "family": draw(ANYTHING),
        "state": draw(st.sampled_from(["draft", "live", "withdrawn"])),
        "status": draw(one_of(HazardStatus)),
        "merged_into": None,
        "split_from": None,
        "library_entry": draw(st.sampled_from(["", "medicines.stopped"])),
        "actions": draw(ANYTHING),
        "justification": draw(ANYTHING),
        "owner": draw(st.none() | OWNERS),
        "owner_role": draw(st.sampled_from(["", "Clinical lead", "Lead (nights)", "=1+1"])),
        "review_date": draw(DAYS),
        "in_scope_from": "",
        "features": [],
        "harms": draw(
            st.lists(
                st.fixed_dictionaries({"text": SOMETHING, "in_the_log": st.booleans()}), max_size=2
            )
        ),
        "causes": draw(
            st.lists(
                st.fixed_dictionaries(
                    {
                        "text": SOMETHING,
                        "kind": one_of(CauseKind, or_none=True),
                        "accepted_because": ANYTHING,
                        "in_the_log": st.booleans(),
                    }
                ),
                max_size=3,
            )
        ),
        "estimates": [],
    }


def _place(draw: st.DrawFn, length: int) -> int | None:
    return draw(st.none() | st.integers(1, length)) if length else None


def _estimate(
    draw: st.DrawFn, hazard: dict[str, Any], assumptions: int, matrix: MatrixValue
) -> dict[str, Any]:
    severity = draw(st.sampled_from([each["word"] for each in matrix["severities"]]))
    likelihood = draw(st.sampled_from([each["word"] for each in matrix["likelihoods"]]))
    number = class_in(matrix, severity, likelihood)
    assert number is not None
    return {
        "stage": draw(one_of(Stage)),
        "cause": _place(draw, len(hazard["causes"])),
        "harm": _place(draw, len(hazard["harms"])),
        "patients": draw(one_of(Patients, or_none=True)),
        "matrix": matrix["number"],
        "severity": severity,
        "likelihood": likelihood,
        "class": number,
        "acceptability": acceptability_of(matrix, number),
        "why_severity": draw(ANYTHING),
        "why_likelihood": draw(ANYTHING),
        "assumption": _place(draw, assumptions),
        "by": draw(PEOPLE),
        "at": draw(st.sampled_from(["2026-05-03T09:42:00.000000Z", "2019-12-31T23:59:59Z"])),
    }


def _assumptions(references: list[str]) -> st.SearchStrategy[Any]:
    about = st.none() | st.sampled_from(references) if references else st.none()
    return st.fixed_dictionaries(
        {
            "hazard": about,
            "text": SOMETHING,
            "held_by": ANYTHING,
            "valid_until": DAYS,
            "state": one_of(AssumptionState),
        }
    )


def _control(draw: st.DrawFn, number: int, hazards: list[Any]) -> dict[str, Any]:
    brings = draw(st.sets(st.sampled_from([h["reference"] for h in hazards]))) if hazards else ()
    return {
        "number": number * 2,
        "reference": f"CTL-{number * 2:03d}",
        "text": draw(SOMETHING),
        "kind": draw(one_of(ControlKind)),
        "type": draw(one_of(ControlType, or_none=True)),
        "strength": draw(one_of(Strength, or_none=True)),
        "function": draw(one_of(ControlFunction, or_none=True)),
        "party": draw(one_of(Party, or_none=True)),
        "instruction": draw(ANYTHING),
        "state": draw(one_of(ControlState)),
        "delivered_in": "",
        "implementation_reference": draw(ANYTHING),
        "implementer": draw(st.none() | PEOPLE),
        "due_on": draw(DAYS),
        "none_because": "" if brings else draw(ANYTHING),
        "new_hazards": sorted(brings),
        "acts_on": [part for hazard in hazards for part in _acts_on(draw, hazard)],
    }


def _acts_on(draw: st.DrawFn, hazard: dict[str, Any]) -> list[dict[str, Any]]:
    """Nothing of a hazard, the whole of it, some causes, some harms: in this order."""
    causes, harms = range(1, len(hazard["causes"]) + 1), range(1, len(hazard["harms"]) + 1)
    parts: list[tuple[int | None, int | None]] = [(None, None)]
    parts += [(cause, None) for cause in causes] + [(None, harm) for harm in harms]
    chosen = draw(st.sets(st.sampled_from(parts)))
    ordered = sorted(chosen, key=lambda part: (part[0] or 0, part[1] or 0))
    return [{"hazard": hazard["reference"], "cause": c, "harm": h} for c, h in ordered]


def _evidence(draw: st.DrawFn, controls: list[str]) -> dict[str, Any]:
    return {
        "title": draw(SOMETHING),
        "state": draw(one_of(EvidenceState)),
        "of": draw(one_of(EvidenceOf, or_none=True)),
        "link": draw(st.sampled_from(["", "https://tests.example/12?a=1&b=2"])),
        "file": None,
        "result": draw(one_of(EvidenceResult, or_none=True)),
        "dated_on": draw(DAYS),
        "release": "",
        "verifier": draw(st.none() | PEOPLE),
        "valid_until": draw(DAYS),
        "in_the_log": draw(st.booleans()),
        "controls": sorted(draw(st.sets(st.sampled_from(controls)))) if controls else [],
    }
