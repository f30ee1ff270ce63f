"""The rows of a product that a record names; what is not there is kept in words and said."""

from collections import defaultdict
from typing import Any

from accounts.models import User
from hazards.importing.findings import Findings, Level
from hazards.models import Control, Estimate, Evidence, EvidenceFile, Hazard
from hazards.record_format.people import Person, person_as_text
from hazards.record_format.standing import StandingProduct
from hazards.record_format.values import (
    ControlValue,
    EvidenceValue,
    HazardValue,
    RecordValue,
)
from products.models import Feature, Release

MOST_NAMED = 8  # references that a finding names
CUT = "…"


class Linking:
    """Looks up what a record names; ``look_everything_up`` says what was not found."""

    def __init__(self, standing: StandingProduct, record: RecordValue, findings: Findings) -> None:
        self.standing = standing
        self.record = record
        self.findings = findings
        titles = {each["reference"]: each["title"] for each in record["features"]}
        self.features: dict[str, Feature] = {
            reference: feature
            for reference, title in titles.items()
            if (feature := standing.feature(reference, title)) is not None
        }
        self.titles = titles

    # --- What rows are made with ------------------------------------------------------------------

    def release(self, label: str) -> Release | None:
        """The release with a label."""
        return self.standing.releases.get(label)

    def file(self, evidence: EvidenceValue) -> EvidenceFile | None:
        """The file of a piece of evidence, where the product has it."""
        return self.standing.file(evidence["file"]) if evidence["file"] else None

    def owner(self, hazard: HazardValue) -> dict[str, Any]:
        """Owner and role of a hazard; somebody who is not on the team stands in the role."""
        person = hazard["owner"]
        owner = self.standing.person(person)
        if person is None or owner is not None:
            return {"owner": owner, "owner_role": hazard["owner_role"]}
        words = _in_words(person, _longest(Hazard, "owner_role"), hazard["owner_role"])
        return {"owner": None, "owner_role": words}

    def implementer(self, control: ControlValue) -> dict[str, Any]:
        """Implementer of a control, or their name."""
        return self._named("implementer", control["implementer"], Control)

    def verifier(self, evidence: EvidenceValue) -> dict[str, Any]:
        """Verifier of evidence, or their name."""
        return self._named("verifier", evidence["verifier"], Evidence)

    def _named(
        self, column: str, person: Person | None, model: type[Control | Evidence]
    ) -> dict[str, Any]:
        here: User | None = self.standing.person(person)
        words = ""
        if person is not None and here is None:
            words = _in_words(person, _longest(model, f"{column}_name"))
        return {column: here, f"{column}_name": words}

    # --- What could not be linked -----------------------------------------------------------------

    def look_everything_up(self) -> None:
        """Say of what the product does not have where it stands and what becomes of it."""
        self._look_up_people()
        self._look_up_features()
        self._look_up_releases()
        self._look_up_files()

    def _look_up_people(self) -> None:
        absent: dict[str, list[str]] = defaultdict(list)
        renamed: dict[tuple[str, str], list[str]] = defaultdict(list)
        for person, where in self._people():
            here = self.standing.person(person)
            if here is None:
                absent[person_as_text(person)].append(where)
            elif here.name != person["name"]:
                renamed[(person["name"], here.name)].append(where)
        for called, places in absent.items():
            self._add(
                called,
                places,
                "Nobody with this e-mail address works on the product, so the name is kept in "
                "words.",
                "Add them to the team and choose them there, if they should be told of reviews.",
            )
        for (called, name), places in renamed.items():
            self._add(called, places, f"The same address is {name}’s here, who was linked.", "")

    def _people(self) -> list[tuple[Person, str]]:
        record = self.record
        found = [(hazard["owner"], f"owner of {_called(hazard)}") for hazard in record["hazards"]]
        found += [
            (control["implementer"], f"implementer of {control['reference']}")
            for control in record["controls"]
        ]
        found += [
            (evidence["verifier"], f"verifier of “{evidence['title'][:60]}”")
            for evidence in record["evidence"]
        ]
        return [(person, where) for person, where in found if person is not None]

    def _look_up_features(self) -> None:
        named: dict[str, list[str]] = defaultdict(list)
        for hazard in self.record["hazards"]:
            for reference in hazard["features"]:
                if reference not in self.features:
                    named[reference].append(_called(hazard))
        for reference, places in named.items():
            other = self.standing.features.get(reference)
            here = f"is “{other.title}” here" if other else "is not in this product"
            self._add(
                f"{reference} {self.titles[reference]}",
                places,
                f"This feature {here}, so these hazards were not linked to it.",
                "Link them to the feature that is meant, on their pages.",
            )

    def _look_up_releases(self) -> None:
        named: dict[str, list[str]] = defaultdict(list)
        for hazard in self.record["hazards"]:
            named[hazard["in_scope_from"]].append(f"scope of {_called(hazard)}")
        for control in self.record["controls"]:
            named[control["delivered_in"]].append(f"delivery of {control['reference']}")
        for evidence in self.record["evidence"]:
            named[evidence["release"]].append(f"evidence “{evidence['title'][:60]}”")
        for label, places in named.items():
            if label and label not in self.standing.releases:
                self._add(
                    f"Release {label}",
                    places,
                    "This product has no such release, so it was left empty.",
                    "Add the release, then choose it there.",
                )

    def _look_up_files(self) -> None:
        for evidence in self.record["evidence"]:
            if evidence["file"] and self.file(evidence) is None:
                self._add(
                    f"{evidence['file']['name']}, SHA-256 {evidence['file']['sha256']}",
                    [f"evidence “{evidence['title'][:60]}”"],
                    "A file is not part of this format, and this product does not have it: the "
                    "evidence was brought in without it.",
                    "Add the file to the evidence; its SHA-256 says whether it is the same.",
                )

    def _add(self, found: str, places: list[str], done: str, todo: str) -> None:
        others = len(places) - MOST_NAMED
        named = ", ".join(places[:MOST_NAMED]) + (f" and {others} more" if others > 0 else "")
        level = Level.PROBLEM if todo else Level.NOTE
        self.findings.add(level, "", found=found, done=f"{done} ({named}.)", todo=todo)


def estimated_by(person: Person) -> str:
    """Who made an estimate, in one text."""
    return _in_words(person, _longest(Estimate, "recorded_by"))


def _in_words(person: Person, longest: int, more: str = "") -> str:
    """A person in one text; where it is too long without the address, then cut short."""
    for words in (person_as_text(person, more), person["name"]):
        if len(words) <= longest:
            return words
    return f"{person['name'][: longest - len(CUT)]}{CUT}"


def _longest(model: type[Hazard | Control | Evidence | Estimate], name: str) -> int:
    field: Any = model._meta.get_field(name)
    return int(field.max_length)


def _called(hazard: HazardValue) -> str:
    return hazard["imported_reference"] or hazard["reference"]
