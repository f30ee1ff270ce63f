"""What of a record must fit together: references, places, words and classes.

Called once every field holds what it may hold.
"""

from collections.abc import Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from hazards.choices import HazardState
from hazards.record_format.kinds import Problems
from hazards.record_format.matrices import acceptability_of, class_in
from hazards.record_format.values import (
    ActsOnValue,
    EstimateValue,
    HazardValue,
    MatrixValue,
    RecordValue,
)
from products.rules import fits_an_address


def check_links(record: RecordValue, problems: Problems) -> None:
    """Note whatever does not fit."""
    _Links(record, problems).check()


class _Links:
    """One record being checked."""

    def __init__(self, record: RecordValue, problems: Problems) -> None:
        self.record = record
        self.problems = problems
        self.hazards = {hazard["reference"]: hazard for hazard in record["hazards"]}
        self.matrices = {matrix["number"]: matrix for matrix in record["matrices"]}
        self.features = {feature["reference"] for feature in record["features"]}
        self.controls = {control["reference"] for control in record["controls"]}

    def check(self) -> None:
        """All of it."""
        self._check_once()
        self._check_matrices()
        self._check_references()
        for number, hazard in enumerate(self.record["hazards"]):
            self._check_hazard(hazard, f"hazards[{number}]")
        self._check_chains()
        for number, assumption in enumerate(self.record["assumptions"]):
            self._check_named(assumption["hazard"], f"assumptions[{number}].hazard")
        self._check_controls()
        for number, evidence in enumerate(self.record["evidence"]):
            for control in evidence["controls"]:
                if control not in self.controls:
                    self.problems.add(f"evidence[{number}].controls", f"{control} is no control.")
            self._once(evidence["controls"], f"evidence[{number}].controls")

    def _check_once(self) -> None:
        record = self.record
        self._once((each["number"] for each in record["matrices"]), "matrices: number")
        self._once((each["reference"] for each in record["features"]), "features: reference")
        self._once((each["reference"] for each in record["hazards"]), "hazards: reference")
        self._once((each["number"] for each in record["hazards"]), "hazards: number")
        imported = (each["imported_reference"] for each in record["hazards"])
        self._once((each for each in imported if each), "hazards: imported_reference")
        # Nobody could tell two hazards apart that are called alike.
        called = (each["imported_reference"] or each["reference"] for each in record["hazards"])
        self._once(called, "hazards: what they are called")
        self._once((each["reference"] for each in record["controls"]), "controls: reference")
        self._once((each["number"] for each in record["controls"]), "controls: number")

    def _once(self, values: Iterable[str | int], place: str) -> None:
        seen: set[str | int] = set()
        for value in values:
            if value in seen:
                self.problems.add(place, f"{value} is there twice.")
            seen.add(value)

    def _check_references(self) -> None:
        """They are made of the numbers, so that the next one is always free; and lead to pages."""
        for place, hazard in enumerate(self.record["hazards"]):
            reference, ending = hazard["reference"], f"-{hazard['number']:03d}"
            if not (reference.endswith(ending) and fits_an_address(reference)):
                self.problems.add(f"hazards[{place}].reference", f"does not end with {ending}.")
        for place, control in enumerate(self.record["controls"]):
            reference = f"CTL-{control['number']:03d}"
            if control["reference"] != reference:
                self.problems.add(f"controls[{place}].reference", f"is not {reference}.")

    def _check_matrices(self) -> None:
        current = self.record["matrix"]
        if current is not None and current not in self.matrices:
            self.problems.add("matrix", f"there is no matrix {current} among the matrices.")
        for number, matrix in enumerate(self.record["matrices"]):
            for problem in _problems_of(matrix):
                self.problems.add(f"matrices[{number}]", problem)

    def _check_hazard(self, hazard: HazardValue, place: str) -> None:
        self._check_named(hazard["merged_into"], f"{place}.merged_into")
        self._check_named(hazard["split_from"], f"{place}.split_from")
        if (hazard["state"] == HazardState.MERGED) is not (hazard["merged_into"] is not None):
            self.problems.add(place, "only a merged hazard, and each of them, names its successor.")
        self._once(hazard["features"], f"{place}.features")
        for feature in hazard["features"]:
            if feature not in self.features:
                self.problems.add(f"{place}.features", f"{feature} is not among the features.")
        for number, estimate in enumerate(hazard["estimates"]):
            self._check_estimate(hazard, estimate, f"{place}.estimates[{number}]")

    def _check_estimate(self, hazard: HazardValue, estimate: EstimateValue, place: str) -> None:
        self._check_place(estimate["cause"], len(hazard["causes"]), f"{place}.cause")
        self._check_place(estimate["harm"], len(hazard["harms"]), f"{place}.harm")
        assumptions = len(self.record["assumptions"])
        self._check_place(estimate["assumption"], assumptions, f"{place}.assumption")
        matrix = self.matrices.get(estimate["matrix"])
        if matrix is None:
            self.problems.add(place, f"there is no matrix {estimate['matrix']} among the matrices.")
            return
        number = class_in(matrix, estimate["severity"], estimate["likelihood"])
        if number is None:
            self.problems.add(place, "its words are not those of its matrix.")
        elif number != estimate["class"]:
            self.problems.add(
                place, f"it says class {estimate['class']}; its matrix gives {number}."
            )
        elif acceptability_of(matrix, number) != estimate["acceptability"]:
            self.problems.add(place, "its class does not mean that in its matrix.")

    def _check_controls(self) -> None:
        for number, control in enumerate(self.record["controls"]):
            place = f"controls[{number}]"
            for brought in control["new_hazards"]:
                self._check_named(brought, f"{place}.new_hazards")
            self._once(control["new_hazards"], f"{place}.new_hazards")
            if control["new_hazards"] and control["none_because"]:
                self.problems.add(place, "it names new hazards, and says why there are none.")
            seen = set()
            for part in control["acts_on"]:
                self._check_part(part, f"{place}.acts_on")
                key = (part["hazard"], part["cause"], part["harm"])
                if key in seen:
                    self.problems.add(f"{place}.acts_on", "the same is there twice.")
                seen.add(key)

    def _check_part(self, part: ActsOnValue, place: str) -> None:
        self._check_named(part["hazard"], f"{place}.hazard")
        hazard = self.hazards.get(part["hazard"])
        if hazard is None:
            return
        self._check_place(part["cause"], len(hazard["causes"]), f"{place}.cause")
        self._check_place(part["harm"], len(hazard["harms"]), f"{place}.harm")
        if part["cause"] is not None and part["harm"] is not None:
            self.problems.add(place, "it is a cause and a harm at once.")

    def _check_named(self, reference: str | None, place: str) -> None:
        if reference is not None and reference not in self.hazards:
            self.problems.add(place, f"there is no hazard {reference} in this file.")

    def _check_place(self, place_in_list: int | None, length: int, place: str) -> None:
        if place_in_list is not None and place_in_list > length:
            self.problems.add(place, f"there is no number {place_in_list} in that list.")

    def _check_chains(self) -> None:
        if _in_a_circle(self.record["hazards"]):
            self.problems.add(
                "hazards", "some are merged into, or split from, each other in a circle."
            )


def _in_a_circle(hazards: list[HazardValue]) -> bool:
    try:
        TopologicalSorter({each["reference"]: _named_by(each) for each in hazards}).prepare()
    except CycleError:
        return True
    return False


def _named_by(hazard: HazardValue) -> set[str]:
    return {name for name in (hazard["merged_into"], hazard["split_from"]) if name is not None}


def _problems_of(matrix: MatrixValue) -> Iterator[str]:
    severities = [each["word"] for each in matrix["severities"]]
    likelihoods = [each["word"] for each in matrix["likelihoods"]]
    if len(set(severities)) < len(severities) or len(set(likelihoods)) < len(likelihoods):
        yield "a word of an axis is there twice."
    if [row["likelihood"] for row in matrix["rows"]] != likelihoods:
        yield "its rows are not those of its likelihoods."
    numbers = {each["number"] for each in matrix["classes"]}
    if len(numbers) < len(matrix["classes"]):
        yield "a class is there twice."
    for row in matrix["rows"]:
        if len(row["classes"]) != len(severities) or not numbers.issuperset(row["classes"]):
            yield f"the row {row['likelihood']} does not hold a class for each severity."
