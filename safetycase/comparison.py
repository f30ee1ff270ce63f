"""What changed between two versions, hazard by hazard and word by word.

Compared is what matters for safety (``projections``), so a comparison is empty exactly when the
fingerprints agree.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.words import Segment, word_differences
from hazards.choices import (
    CauseKind,
    ControlFunction,
    ControlKind,
    ControlState,
    ControlType,
    HazardState,
    HazardStatus,
    LifecyclePhase,
    Party,
    Patients,
    Strength,
)
from safetycase.choices import SectionKey
from safetycase.log_files.title import day_in_words
from safetycase.projections import (
    Projected,
    projected_hazard,
    projected_log,
    projected_report,
)
from safetycase.snapshot.shape import HazardShape, Snapshot


@dataclass(frozen=True)
class FieldChange:
    """One field that differs: its name in words, and both texts ('' where there was none)."""

    label: str
    old: str
    new: str

    @property
    def segments(self) -> list[Segment]:
        """What went and what came, word by word."""
        return word_differences(self.old, self.new)


@dataclass(frozen=True)
class HazardChange:
    """A hazard that differs. ``kind`` is 'added', 'removed' or 'changed'."""

    reference: str
    name: str
    kind: str
    fields: list[FieldChange]


@dataclass
class Comparison:
    """Everything that differs between two snapshots."""

    hazards: list[HazardChange] = field(default_factory=list)
    report: list[FieldChange] = field(default_factory=list)
    of: int = 0  # hazards in the newer one
    log_differs: bool = False  # so that what was signed of the hazard log is out of date too
    around_log_differs: bool = False  # what the log says besides its hazards
    #: What hazards mean for patients and for the product, said in other words: no part of what
    #: the fingerprints are of, so no approval is out of date by it, and whoever signs reads it.
    voices: list[HazardChange] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing that matters for safety differs."""
        return not self.hazards and not self.report

    def adds_only(self, references: Collection[str]) -> bool:
        """Whether the newer log is the older one with all of these hazards and nothing else."""
        return (
            not self.around_log_differs
            and all(each.kind == "added" for each in self.hazards)
            and {each.reference for each in self.hazards} == set(references)
        )

    @property
    def summary(self) -> str:
        """What differs, in a sentence."""
        if self.is_empty:
            return "Nothing that matters for safety differs."
        told = []
        if self.hazards:
            named = ", ".join(each.reference for each in self.hazards[:10])
            more = f" and {len(self.hazards) - 10} more" if len(self.hazards) > 10 else ""
            noun = "hazard" if len(self.hazards) == 1 else "hazards"
            told.append(f"{len(self.hazards)} {noun} differ{_s(self.hazards)} ({named}{more})")
        if self.report:
            told.append(f"in the report: {', '.join(each.label for each in self.report)}")
        words = "; ".join(told)
        return f"{words[:1].upper()}{words[1:]}."


def compare(old: Snapshot, new: Snapshot, projection: int) -> Comparison:
    """What differs between two snapshots by a projection, in the newer log's order."""
    before, after = projected_log(old, projection), projected_log(new, projection)
    return Comparison(
        hazards=_hazards(before["hazards"], after["hazards"]),
        report=[
            *_differing(_log_fields(before), _log_fields(after)),
            *_differing(
                _report_fields(projected_report(old, projection)),
                _report_fields(projected_report(new, projection)),
            ),
        ],
        of=len(after["hazards"]),
        log_differs=before != after,
        around_log_differs=bool(_differing(_log_fields(before), _log_fields(after))),
        voices=_voices(old, new),
    )


def compare_hazard(old: HazardShape, new: HazardShape, projection: int) -> list[FieldChange]:
    """What of one hazard matters for safety and differs."""
    before, after = projected_hazard(old, projection), projected_hazard(new, projection)
    return _differing(hazard_fields(before), hazard_fields(after))


def compare_voices(old: HazardShape, new: HazardShape) -> list[FieldChange]:
    """What one hazard means to each side, where it is said in other words."""
    return _differing(_voice_fields(old), _voice_fields(new))


def _voices(old: Snapshot, new: Snapshot) -> list[HazardChange]:
    before = {each["public_id"]: each for each in old["hazards"]}
    differing = [
        HazardChange(each["reference"], each["name"], "changed", fields)
        for each in new["hazards"]
        if each["public_id"] in before
        and (fields := compare_voices(before[each["public_id"]], each))
    ]
    return sorted(differing, key=lambda each: each.reference)


def _voice_fields(hazard: HazardShape) -> dict[str, str]:
    return {
        "For patients": hazard.get("for_patients", ""),
        "For the product": hazard.get("for_product", ""),
    }


def _s(things: Sequence[object]) -> str:
    return "s" if len(things) == 1 else ""


def _hazards(before: Mapping[str, Projected], after: Mapping[str, Projected]) -> list[HazardChange]:
    changes = []
    for key, hazard in after.items():
        if key not in before:
            changes.append(_change(hazard, "added", _differing({}, hazard_fields(hazard))))
        elif before[key] != hazard:
            fields = _differing(hazard_fields(before[key]), hazard_fields(hazard))
            changes.append(_change(hazard, "changed", fields))
    for key, hazard in before.items():
        if key not in after:
            changes.append(_change(hazard, "removed", []))
    return sorted(changes, key=lambda each: each.reference)


