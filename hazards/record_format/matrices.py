"""Risk matrices of a record, and the matrix of a product that says the same."""

from collections.abc import Iterator, Sequence
from typing import Any

from hazards.models import (
    Cell,
    LikelihoodLevel,
    MatrixVersion,
    RiskClass,
    SeverityLevel,
)
from hazards.record_format.values import LevelValue, MatrixValue


def matrix_value(version: MatrixVersion) -> MatrixValue:
    """A matrix version as a record writes it. Four queries."""
    severities = list(SeverityLevel.objects.filter(matrix=version).order_by("position"))
    likelihoods = list(LikelihoodLevel.objects.filter(matrix=version).order_by("position"))
    classes = {each.pk: each for each in RiskClass.objects.filter(matrix=version)}
    cells = {
        (cell.severity_id, cell.likelihood_id): classes[cell.risk_class_id].number
        for cell in Cell.objects.filter(matrix=version)
    }
    return {
        "number": version.number,
        "name": version.name,
        "severities": _levels(severities),
        "likelihoods": _levels(likelihoods),
        "classes": [
            {
                "number": each.number,
                "acceptability": each.acceptability,
                "meaning": each.meaning,
                "accepted_by_role": each.accepted_by_role,
            }
            for each in sorted(classes.values(), key=lambda each: each.number)
        ],
        "rows": [
            {
                "likelihood": likelihood.word,
                "classes": [cells[(severity.pk, likelihood.pk)] for severity in severities],
            }
            for likelihood in likelihoods
        ],
    }


def _levels(levels: Sequence[SeverityLevel | LikelihoodLevel]) -> list[LevelValue]:
    return [{"word": each.word, "meaning": each.meaning} for each in levels]


def class_in(matrix: MatrixValue, severity: str, likelihood: str) -> int | None:
    """The class of two words; None where the matrix does not have them."""
    words = [each["word"] for each in matrix["severities"]]
    for row in matrix["rows"]:
        if row["likelihood"] == likelihood and severity in words:
            place = words.index(severity)
            return int(row["classes"][place]) if place < len(row["classes"]) else None
    return None


def acceptability_of(matrix: MatrixValue, number: int) -> str:
    """What a class means; '' where the matrix does not have it."""
    return next(
        (str(each["acceptability"]) for each in matrix["classes"] if each["number"] == number), ""
    )


def differences(file: MatrixValue, here: MatrixValue) -> list[str]:
    """What two matrices do not have alike of that which decides a class; phrases for a sentence."""
    found = []
    for axis, called in (("severities", "severity"), ("likelihoods", "likelihood")):
        theirs, ours = (_words(matrix, axis) for matrix in (file, here))
        if theirs != ours:
            found.append(
                f"the words for {called} are {', '.join(theirs)} in the file and "
                f"{', '.join(ours)} here"
            )
    if found:
        return found  # the cells cannot be laid beside each other
    found += _different_cells(file, here)
    theirs_mean, ours_mean = (_meanings(matrix) for matrix in (file, here))
    if theirs_mean != ours_mean:
        found.append("its classes do not mean the same (acceptable or not)")
    return found


def wording_differs(file: MatrixValue, here: MatrixValue) -> bool:
    """Whether matrices that decide alike explain their words otherwise, or are called otherwise."""
    return {**file, "number": 0} != {**here, "number": 0}


def _words(matrix: MatrixValue, axis: str) -> list[str]:
    levels: Any = dict(matrix)[axis]
    return [str(each["word"]) for each in levels]


def _different_cells(file: MatrixValue, here: MatrixValue) -> Iterator[str]:
    for theirs, ours in zip(file["rows"], here["rows"], strict=True):
        for severity, there, now in zip(
            file["severities"], theirs["classes"], ours["classes"], strict=True
        ):
            if there != now:
                yield (
                    f"{severity['word']} with {theirs['likelihood']} is class {there} in the file "
                    f"and {now} here"
                )


def _meanings(matrix: MatrixValue) -> list[tuple[int, str]]:
    return [(each["number"], each["acceptability"]) for each in matrix["classes"]]
