"""From an estimate's words in a file to a square of the product's matrix. Nothing is guessed."""

import re
from dataclasses import dataclass

from hazards.importing.cells import (
    folded,
    is_error,
    is_formula,
    is_placeholder,
    says_nothing,
)
from hazards.importing.findings import Findings, Level, quoted
from hazards.importing.parsed import ParsedEstimate
from hazards.importing.standing import words_of
from hazards.matrix_reading import CellReading, MatrixReading

_CLASS = re.compile(r"(?:class )?(\d{1,2})")


@dataclass
class MatrixWords:
    """The words of the matrix that a product uses now."""

    matrix: MatrixReading

    def __post_init__(self) -> None:
        """Index the squares by their words."""
        self.severities = {folded(each.word): each for each in self.matrix.severities}
        self.likelihoods = {folded(each.word): each for each in self.matrix.likelihoods}

    def square(
        self, estimate: ParsedEstimate, findings: Findings, reference: str
    ) -> CellReading | None:
        """The square that the file's words name; None, and a finding, when they name none."""
        problem = self._problem(estimate)
        if problem is not None:
            done, todo = problem
            if done:
                findings.add(
                    Level.PROBLEM,
                    ", ".join(estimate.cells),
                    found=self._found(estimate),
                    done=f"{done} No {estimate.stage} risk was taken from the file.",
                    todo=todo,
                    reference=reference,
                )
            return None
        square = self.matrix.at(
            self.severities[folded(estimate.severity)].pk,
            self.likelihoods[folded(estimate.likelihood)].pk,
        )
        if square is not None:
            _compare_class(estimate, square, findings, reference)
        return square

    def _problem(self, estimate: ParsedEstimate) -> tuple[str, str] | None:
        """What keeps the words from naming a square (what, what to do); ('', '') for no words."""
        given = [w for w in (estimate.severity, estimate.likelihood) if not _is_open(w)]
        todo = f"Estimate the {estimate.stage} risk on the hazard."
        if not given:
            if any(
                is_placeholder(w) or is_error(w)
                for w in (estimate.severity, estimate.likelihood, estimate.risk_class)
            ):
                return "The estimate is still to come.", todo
            if estimate.risk_class:
                return (
                    "Only a class is given. A class comes from the words for severity and "
                    "likelihood, never the other way round.",
                    todo,
                )
            return "", ""
        if len(given) == 1:
            missing = "severity" if _is_open(estimate.severity) else "likelihood"
            return f"There is no word for the {missing}.", todo
        for word, words, axis in (
            (estimate.severity, self.matrix.severities, "severity"),
            (estimate.likelihood, self.matrix.likelihoods[::-1], "likelihood"),
        ):
            if folded(word) not in {folded(each.word) for each in words}:
                known = ", ".join(each.word for each in words)
                return (
                    f"“{quoted(word, 40)}” is not a word for {axis} in this product's matrix.",
                    f"{todo} The words are: {known}.",
                )
        return None

    @staticmethod
    def _found(estimate: ParsedEstimate) -> str:
        texts = (estimate.severity, estimate.likelihood, estimate.risk_class)
        return " · ".join(text for text in texts if text)


def _is_open(word: str) -> bool:
    return says_nothing(word) or is_placeholder(word) or is_error(word)


def _compare_class(
    estimate: ParsedEstimate, square: CellReading, findings: Findings, reference: str
) -> None:
    given = estimate.risk_class
    if says_nothing(given):
        return
    words = words_of(square.severity.word, square.likelihood.word)
    numbered = _CLASS.fullmatch(folded(given))
    if numbered is not None and int(numbered[1]) == square.number:
        return
    if numbered is not None:
        findings.add(
            Level.PROBLEM,
            estimate.cells[-1],
            found=given,
            done=f"The file says class {given}; in this product's matrix {words} is class "
            f"{square.number}, and that was used.",
            todo=f"Check that {words} are the right words for the {estimate.stage} risk.",
            reference=reference,
        )
        return
    what = "is a formula and was not calculated" if is_formula(given) else "is not a class number"
    findings.add(
        Level.NOTE,
        estimate.cells[-1],
        found=given,
        done=f"The class {what}; {words} is class {square.number} in this product's matrix.",
        reference=reference,
    )