def _change(hazard: Projected, kind: str, fields: list[FieldChange]) -> HazardChange:
    return HazardChange(hazard["reference"], hazard["name"], kind, fields)


def _differing(before: Mapping[str, str], after: Mapping[str, str]) -> list[FieldChange]:
    labels = [*after, *(label for label in before if label not in after)]
    return [
        FieldChange(label, before.get(label, ""), after.get(label, ""))
        for label in labels
        if before.get(label, "") != after.get(label, "")
    ]


# --- Fields as a person reads them ----------------------------------------------------------------


def hazard_fields(hazard: Projected) -> dict[str, str]:
    """A projected hazard as labelled texts."""
    fields = {
        "Reference": hazard["reference"],
        "Name": hazard["name"],
        "Description": hazard["description"],
        "Effect": hazard["effect"],
        "State": _word(HazardState, hazard["state"]),
        "Status": _word(HazardStatus, hazard["status"]),
        "Why not reduced further": hazard["justification"],
    }
    for number, text in enumerate(hazard["harms"], start=1):
        fields[f"Harm {number}"] = text
    for number, (text, kind, because) in enumerate(hazard["causes"], start=1):
        arises = f" (arises in: {_word(CauseKind, kind).lower()})" if kind else ""
        accepted = f" Accepted without a control because: {because}" if because else ""
        fields[f"Cause {number}"] = f"{text}{arises}{accepted}"
    for reference, control in hazard["controls"].items():
        fields |= _control_fields(reference, control)
    for number, assumption in enumerate(hazard["assumptions"], start=1):
        fields[f"Assumption {number}"] = _assumption(assumption)
    for stage in ("initial", "residual"):
        fields |= _estimate_fields(stage.capitalize(), hazard[stage])
    return fields


def _control_fields(reference: str, control: Projected) -> dict[str, str]:
    acts_on = [f"cause {number}" for number in control["causes"]]
    acts_on += [f"harm {number}" for number in control["harms"]]
    traits = [
        _word(ControlKind, control["kind"]),
        _word(ControlType, control["type"]),
        _word(Strength, control["strength"]),
        _word(ControlFunction, control["function"]),
        _word(Party, control["party"]),
    ]
    return {
        f"{reference}": control["text"],
        f"{reference}: kind": ", ".join(each for each in traits if each),
        f"{reference}: state": _word(ControlState, control["state"]),
        f"{reference}: acts on": ", ".join(acts_on) or "the whole hazard",
        f"{reference}: instruction": control["instruction"],
        f"{reference}: delivered in": control["delivered_in"],
        f"{reference}: new hazards": ", ".join(control["new_hazards"]) or control["none_because"],
    }


def _estimate_fields(stage: str, estimates: Iterable[Projected]) -> dict[str, str]:
    fields = {}
    for estimate in estimates:
        of = f" of cause {estimate['cause']}" if estimate["cause"] else ""
        words = [
            f"{estimate['severity']} · {estimate['likelihood']}, class {estimate['class']}",
            _word(Patients, estimate["patients"]),
            estimate["why_severity"],
            estimate["why_likelihood"],
            f"On the assumption: {estimate['assumption']}" if estimate["assumption"] else "",
        ]
        fields[f"{stage} risk{of}"] = ". ".join(each.rstrip(".") for each in words if each)
        if estimate["accepted"]:
            by, at, why = estimate["accepted"]
            fields[f"{stage} risk{of}: accepted"] = f"{by}, {day_in_words(at)}: {why}"
    return fields


def _log_fields(log: Projected) -> dict[str, str]:
    fields = {"Release of the hazard log": log["release"] or ""}
    for number, assumption in enumerate(log["assumptions"], start=1):
        fields[f"Assumption {number} of the product"] = _assumption(assumption)
    matrix: Any = log["matrix"]
    if matrix:
        for word, meaning in [*matrix["severities"], *matrix["likelihoods"]]:
            fields[f"Risk matrix: {word}"] = meaning
        for likelihood, classes in matrix["rows"]:
            fields[f"Risk matrix: classes of {likelihood}"] = " ".join(map(str, classes))
        fields["Risk matrix: acceptability"] = ", ".join(
            f"{number} {acceptability}" for number, acceptability in matrix["classes"]
        )
    return fields


def _report_fields(report: Projected) -> dict[str, str]:
    use = report["intended_use"] or {}
    return {
        "Release": report["release"] or "",
        "Lifecycle phase": _word(LifecyclePhase, report["phase"]),
        "Plan": f"version {report['plan']}" if report["plan"] else "",
        "Features": "; ".join(f"{reference} {title}" for reference, title in report["features"]),
        **{f"Intended use: {name.replace('_', ' ')}": text for name, text in use.items()},
        **{_word(SectionKey, key): text for key, text in report["sections"].items()},
    }


def _assumption(assumption: Projected) -> str:
    until = f", until {assumption['valid_until']}" if assumption["valid_until"] else ""
    held_by = f", held by {assumption['held_by']}" if assumption["held_by"] else ""
    return f"{assumption['text']} ({assumption['state']}{held_by}{until})"


def _word(choices: Any, value: str) -> str:
    """The word of a stored value; the value itself where the choices no longer know it."""
    return str(choices(value).label) if value in choices.values else value
